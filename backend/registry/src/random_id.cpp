#include "random_id.hpp"

#include <sys/random.h>

#include <array>
#include <stdexcept>

namespace larder::registry {

std::string randomId() {
  std::array<unsigned char, 16> raw{};
  if (getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(raw.size())) {
    throw std::runtime_error("getrandom(2) failed.");
  }
  constexpr char hex[] = "0123456789abcdef";
  std::string id;
  for (auto byte : raw) {
    id += hex[byte >> 4];
    id += hex[byte & 15];
  }
  return id;
}

}  // namespace larder::registry
