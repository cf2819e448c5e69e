#include "request_state.hpp"

#include <array>
#include <cstddef>

namespace larder::http {

namespace {
constexpr std::size_t kKept = 16;

struct Kept {
  std::array<std::unique_ptr<RequestState>, kKept> states;
  std::size_t count = 0;
};
constinit thread_local Kept kept;
}  // namespace

void RecycleRequestState::operator()(RequestState* state) const noexcept {
  std::unique_ptr<RequestState> owned(state);
  if (kept.count < kKept) kept.states[kept.count++] = std::move(owned);
}

RequestStatePtr takeRequestState() {
  if (kept.count == 0) return RequestStatePtr(new RequestState);
  return RequestStatePtr(kept.states[--kept.count].release());
}

}  // namespace larder::http
