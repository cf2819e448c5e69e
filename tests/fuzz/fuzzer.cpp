// The entry of libFuzzer. LARDER_FUZZ_TARGET is one of targets.hpp.
#include <cstdint>

#include "targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  larder::fuzz::LARDER_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
