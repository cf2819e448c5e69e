#include "larder/apitypes/writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace larder::apitypes {
namespace {

template <class Number>
void append(std::string& out, Number number) {
  std::array<char, 32> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Whether it can stand in quotes as it is (RFC 8259, section 7).
bool isPlain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

}  // namespace

void Writer::value(bool flag) {
  out_ += flag ? "true" : "false";
}

void Writer::value(std::int64_t number) {
  append(out_, number);
}

void Writer::value(std::uint64_t number) {
  append(out_, number);
}

void Writer::value(float number) {
  if (!std::isfinite(number)) {
    out_ += "null";
  } else {
    append(out_, number);
  }
}

void Writer::value(Time time) {
  text(formatTime(time));
}

void Writer::value(const Json& json) {
  out_ += dumped(json);
}

void Writer::key(std::string_view name) {
  comma();
  text(name);
  out_ += ':';
}

void Writer::text(std::string_view content) {
  if (isPlain(content)) {
    out_.append(1, '"').append(content).append(1, '"');
  } else {
    out_ += dumped(Json(content));
  }
}

}  // namespace larder::apitypes
