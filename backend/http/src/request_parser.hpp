// One request's framing (RFC 9112), on Beast's parser: the head into a RequestHead without copies, then the body.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "larder/http/message.hpp"

namespace larder::http {

// How a request is answered that cannot be handled. 0: nothing is wrong.
struct ParseFailure {
  int status = 0;
  std::string_view message;
};

// Used for one request, then reset(). Views in the head point into the text given to parseHead(), which must stay
// where it is.
class RequestParser {
 public:
  RequestParser();
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  void reset();

  // `text` is a complete head, the empty line included.
  ParseFailure parseHead(std::string_view text, RequestHead& head);

  bool keepAlive() const;
  bool expectsContinue() const { return expectsContinue_; }
  bool chunked() const;
  // Content-Length, 0 without a body; nothing with chunked coding.
  std::optional<std::uint64_t> contentLength() const;

  struct BodyStep {
    std::size_t consumed = 0;         // bytes of the input that were used
    std::span<const std::byte> data;  // a part of the input
    bool done = false;
    bool failed = false;  // broken chunked coding
  };
  // Chunked coding only: decodes the next piece of `input`. Nothing consumed and no data: more input is needed.
  BodyStep decodeChunk(std::span<const std::byte> input);

 private:
  class Impl;
  // In place, so that a request costs no allocation.
  alignas(std::max_align_t) std::byte storage_[320];
  bool live_ = false;
  bool expectsContinue_ = false;
  Impl& impl();
  const Impl& impl() const;
};

}  // namespace larder::http
