// Result<T>: a value, or the Error that explains why there is none.
#pragma once

#include <tl/expected.hpp>

#include "larder/core/error.hpp"

namespace larder::core {

template <class T>
using Result = tl::expected<T, Error>;

// fail(code, message, where): a failed Result of any type.
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string where = {}) {
  return tl::make_unexpected(Error{code, std::move(message), std::move(where)});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::make_unexpected(std::move(error));
}

}  // namespace larder::core
