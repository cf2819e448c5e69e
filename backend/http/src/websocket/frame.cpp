#include "websocket/frame.hpp"

#include <algorithm>

namespace larder::http {
namespace {

constexpr std::size_t kMaxControl = 125;

std::uint64_t bigEndian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (auto byte : bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

void appendBigEndian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

bool isKnown(std::uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

bool parseFrameHead(std::span<const std::byte> bytes, FrameHead& head) {
  head.size = 0;
  if (bytes.size() < 2) return true;
  auto first = std::to_integer<std::uint8_t>(bytes[0]);
  auto second = std::to_integer<std::uint8_t>(bytes[1]);
  auto opcode = static_cast<std::uint8_t>(first & 0x0f);
  // Reserved bits and opcodes are an extension's that nobody agreed upon; a client's frames are masked.
  if ((first & 0x30) != 0 || !isKnown(opcode) || (second & 0x80) == 0) return false;
  head.fin = (first & 0x80) != 0;
  head.compressed = (first & 0x40) != 0;
  head.opcode = static_cast<Opcode>(opcode);
  head.length = second & 0x7f;
  if (head.isControl() && (!head.fin || head.compressed || head.length > kMaxControl)) return false;
  std::size_t extended = head.length == 126 ? 2 : head.length == 127 ? 8 : 0;
  if (bytes.size() < 2 + extended + 4) return true;
  if (extended > 0) head.length = bigEndian(bytes.subspan(2, extended));
  if (head.length >> 63 != 0) return false;
  for (std::size_t i = 0; i < 4; ++i) head.mask[i] = std::to_integer<std::uint8_t>(bytes[2 + extended + i]);
  head.size = 2 + extended + 4;
  return true;
}

std::string unmask(std::span<const std::byte> payload, const FrameHead& head) {
  std::string text(payload.size(), '\0');
  for (std::size_t i = 0; i < payload.size(); ++i) {
    text[i] = static_cast<char>(std::to_integer<std::uint8_t>(payload[i]) ^ head.mask[i % 4]);
  }
  return text;
}

std::string makeFrameHead(Opcode opcode, std::uint64_t length, bool compressed) {
  std::string head;
  head += static_cast<char>(0x80 | (compressed ? 0x40 : 0) | static_cast<std::uint8_t>(opcode));
  if (length < 126) {
    head += static_cast<char>(length);
  } else if (length <= 0xffff) {
    head += static_cast<char>(126);
    appendBigEndian(head, length, 2);
  } else {
    head += static_cast<char>(127);
    appendBigEndian(head, length, 8);
  }
  return head;
}

std::string makeFrame(Opcode opcode, std::string_view payload) {
  return makeFrameHead(opcode, payload.size()).append(payload);
}

std::string closePayload(std::uint16_t code, std::string_view reason) {
  std::string payload;
  appendBigEndian(payload, code, 2);
  return payload.append(reason.substr(0, kMaxControl - 2));
}

std::uint16_t closeCode(std::string_view payload) {
  constexpr std::uint16_t kNone = 1005, kProtocolError = 1002;
  if (payload.empty()) return kNone;
  if (payload.size() == 1) return kProtocolError;
  auto code = static_cast<std::uint16_t>(bigEndian(std::as_bytes(std::span(payload)).first(2)));
  bool registered = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  return registered || (code >= 3000 && code <= 4999) ? code : kProtocolError;
}

}  // namespace larder::http
