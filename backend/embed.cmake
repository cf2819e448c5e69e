# Writes the bytes of INPUT to OUTPUT as a function in NAMESPACE that the library's src/embedded.hpp declares:
# config.schema.json becomes configSchemaJson().
get_filename_component(file "${INPUT}" NAME)
string(REGEX MATCHALL "[A-Za-z0-9]+" words "${file}")
set(name "")
foreach(word IN LISTS words)
  if(NOT name STREQUAL "")
    string(SUBSTRING "${word}" 0 1 first)
    string(SUBSTRING "${word}" 1 -1 rest)
    string(TOUPPER "${first}" first)
    set(word "${first}${rest}")
  endif()
  string(APPEND name "${word}")
endforeach()
file(READ "${INPUT}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(
  WRITE "${OUTPUT}"
  "#include \"embedded.hpp\"\n\nnamespace ${NAMESPACE} {\nnamespace {\n"
  "constexpr unsigned char kBytes[] = {${bytes}};\n}\n"
  "std::string_view ${name}() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }\n}\n")
