// The body of the request that a connection is handling.
#pragma once

#include <chrono>

#include "channel.hpp"
#include "chunked_decoder.hpp"
#include "larder/runtime/address_limits.hpp"
#include "request_parser.hpp"

namespace larder::http {

class ConnectionBody final : public RequestBody {
 public:
  // How long the client may stand still (0: no limit), and of what places a body takes one that does not come with the
  // head.
  struct Limits {
    std::chrono::milliseconds idle{};
    runtime::AddressShares& bodies;
    runtime::ClientNetwork network;
  };
  ConnectionBody(Channel& channel, RequestParser& parser, const Limits& limits);

  std::optional<std::uint64_t> length() const override { return parser_.contentLength(); }
  Task<Result<std::span<const std::byte>>> read() override;

  // How much nobody has read and the client is still going to send; nothing if that is unknown, or if the client waits
  // for a 100 Continue and need not send it at all.
  std::optional<std::uint64_t> unread() const;
  // Drops it, so that the connection can serve another request. False if the client leaves, or takes longer than the
  // channel's deadline.
  Task<bool> skip();

 private:
  Task<Result<std::span<const std::byte>>> readCounted();
  Task<Result<std::span<const std::byte>>> readChunked();
  Task<Result<void>> fill();

  Channel& channel_;
  RequestParser& parser_;
  ChunkedDecoder chunks_;
  Limits limits_;
  runtime::AddressShares::Place place_;
  std::uint64_t left_ = 0;     // counted bodies
  std::size_t handedOut_ = 0;  // bytes of the buffer that the caller still looks at
  bool finished_ = false;
  bool awaitsContinue_ = false;
};

}  // namespace larder::http
