# Writes the bytes of INPUT to OUTPUT as a function in NAMESPACE that the library's src/embedded.hpp declares:
# config.schema.json becomes config_schema_json().
get_filename_component(name "${INPUT}" NAME)
string(MAKE_C_IDENTIFIER "${name}" name)
file(READ "${INPUT}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(
  WRITE "${OUTPUT}"
  "#include \"embedded.hpp\"\n\nnamespace ${NAMESPACE} {\nnamespace {\n"
  "constexpr unsigned char kBytes[] = {${bytes}};\n}\n"
  "std::string_view ${name}() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }\n}\n")
