# Writes the bytes of INPUT to OUTPUT as the C++ function that src/embedded.hpp declares: config.schema.json becomes
# embedded::config_schema_json().
get_filename_component(name "${INPUT}" NAME)
string(MAKE_C_IDENTIFIER "${name}" name)
file(READ "${INPUT}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(
  WRITE "${OUTPUT}"
  "#include \"embedded.hpp\"\n\nnamespace larder::config::embedded {\nnamespace {\n"
  "constexpr unsigned char kBytes[] = {${bytes}};\n}\n"
  "std::string_view ${name}() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }\n}\n")
