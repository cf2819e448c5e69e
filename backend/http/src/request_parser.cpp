#include "request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <new>

namespace larder::http {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

namespace {
std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

Method methodOf(bhttp::verb verb) {
  switch (verb) {
    case bhttp::verb::get:
      return Method::Get;
    case bhttp::verb::head:
      return Method::Head;
    case bhttp::verb::post:
      return Method::Post;
    case bhttp::verb::put:
      return Method::Put;
    case bhttp::verb::patch:
      return Method::Patch;
    case bhttp::verb::delete_:
      return Method::Delete;
    case bhttp::verb::options:
      return Method::Options;
    default:
      return Method::Other;
  }
}
}  // namespace

class RequestParser::Impl final : public bhttp::basic_parser<true> {
 public:
  RequestHead* head = nullptr;
  std::string_view text;  // the head's bytes: a value outside them is not one that may be kept
  bool headDone = false;
  bool host = false;
  bool expectsContinue = false;
  bool tooManyFields = false;
  bool folded = false;
  std::string_view body;

 private:
  using error_code = boost::system::error_code;

  void on_request_impl(bhttp::verb verb, beast::string_view method, beast::string_view target, int version,
                       error_code&) override {
    head->method = methodOf(verb);
    head->methodText = view(method);
    head->target = view(target);
    auto mark = std::min(head->target.find('?'), head->target.size());
    head->path = head->target.substr(0, mark);
    head->query = head->target.substr(std::min(mark + 1, head->target.size()));
    head->http11 = version >= 11;
  }
  void on_field_impl(bhttp::field field, beast::string_view name, beast::string_view value, error_code& ec) override {
    if (headDone) return;  // a trailer: nothing here acts on one (RFC 9110, section 6.5.1 lets them be dropped)
    auto kept = view(value);
    // Beast unfolds an obs-fold into a temporary; RFC 9112 section 5.2 lets a server refuse it.
    if (!kept.empty() && (kept.data() < text.data() || kept.data() + kept.size() > text.data() + text.size())) {
      folded = true;
      ec = bhttp::error::bad_value;
      return;
    }
    if (field == bhttp::field::host) host = true;
    if (field == bhttp::field::expect && beast::iequals(value, "100-continue")) expectsContinue = true;
    if (!head->addField(view(name), kept)) {
      tooManyFields = true;
      ec = bhttp::error::header_limit;
    }
  }
  void on_header_impl(error_code&) override { headDone = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view data, error_code&) override {
    body = view(data);
    return data.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view data, error_code&) override {
    body = view(data);
    return data.size();
  }
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
};

RequestParser::RequestParser() {
  reset();
}

RequestParser::~RequestParser() {
  if (live_) impl().~Impl();
}

RequestParser::Impl& RequestParser::impl() {
  return *std::launder(reinterpret_cast<Impl*>(storage_));
}
const RequestParser::Impl& RequestParser::impl() const {
  return *std::launder(reinterpret_cast<const Impl*>(storage_));
}

void RequestParser::reset() {
  static_assert(sizeof(Impl) <= sizeof storage_);
  if (live_) impl().~Impl();
  auto* fresh = ::new (static_cast<void*>(storage_)) Impl;
  live_ = true;
  fresh->body_limit(boost::none);
  fresh->header_limit(1u << 20);  // the connection bounds the head
  expectsContinue_ = false;
}

ParseFailure RequestParser::parseHead(std::string_view text, RequestHead& head) {
  auto& parser = impl();
  parser.head = &head;
  parser.text = text;
  boost::system::error_code ec;
  parser.put(boost::asio::const_buffer(text.data(), text.size()), ec);
  if (parser.tooManyFields) return {431, "The request has too many header fields."};
  if (parser.folded) return {400, "A header field is folded over several lines, which is obsolete."};
  if (ec == bhttp::error::bad_version) return {505, "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
  bool both = head.hasField("Content-Length");  // what a request smuggler would send (RFC 9112, section 6.1)
  if (ec == bhttp::error::bad_transfer_encoding && !both)
    return {501, "Only the chunked transfer coding is understood."};
  if (ec && ec != bhttp::error::need_more) return {400, "The request is not valid HTTP/1.1."};
  if (!parser.is_header_done()) return {400, "The request is not valid HTTP/1.1."};
  if (head.http11 && !parser.host) return {400, "The Host header field is missing."};
  if (head.target.empty() || (head.target.front() != '/' && head.target != "*")) {
    return {400, "The request target must be an absolute path."};
  }
  expectsContinue_ = parser.expectsContinue && head.http11;
  return {};
}

bool RequestParser::keepAlive() const {
  return impl().keep_alive();
}
bool RequestParser::chunked() const {
  return impl().chunked();
}

std::optional<std::uint64_t> RequestParser::contentLength() const {
  if (impl().chunked()) return std::nullopt;
  auto length = impl().content_length();
  return length ? *length : 0;
}

RequestParser::BodyStep RequestParser::decodeChunk(std::span<const std::byte> input) {
  auto& parser = impl();
  BodyStep step;
  if (parser.is_done()) {
    step.done = true;
    return step;
  }
  parser.body = {};
  while (step.consumed < input.size() && parser.body.empty() && !parser.is_done()) {
    boost::system::error_code ec;
    auto used = parser.put(boost::asio::const_buffer(input.data() + step.consumed, input.size() - step.consumed), ec);
    step.consumed += used;
    if (ec && ec != bhttp::error::need_more) {
      step.failed = true;
      return step;
    }
    if (used == 0) break;
  }
  step.data = std::as_bytes(std::span(parser.body.data(), parser.body.size()));
  step.done = parser.is_done() && step.data.empty();
  return step;
}

}  // namespace larder::http
