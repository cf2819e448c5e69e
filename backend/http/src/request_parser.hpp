// The head of one request (RFC 9112), on Beast's parser and without copies, and how its body is framed. What two
// parsers in a row could take for different requests is refused, where Beast or the RFC would let it pass.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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

  // `text` is a complete head, the empty line included. After a failure the connection is of no more use: where the
  // request ends is not known.
  ParseFailure parseHead(std::string_view text, RequestHead& head);

  bool keepAlive() const;
  bool expectsContinue() const { return expectsContinue_; }
  bool chunked() const { return chunked_; }
  // Content-Length, 0 without a body; nothing with chunked coding.
  std::optional<std::uint64_t> contentLength() const { return contentLength_; }

 private:
  class Impl;
  ParseFailure readFraming(const RequestHead& head);

  // In place, so that a request costs no allocation.
  alignas(std::max_align_t) std::byte storage_[320];
  bool live_ = false;
  bool expectsContinue_ = false;
  bool chunked_ = false;
  std::optional<std::uint64_t> contentLength_ = 0;
  Impl& impl();
  const Impl& impl() const;
};

}  // namespace larder::http
