// What a connection holds of a request while it is handled.
#pragma once

#include <memory>

#include "request_parser.hpp"

namespace larder::http {

struct RequestState {
  RequestParser parser;
  RequestHead head;
};

struct RecycleRequestState {
  void operator()(RequestState* state) const noexcept;
};
using RequestStatePtr = std::unique_ptr<RequestState, RecycleRequestState>;

// The one that was given back last on this thread, which the processor still has in its cache, or a new one. A
// connection between two requests holds none.
RequestStatePtr takeRequestState();

}  // namespace larder::http
