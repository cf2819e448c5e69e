#include "larder/core/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "larder/core/json_builder.hpp"

namespace larder::core {
namespace {

// "line 3, column 5" of the byte before `position`.
std::string placeOf(std::string_view text, std::size_t position) {
  const auto before = text.substr(0, position > 0 ? position - 1 : 0);
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const auto newline = before.rfind('\n');
  const auto column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// What the parser complains of, without what it has read: that may be a secret.
std::string reasonOf(std::string_view what) {
  const auto cut = [](std::string_view text, std::string_view marker) {
    const auto at = text.find(marker);
    return at == std::string_view::npos ? std::string_view{} : text.substr(at + marker.size());
  };
  auto reason = cut(what, " - ");
  const auto expected = cut(what, "; expected ");
  reason = reason.substr(0, reason.find(';'));
  if (reason.empty()) return "unexpected end of input, or a number out of range";
  std::string text(reason);
  if (!expected.empty()) text += "; expected " + std::string(expected);
  return text;
}

// The parser keeps its own stack of what is open, a bit for each level; the builder ends it at the limit.
template <class Json>
class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  Reader(std::string_view text, const JsonLimits& limits) : text_(text), builder_(limits) {}

  bool null() override { return builder_.value(nullptr); }
  bool boolean(bool value) override { return builder_.value(value); }
  bool number_integer(number_integer_t value) override { return builder_.value(value); }
  bool number_unsigned(number_unsigned_t value) override { return builder_.value(value); }
  bool number_float(number_float_t value, const string_t&) override { return builder_.value(value); }
  bool string(string_t& value) override { return builder_.value(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return builder_.begin(Json::object()); }
  bool key(string_t& name) override { return builder_.key(std::move(name)); }
  bool end_object() override { return builder_.end(); }
  bool start_array(std::size_t) override { return builder_.begin(Json::array()); }
  bool end_array() override { return builder_.end(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) override {
    syntaxError_ = "This is not valid JSON at " + placeOf(text_, position) + ": " + reasonOf(error.what()) + ".";
    return false;
  }

  Result<Json> run() {
    if (nlohmann::json::sax_parse(text_.begin(), text_.end(), this)) return builder_.take();
    if (!syntaxError_.empty()) return fail(ErrorCode::InvalidArgument, std::move(syntaxError_));
    return fail(builder_.failure());
  }

 private:
  std::string_view text_;
  JsonBuilder<Json> builder_;
  std::string syntaxError_;
};

template <class Json>
Result<Json> parse(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return fail(ErrorCode::TooLarge, "The JSON is larger than " + std::to_string(limits.bytes) + " bytes.");
  }
  return Reader<Json>(text, limits).run();
}

}  // namespace

Result<nlohmann::json> parseJson(std::string_view text, const JsonLimits& limits) {
  return parse<nlohmann::json>(text, limits);
}

Result<nlohmann::ordered_json> parseOrderedJson(std::string_view text, const JsonLimits& limits) {
  return parse<nlohmann::ordered_json>(text, limits);
}

}  // namespace larder::core
