// The framing of RFC 6455, section 5: what a server reads and writes. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace larder::http {

enum class Opcode : std::uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

struct FrameHead {
  bool fin = false;
  bool compressed = false;  // RSV1 (RFC 7692, section 6)
  Opcode opcode = Opcode::Continuation;
  std::uint64_t length = 0;  // of the payload
  std::uint8_t mask[4] = {};
  std::size_t size = 0;  // of this head; 0: more bytes are needed

  bool isControl() const { return static_cast<std::uint8_t>(opcode) >= 8; }
};

// Reads the head of a client's frame. False: it breaks the protocol, by itself.
bool parseFrameHead(std::span<const std::byte> bytes, FrameHead& head);

// Payload of a frame, unmasked.
std::string unmask(std::span<const std::byte> payload, const FrameHead& head);

// The head of a server's frame, which is not masked and the only one of its message.
std::string makeFrameHead(Opcode opcode, std::uint64_t length, bool compressed = false);
// Head and payload.
std::string makeFrame(Opcode opcode, std::string_view payload);

// The payload of a close frame, and the code in one: 1005 for an empty payload, 1002 for one that may not be sent.
std::string closePayload(std::uint16_t code, std::string_view reason);
std::uint16_t closeCode(std::string_view payload);

}  // namespace larder::http
