#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <unordered_map>

#include "document_readers.hpp"
#include "larder/core/json_builder.hpp"
#include "text.hpp"
#include "yaml_scalar.hpp"

namespace larder::config {
namespace {

std::string placeOf(const YAML::Mark& mark) {
  return "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1);
}

// Ends the parse from within an event; caught by readYaml().
struct Refused {
  core::Error error;
};

// Events instead of yaml-cpp's own tree: that one takes duplicate keys silently and knows no limits.
class Handler : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, anchor, nullptr, "null"); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    // "?" is a plain scalar; "!" a quoted one.
    scalar(mark, anchor, tag == "?" ? plainScalar(text) : Json(text), text);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse(mark, "an alias refers to a node that contains it");
    if (expectsKey()) refuse(mark, "an alias cannot be used as a key");
    require(builder_.value(found->second));
    completed(0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(mark, anchor, Json::array(), false);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(mark, anchor, Json::object(), true);
  }
  void OnSequenceEnd() override { finish(); }
  void OnMapEnd() override { finish(); }

  Json take() { return builder_.take(); }

 private:
  struct Level {
    YAML::anchor_t anchor;
    bool isMap;
    bool expectsKey;
  };

  [[noreturn]] static void refuse(const YAML::Mark& mark, const std::string& reason) {
    throw Refused{
        {core::ErrorCode::InvalidArgument, "This is not valid YAML at " + placeOf(mark) + ": " + reason + "."}};
  }
  void require(bool accepted) const {
    if (!accepted) throw Refused{builder_.failure()};
  }
  bool expectsKey() const { return !levels_.empty() && levels_.back().expectsKey; }

  void scalar(const YAML::Mark& mark, YAML::anchor_t anchor, Json value, const std::string& text) {
    if (expectsKey()) {
      if (anchor != 0) refuse(mark, "a key cannot have an anchor");
      require(builder_.key(text));
      levels_.back().expectsKey = false;
      return;
    }
    require(builder_.value(std::move(value)));
    completed(anchor);
  }

  void start(const YAML::Mark& mark, YAML::anchor_t anchor, Json container, bool isMap) {
    if (expectsKey()) refuse(mark, "a key must be a string");
    require(builder_.begin(std::move(container)));
    levels_.push_back({anchor, isMap, isMap});
  }

  void finish() {
    const auto anchor = levels_.back().anchor;
    levels_.pop_back();
    require(builder_.end());
    completed(anchor);
  }

  void completed(YAML::anchor_t anchor) {
    if (anchor != 0) {
      require(builder_.count(builder_.last()));
      anchors_.insert_or_assign(anchor, builder_.last());
    }
    if (!levels_.empty()) levels_.back().expectsKey = levels_.back().isMap;
  }

  core::JsonBuilder<Json> builder_{kDocumentLimits};
  std::vector<Level> levels_;
  std::unordered_map<YAML::anchor_t, Json> anchors_;
};

}  // namespace

core::Result<Json> readYaml(std::string_view text) {
  std::istringstream stream{std::string(text)};
  Handler handler;
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(handler)) return Json(nullptr);
    Handler second;
    if (parser.HandleNextDocument(second)) {
      return core::fail(core::ErrorCode::InvalidArgument, "The file contains more than one YAML document.");
    }
  } catch (const Refused& refused) {
    return core::fail(refused.error);
  } catch (const YAML::Exception& e) {
    // One of yaml-cpp's fixed texts; some go on with what stands in the file: after a colon, or after an anchor's text.
    const bool alias = e.msg.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR);
    const auto reason = alias ? "an alias refers to an undefined anchor" : e.msg.substr(0, e.msg.find(':'));
    return core::fail(core::ErrorCode::InvalidArgument,
                      "This is not valid YAML at " + placeOf(e.mark) + ": " + reason + ".");
  }
  return handler.take();
}

}  // namespace larder::config
