#include "request_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cctype>
#include <charconv>
#include <new>

#include "tokens.hpp"

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

constexpr ParseFailure kNotHttp{400, "The request is not valid HTTP/1.1."};

bool equalIgnoringCase(std::string_view a, std::string_view b) {
  return beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

// RFC 9110, section 8.6: digits alone, and within what an offset in a file can be. std::nullopt for anything else.
std::optional<std::uint64_t> parseLength(std::string_view text) {
  std::uint64_t length = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size() || length > INT64_MAX) return std::nullopt;
  return length;
}

// uri-host [ ":" port ] (RFC 9110, section 7.2); "" where the target has no authority. Of a registered name only the
// characters that names of hosts are made of.
bool isHost(std::string_view value) {
  auto name = value;
  auto bracket = value.starts_with('[') ? value.find(']') : std::string_view::npos;
  if (value.starts_with('[') && bracket == std::string_view::npos) return false;
  if (auto colon = value.find(':', bracket == std::string_view::npos ? 0 : bracket); colon != std::string_view::npos) {
    name = value.substr(0, colon);
    auto port = value.substr(colon + 1);
    if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos) return false;
  }
  if (name.starts_with('[')) {
    return name.ends_with(']') && name.find_first_not_of("0123456789abcdefABCDEFv:.%", 1) == name.size() - 1;
  }
  return std::ranges::all_of(name,
                             [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_'; });
}

// Whether the first line says a version that is well-formed, and none of ours.
bool hasOtherVersion(std::string_view text) {
  auto line = text.substr(0, text.find("\r\n"));
  auto version = line.substr(std::min(line.rfind(' ') + 1, line.size()));
  auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && isDigit(version[5]) && version[6] == '.' &&
         isDigit(version[7]) && !version.ends_with("/1.0") && !version.ends_with("/1.1");
}

// Brings the path and the query out of the target (RFC 9112, section 3.2). The absolute-form must name the Host: a
// proxy in front may have gone by either. There is nothing here to CONNECT to.
ParseFailure readTarget(RequestHead& head) {
  auto rest = head.target;
  if (rest.find('#') != std::string_view::npos) return {400, "The request target must not have a fragment."};
  if (rest == "*" && head.method == Method::Options) {
    head.path = rest;
    return {};
  }
  for (std::string_view scheme : {"http://", "https://"}) {
    if (rest.size() < scheme.size() || !equalIgnoringCase(rest.substr(0, scheme.size()), scheme)) continue;
    rest.remove_prefix(scheme.size());
    auto authority = rest.substr(0, rest.find_first_of("/?"));
    if (authority.empty() || !equalIgnoringCase(authority, head.field("Host"))) {
      return {400, "The request target and the Host header name different hosts."};
    }
    rest.remove_prefix(authority.size());
    if (!rest.starts_with('/')) {
      head.path = "/";
      head.query = rest.substr(std::min<std::size_t>(1, rest.size()));
      return {};
    }
    break;
  }
  if (!rest.starts_with('/')) return {400, "The request target must be an absolute path."};
  auto mark = std::min(rest.find('?'), rest.size());
  head.path = rest.substr(0, mark);
  head.query = rest.substr(std::min(mark + 1, rest.size()));
  return {};
}
}  // namespace

class RequestParser::Impl final : public bhttp::basic_parser<true> {
 public:
  RequestHead* head = nullptr;
  std::string_view text;  // the head's bytes: a value outside them is not one that may be kept
  bool headDone = false;
  std::size_t hosts = 0, codings = 0, lengths = 0;
  bool expectsContinue = false;
  bool tooManyFields = false;
  bool folded = false;

 private:
  using error_code = boost::system::error_code;

  void on_request_impl(bhttp::verb verb, beast::string_view method, beast::string_view target, int version,
                       error_code&) override {
    head->method = methodOf(verb);
    head->methodText = view(method);
    head->target = view(target);
    head->http11 = version >= 11;
  }
  void on_field_impl(bhttp::field field, beast::string_view name, beast::string_view value, error_code& ec) override {
    auto kept = view(value);
    // RFC 9112 section 5.2 lets a server refuse an obs-fold. Beast unfolds it, into a temporary or, where nothing
    // stands on the first line, by taking the second for the value.
    auto* nameEnd = name.data() + name.size();
    bool inPlace = kept.data() >= nameEnd && kept.data() + kept.size() <= text.data() + text.size();
    if (!inPlace || std::string_view(nameEnd, kept.data()).find('\n') != std::string_view::npos) {
      folded = true;
      ec = bhttp::error::bad_value;
      return;
    }
    if (field == bhttp::field::host) {
      ++hosts;
      if (!isHost(kept)) ec = bhttp::error::bad_value;
    }
    if (field == bhttp::field::transfer_encoding) ++codings;
    if (field == bhttp::field::content_length) ++lengths;
    if (field == bhttp::field::expect && beast::iequals(value, "100-continue")) expectsContinue = true;
    if (!head->addField(view(name), kept)) {
      tooManyFields = true;
      ec = bhttp::error::header_limit;
    }
  }
  void on_header_impl(error_code&) override { headDone = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code&) override { return 0; }
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
  chunked_ = false;
  contentLength_ = 0;
}

ParseFailure RequestParser::parseHead(std::string_view text, RequestHead& head) {
  auto& parser = impl();
  parser.head = &head;
  parser.text = text;
  boost::system::error_code ec;
  parser.put(boost::asio::const_buffer(text.data(), text.size()), ec);
  if (parser.tooManyFields) return {431, "The request has too many headers."};
  if (parser.folded) return {400, "A header is folded over several lines, which is not supported."};
  if (ec == bhttp::error::bad_version && hasOtherVersion(text)) {
    return {505, "Only HTTP/1.0 and HTTP/1.1 are supported."};
  }
  if (ec && ec != bhttp::error::need_more) return kNotHttp;
  if (!parser.is_header_done()) return kNotHttp;
  if (parser.hosts > 1) return {400, "There is more than one Host header."};
  if (head.http11 && parser.hosts == 0) return {400, "The Host header is missing."};
  if (auto failure = readTarget(head); failure.status != 0) return failure;
  if (auto failure = readFraming(head); failure.status != 0) return failure;
  expectsContinue_ = parser.expectsContinue && head.http11;
  return {};
}

// RFC 9112, sections 6.1 and 6.3, with none of the choices that it leaves to a server.
ParseFailure RequestParser::readFraming(const RequestHead& head) {
  const auto& parser = impl();
  if (parser.codings > 0) {
    if (!head.http11) return {400, "HTTP/1.0 does not support Transfer-Encoding."};
    if (parser.lengths > 0) return {400, "The request has both a Content-Length and a Transfer-Encoding."};
    if (parser.codings > 1) return {400, "There is more than one Transfer-Encoding header."};
    if (!equalIgnoringCase(head.field("Transfer-Encoding"), "chunked")) {
      return {501, "Only chunked Transfer-Encoding is supported."};
    }
    chunked_ = true;
    contentLength_.reset();
  } else if (parser.lengths > 0) {
    if (parser.lengths > 1) return {400, "There is more than one Content-Length header."};
    contentLength_ = parseLength(head.field("Content-Length"));
    if (!contentLength_) return {400, "The Content-Length is not a valid number."};
  }
  return {};
}

bool RequestParser::keepAlive() const {
  return impl().keep_alive();
}

}  // namespace larder::http
