// Classes of ASCII characters, whatever the locale says.
#pragma once

namespace larder::core {

constexpr bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace larder::core
