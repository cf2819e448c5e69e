// Results in tests: the value, or a test failure that says why there is none.
#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "larder/core/result.hpp"

namespace larder::test {

// The value of `result`; throws, which fails the test, if it holds an error.
template <class T>
T valueOf(core::Result<T> result) {
  if (!result) {
    throw std::runtime_error(std::string(core::toString(result.error().code)) + ": " + result.error().message);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// The code of the error of `result`; throws if it holds a value.
template <class T>
core::ErrorCode codeOf(const core::Result<T>& result) {
  if (result) throw std::runtime_error("An error was expected.");
  return result.error().code;
}

}  // namespace larder::test
