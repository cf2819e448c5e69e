// The opening handshake (RFC 6455, section 4.2) and the messages that a server makes.
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

#include "larder/http/websocket.hpp"
#include "websocket/deflate.hpp"

namespace larder::http {
namespace {

constexpr std::string_view kAcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
// 16 bytes in base64.
constexpr std::size_t kKeyLength = 24;
// Below it the frame's head and the work outweigh what is saved.
constexpr std::size_t kWorthDeflating = 256;

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Whether a list such as "keep-alive, Upgrade" has the token.
bool hasToken(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    auto end = std::min(list.find(','), list.size());
    auto one = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (equalsIgnoringCase(one, token)) return true;
  }
  return false;
}

std::string base64(std::span<const unsigned char> bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  auto length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string acceptOf(std::string_view key) {
  auto text = std::string(key).append(kAcceptSuffix);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64(digest);
}

Response refusal(int status, std::string detail) {
  Response response(status);
  response.set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(detail);
  return response;
}

}  // namespace

WebSocketText::WebSocketText(std::string text) : plain_(std::move(text)) {
  if (plain_.size() >= kWorthDeflating) deflated_ = deflateMessage(plain_);
}

Response acceptWebSocket(const RequestHead& head, std::shared_ptr<WebSocketSession> session) {
  if (!hasToken(head.field("Upgrade"), "websocket") || !hasToken(head.field("Connection"), "upgrade")) {
    auto response = refusal(426, "This is a WebSocket endpoint: connect with the RFC 6455 handshake.\n");
    return std::move(response.set("Upgrade", "websocket"));
  }
  auto key = head.field("Sec-WebSocket-Key");
  if (head.method != Method::Get || !head.http11 || key.size() != kKeyLength) {
    return refusal(400, "The WebSocket handshake is not valid (RFC 6455).\n");
  }
  if (head.field("Sec-WebSocket-Version") != "13") {
    auto response = refusal(426, "Only WebSocket version 13 is supported.\n");
    return std::move(response.set("Sec-WebSocket-Version", "13"));
  }
  Response response(101);
  response.set("Upgrade", "websocket");
  response.set("Connection", "Upgrade");
  response.set("Sec-WebSocket-Accept", acceptOf(key));
  if (auto deflate = acceptDeflate(head.field("Sec-WebSocket-Extensions"))) {
    response.set("Sec-WebSocket-Extensions", std::move(*deflate));
  }
  response.webSocket = std::move(session);
  return response;
}

}  // namespace larder::http
