# Read by cpack before it packages.
execute_process(
  COMMAND "$<TARGET_FILE:larderd>" --version
  OUTPUT_VARIABLE said
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "larderd " "" CPACK_PACKAGE_VERSION "${said}")
