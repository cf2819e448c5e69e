# Writes OUTPUT, the source of core::version(), if what it would say has changed. Run at each build, so that only one
# file is compiled anew for a new commit: VERSION where a packager gives one, else the tag of the commit in SOURCE
# ("v0.2.0" is "0.2.0"), else BASE and the commit, "0.1.0+g0123456789ab", with ".dirty" where files were changed.
set(version "${VERSION}")
if(NOT version)
  set(version "${BASE}")
  execute_process(
    COMMAND git --no-optional-locks -C "${SOURCE}" rev-parse --short=12 HEAD
    OUTPUT_VARIABLE commit
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
    RESULT_VARIABLE unknown)
  if(unknown EQUAL 0)
    execute_process(
      COMMAND git --no-optional-locks -C "${SOURCE}" describe --tags --exact-match --match "v[0-9]*" HEAD
      OUTPUT_VARIABLE tag
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(
      COMMAND git --no-optional-locks -C "${SOURCE}" status --porcelain --untracked-files=no
      OUTPUT_VARIABLE changes
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(tag AND NOT changes)
      string(SUBSTRING "${tag}" 1 -1 version)
    else()
      string(APPEND version "+g${commit}")
      if(changes)
        string(APPEND version ".dirty")
      endif()
    endif()
  endif()
endif()
string(CONCAT text "#include \"larder/core/version.hpp\"\n\nnamespace larder::core {\n\n"
       "std::string_view version() {\n  return \"${version}\";\n}\n\n}  // namespace larder::core\n")
set(before "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" before)
endif()
if(NOT before STREQUAL text)
  file(WRITE "${OUTPUT}" "${text}")
endif()
