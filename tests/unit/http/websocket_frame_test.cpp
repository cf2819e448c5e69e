#include <gtest/gtest.h>

#include <string>

#include "larder/http/websocket.hpp"
#include "websocket/deflate.hpp"
#include "websocket/frame.hpp"

namespace larder::http {
namespace {

using namespace std::string_literals;

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

bool isRefused(const std::string& text) {
  FrameHead head;
  return !parseFrameHead(bytes(text), head);
}

TEST(WebSocketFrame, ReadsAMaskedText) {
  // The example of RFC 6455, section 5.7.
  std::string frame = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
  FrameHead head;
  ASSERT_TRUE(parseFrameHead(bytes(frame), head));
  EXPECT_EQ(head.size, 6u);
  EXPECT_EQ(head.length, 5u);
  EXPECT_TRUE(head.fin);
  EXPECT_EQ(head.opcode, Opcode::Text);
  EXPECT_EQ(unmask(bytes(frame).subspan(6), head), "Hello");
}

TEST(WebSocketFrame, AsksForMoreUntilTheHeadIsWhole) {
  std::string frame = "\x81\xfe\x01\x00mask"s;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    FrameHead head;
    auto part = frame.substr(0, i);
    EXPECT_TRUE(parseFrameHead(bytes(part), head));
    EXPECT_EQ(head.size, 0u) << i;
  }
  FrameHead head;
  EXPECT_TRUE(parseFrameHead(bytes(frame), head));
  EXPECT_EQ(head.length, 256u);
}

TEST(WebSocketFrame, RefusesWhatBreaksTheProtocol) {
  EXPECT_TRUE(isRefused("\x81\x05Hello"s)) << "not masked";
  EXPECT_TRUE(isRefused("\xa1\x80mask"s)) << "RSV2";
  EXPECT_TRUE(isRefused("\x83\x80mask"s)) << "reserved opcode";
  EXPECT_TRUE(isRefused("\x09\x80mask"s)) << "a ping in fragments";
  EXPECT_TRUE(isRefused("\xc9\x80mask"s)) << "a compressed ping";
  EXPECT_TRUE(isRefused("\x89\xfe\x00\x80mask"s)) << "a large ping";
  EXPECT_TRUE(isRefused("\x81\xff\x80\0\0\0\0\0\0\0mask"s)) << "a negative length";
}

TEST(WebSocketFrame, WritesAllLengths) {
  EXPECT_EQ(makeFrame(Opcode::Text, "Hello"), "\x81\x05Hello"s);
  EXPECT_EQ(makeFrame(Opcode::Text, std::string(256, 'x')).substr(0, 4), "\x81\x7e\x01\x00"s);
  EXPECT_EQ(makeFrame(Opcode::Text, std::string(65536, 'x')).substr(0, 10), "\x81\x7f\0\0\0\0\0\x01\0\0"s);
}

TEST(WebSocketFrame, KnowsTheCodesOfAClose) {
  EXPECT_EQ(closeCode(""), 1005);
  EXPECT_EQ(closeCode("x"), 1002);
  EXPECT_EQ(closeCode(closePayload(1001, "going")), 1001);
  EXPECT_EQ(closeCode(closePayload(4401, "")), 4401);
  EXPECT_EQ(closeCode(closePayload(1005, "")), 1002);
  EXPECT_EQ(closeCode(closePayload(999, "")), 1002);
}

TEST(WebSocketDeflate, TakesOffersItCanKeep) {
  EXPECT_TRUE(acceptDeflate("permessage-deflate; client_max_window_bits"));
  EXPECT_TRUE(acceptDeflate("permessage-deflate;server_max_window_bits=15"));
  EXPECT_TRUE(acceptDeflate("permessage-deflate; server_max_window_bits=9, permessage-deflate"));
  EXPECT_FALSE(acceptDeflate("permessage-deflate; server_max_window_bits=9"));
  EXPECT_FALSE(acceptDeflate("permessage-deflate; unknown"));
  EXPECT_FALSE(acceptDeflate("x-webkit-deflate-frame"));
  EXPECT_FALSE(acceptDeflate(""));
}

TEST(WebSocketDeflate, RestoresWhatItCompressed) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "{\"value\":" + std::to_string(i * i) + "}";
  auto compressed = deflateMessage(text);
  EXPECT_LT(compressed.size(), text.size() / 2);
  EXPECT_EQ(inflateMessage(compressed, text.size()), text);
  EXPECT_EQ(inflateMessage(deflateMessage(""), 10), "");
}

TEST(WebSocketDeflate, RefusesBombsAndRubbish) {
  auto bomb = deflateMessage(std::string(1 << 20, '0'));
  EXPECT_LT(bomb.size(), 5000u);
  EXPECT_FALSE(inflateMessage(bomb, 64 * 1024));
  EXPECT_FALSE(inflateMessage("\xff\xff\xff\xff", 1024));
}

TEST(WebSocketDeflate, StoresAPrefixBeforeWhatIsShared) {
  std::string shared(2000, 'x');
  EXPECT_EQ(inflateMessage(storedBlock("{\"seq\":7,") + deflateMessage(shared), 5000), "{\"seq\":7," + shared);
}

TEST(WebSocketText, IsCompressedWhereThatIsWorthIt) {
  EXPECT_EQ(WebSocketText("{}").deflated(), "");
  EXPECT_LT(WebSocketText(std::string(4096, 'x')).deflated().size(), 200u);
}

}  // namespace
}  // namespace larder::http
