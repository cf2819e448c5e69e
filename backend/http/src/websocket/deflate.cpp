#include "websocket/deflate.hpp"

#include <algorithm>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <charconv>
#include <cstdint>

namespace larder::http {

namespace zlib = boost::beast::zlib;

namespace {

// 8 KiB to look back at, and little to work with: messages are of some KiB.
constexpr int kWindowBits = 13;
constexpr int kMemoryLevel = 5;
constexpr int kLevel = 5;
constexpr int kMaxWindowBits = 15;
// What a sync flush ends with, which RFC 7692 leaves out (section 7.2.1).
constexpr std::string_view kTail("\x00\x00\xff\xff", 4);

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view takeUntil(std::string_view& text, char end) {
  auto at = std::min(text.find(end), text.size());
  auto part = trim(text.substr(0, at));
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

// Whether frames with kWindowBits may be sent to who asks for this.
bool allowsWindow(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  int bits = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), bits);
  return error == std::errc() && end == value.data() + value.size() && bits >= kWindowBits && bits <= kMaxWindowBits;
}

bool canTake(std::string_view offer) {
  if (takeUntil(offer, ';') != "permessage-deflate") return false;
  while (!offer.empty()) {
    auto value = takeUntil(offer, ';');
    auto name = takeUntil(value, '=');
    // client_max_window_bits is a hint of what the client can do; it need not be answered.
    bool known = name == "server_no_context_takeover" || name == "client_no_context_takeover" ||
                 name == "client_max_window_bits" || (name == "server_max_window_bits" && allowsWindow(value));
    if (!known) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> acceptDeflate(std::string_view offers) {
  while (!offers.empty()) {
    if (canTake(takeUntil(offers, ','))) {
      return "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=" +
             std::to_string(kWindowBits);
    }
  }
  return std::nullopt;
}

std::string deflateMessage(std::string_view text) {
  zlib::deflate_stream stream;
  stream.reset(kLevel, kWindowBits, kMemoryLevel, zlib::Strategy::normal);
  std::string out(stream.upper_bound(text.size()) + kTail.size() + 16, '\0');
  zlib::z_params params;
  params.next_in = text.data();
  params.avail_in = text.size();
  params.next_out = out.data();
  params.avail_out = out.size();
  boost::system::error_code error;
  stream.write(params, zlib::Flush::sync, error);
  out.resize(params.total_out);
  if (out.ends_with(kTail)) out.resize(out.size() - kTail.size());
  return out;
}

std::string storedBlock(std::string_view text) {
  auto length = static_cast<std::uint16_t>(text.size());
  auto low = [](unsigned value) { return static_cast<char>(value & 0xff); };
  unsigned complement = ~unsigned{length};
  std::string block{'\0', low(length), low(length >> 8), low(complement), low(complement >> 8)};
  return block.append(text);
}

std::optional<std::string> inflateMessage(std::string_view compressed, std::size_t limit) {
  zlib::inflate_stream stream;
  stream.reset(kMaxWindowBits);
  std::string input(compressed);
  input.append(kTail);
  std::string out(limit + 1, '\0');
  zlib::z_params params;
  params.next_in = input.data();
  params.avail_in = input.size();
  params.next_out = out.data();
  params.avail_out = out.size();
  boost::system::error_code error;
  stream.write(params, zlib::Flush::sync, error);
  bool incomplete = error && error != zlib::error::need_buffers && error != zlib::error::end_of_stream;
  if (incomplete || params.avail_in > 0 || params.total_out > limit) return std::nullopt;
  out.resize(params.total_out);
  return out;
}

}  // namespace larder::http
