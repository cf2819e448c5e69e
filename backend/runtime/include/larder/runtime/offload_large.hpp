// offloadLarge(): work whose length grows with what a client or an upstream sent, such as parsing or rendering JSON.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "larder/runtime/offload.hpp"

namespace larder::runtime {

// So much text is parsed, or made, where the caller is: it takes less than a change of threads is worth avoiding for.
inline constexpr std::size_t kInlineBytes = std::size_t{64} * 1024;

// Runs `function` where the caller is if it is about few bytes, else as offload() does.
template <class Function, class T = std::invoke_result_t<Function>>
Task<T> offloadLarge(Executor pool, std::size_t bytes, Function function) {
  if (bytes <= kInlineBytes) co_return function();
  co_return co_await offload(pool, std::move(function));
}

}  // namespace larder::runtime
