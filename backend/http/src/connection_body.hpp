// The body of the request that a connection is handling.
#pragma once

#include <chrono>

#include "channel.hpp"
#include "chunked_decoder.hpp"
#include "request_parser.hpp"

namespace larder::http {

class ConnectionBody final : public RequestBody {
 public:
  ConnectionBody(Channel& channel, RequestParser& parser, std::chrono::milliseconds idle);

  std::optional<std::uint64_t> length() const override { return parser_.contentLength(); }
  Task<Result<std::span<const std::byte>>> read() override;

  // Whether the body has been read to its end.
  bool finished() const { return finished_; }
  // Reads on and drops up to `limit` bytes, so that the connection can serve another request; false if more is left.
  Task<bool> drain(std::size_t limit);
  // The client waits for a 100 Continue and has not sent anything: it need not send the body at all.
  bool awaitsContinue() const { return awaitsContinue_; }

 private:
  Task<Result<std::span<const std::byte>>> readCounted();
  Task<Result<std::span<const std::byte>>> readChunked();
  Task<bool> fill();

  Channel& channel_;
  RequestParser& parser_;
  ChunkedDecoder chunks_;
  std::chrono::milliseconds idle_;
  std::uint64_t left_ = 0;     // counted bodies
  std::size_t handedOut_ = 0;  // bytes of the buffer that the caller still looks at
  bool finished_ = false;
  bool awaitsContinue_ = false;
};

}  // namespace larder::http
