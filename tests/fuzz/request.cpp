#include <algorithm>
#include <string>

#include "chunked_decoder.hpp"
#include "larder/http/websocket.hpp"
#include "request_parser.hpp"
#include "targets.hpp"
#include "websocket/deflate.hpp"
#include "websocket/frame.hpp"

namespace larder::fuzz {
namespace {

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::size_t count(const http::RequestHead& head, std::string_view name) {
  http::RequestHead one;
  return static_cast<std::size_t>(std::ranges::count_if(head.fields(), [&](const auto& field) {
    one.clear();
    one.addField(field.first, "");
    return one.hasField(name);
  }));
}

struct Decoded {
  std::string body;
  std::size_t consumed = 0;
  bool done = false, failed = false;
};

// Given `most` bytes at a time.
Decoded decode(std::string_view input, std::size_t most) {
  http::ChunkedDecoder decoder;
  Decoded all;
  while (all.consumed < input.size() && !all.done && !all.failed) {
    auto part = input.substr(all.consumed, most);
    auto step = decoder.decode(bytesOf(part));
    require(step.consumed > 0 && step.consumed <= part.size(), "a step goes on");
    require(step.data.empty() || (!step.done && !step.failed), "data stands alone");
    all.body.append(reinterpret_cast<const char*>(step.data.data()), step.data.size());
    all.consumed += step.consumed;
    all.done = step.done;
    all.failed = step.failed;
  }
  return all;
}

}  // namespace

void request(std::string_view input) {
  auto end = input.find("\r\n\r\n");
  if (end == std::string_view::npos) return;
  const std::string text(input.substr(0, end + 4));
  http::RequestParser parser;
  http::RequestHead head;
  if (auto failure = parser.parseHead(text, head); failure.status != 0) {
    return require(failure.status >= 400 && failure.status <= 505 && !failure.message.empty(), "a refusal says why");
  }
  require(head.path == "*" || head.path.starts_with('/'), "a path is absolute");
  require(count(head, "Host") <= 1 && (!head.http11 || count(head, "Host") == 1), "the host is named once");
  require(count(head, "Content-Length") + count(head, "Transfer-Encoding") <= 1, "the body is framed once");
  require(parser.chunked() == (count(head, "Transfer-Encoding") == 1), "a coding is the chunked one");
  require(!parser.chunked() || head.http11, "and not that of HTTP/1.0");
  for (const auto& [name, value] : head.fields()) {
    require(!name.empty() && name.find_first_of(std::string_view(" \t:\r\n\0", 6)) == std::string_view::npos,
            "a name is a token");
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "a value is one line");
    auto inText = [&](std::string_view part) {
      return part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size();
    };
    require(inText(name) && inText(value), "fields lie within the head");
  }
  auto answer = http::acceptWebSocket(head, nullptr);
  for (const auto& [name, value] : answer.fields) {
    require(value.find_first_of("\r\n") == std::string::npos, "no client splits an answer");
  }
}

void chunked(std::string_view input) {
  auto whole = decode(input, input.size());
  auto pieces = decode(input, 1);
  require(whole.body == pieces.body && whole.done == pieces.done && whole.failed == pieces.failed &&
              whole.consumed == pieces.consumed,
          "a body is the same however it is cut into pieces");
  require(whole.body.size() <= whole.consumed, "coding only adds");
}

// Frames, and what they carry when it is compressed; the same bytes as offers of extensions.
void websocket(std::string_view input) {
  constexpr std::size_t kLimit = 4096;
  for (auto rest = bytesOf(input); !rest.empty();) {
    http::FrameHead head;
    if (!http::parseFrameHead(rest, head) || head.size == 0) break;
    require(head.size <= rest.size() && head.length >> 63 == 0, "a head lies within the bytes");
    rest = rest.subspan(head.size);
    if (head.length > rest.size()) break;
    auto payload = http::unmask(rest.first(static_cast<std::size_t>(head.length)), head);
    rest = rest.subspan(static_cast<std::size_t>(head.length));
    if (head.opcode == http::Opcode::Close) (void)http::closeCode(payload);
    if (auto text = http::inflateMessage(payload, kLimit)) require(text->size() <= kLimit, "a message is bounded");
  }
  if (auto text = http::inflateMessage(input, kLimit)) {
    require(text->size() <= kLimit, "a message is bounded");
    require(http::inflateMessage(http::deflateMessage(*text), kLimit) == text, "what is compressed comes back");
  }
  if (auto answer = http::acceptDeflate(input)) {
    require(answer->find_first_of("\r\n") == std::string::npos, "no offer splits an answer");
  }
}

}  // namespace larder::fuzz
