#include "strict_json.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <unordered_set>
#include <vector>

namespace larder::registry {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxValues = 500'000;

// Ends the parse at the first thing that is refused, before a document object is built.
class Inspector final : public json::json_sax_t {
 public:
  std::string problem;

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return open();
  }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    problem = "The JSON has the key \"" + name.substr(0, 64) + "\" twice in one object.";
    return false;
  }
  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    problem = "The content is not JSON: syntax error at byte " + std::to_string(position) + ".";
    return false;
  }

 private:
  bool value() {
    if (++values_ <= kMaxValues) return true;
    problem = "The JSON has more than 500,000 values.";
    return false;
  }
  bool open() {
    if (++depth_ > kMaxDepth) {
      problem = "The JSON is nested more than 32 levels deep.";
      return false;
    }
    return value();
  }

  std::vector<std::unordered_set<std::string>> keys_;
  std::size_t depth_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

core::Result<json> parseStrictJson(std::string_view text) {
  Inspector inspector;
  if (!json::sax_parse(text, &inspector)) {
    return core::fail(core::ErrorCode::ManifestInvalid, std::move(inspector.problem));
  }
  auto parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return core::fail(core::ErrorCode::ManifestInvalid, "The content is not JSON.");
  return parsed;
}

}  // namespace larder::registry
