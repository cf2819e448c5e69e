#include "sources/oci/challenge.hpp"

#include <algorithm>

#include "text.hpp"

namespace larder::upstream {
namespace {

constexpr std::size_t kMaxChallenges = 16;
constexpr std::size_t kMaxParameters = 16;
constexpr std::size_t kMaxField = 8 * 1024;

bool isTokenCharacter(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

// Walks over one field. A word is a parameter if `=` and a value follow it, else it begins a challenge; token68
// credentials look like a word followed by `=`s and are skipped.
class Parser {
 public:
  Parser(std::string_view text, std::vector<Challenge>& out) : text_(text.substr(0, kMaxField)), out_(out) {}

  void run() {
    while (true) {
      skip(" \t,");
      if (atEnd()) return;
      auto word = token();
      if (word.empty()) {
        skipToComma();
      } else if (!parameter(word)) {
        begin(word);
      }
    }
  }

 private:
  bool atEnd() const { return at_ >= text_.size(); }
  char here() const { return text_[at_]; }

  void skip(std::string_view characters) {
    while (!atEnd() && characters.find(here()) != std::string_view::npos) ++at_;
  }
  void skipToComma() {
    while (!atEnd() && here() != ',') ++at_;
  }

  std::string_view token() {
    auto from = at_;
    while (!atEnd() && isTokenCharacter(here())) ++at_;
    return text_.substr(from, at_ - from);
  }

  std::string quoted() {
    std::string value;
    for (++at_; !atEnd() && here() != '"'; ++at_) {
      if (here() == '\\' && at_ + 1 < text_.size()) ++at_;
      value.push_back(here());
    }
    if (!atEnd()) ++at_;
    return value;
  }

  // Whether `name` is followed by a value; if so, takes it.
  bool parameter(std::string_view name) {
    auto back = at_;
    skip(" \t");
    if (atEnd() || here() != '=') {
      at_ = back;
      return false;
    }
    ++at_;
    skip(" \t");
    std::string value;
    if (!atEnd() && here() == '"') {
      value = quoted();
    } else {
      // Unquoted URLs are not allowed, and are met: all up to the comma is taken.
      auto from = at_;
      while (!atEnd() && here() != ',' && here() != ' ' && here() != '\t') ++at_;
      value = text_.substr(from, at_ - from);
    }
    if (open_ && out_.back().parameters.size() < kMaxParameters) {
      out_.back().parameters.emplace_back(lowerCase(name), std::move(value));
    }
    return true;
  }

  void begin(std::string_view scheme) {
    open_ = out_.size() < kMaxChallenges;
    if (open_) out_.push_back({lowerCase(scheme), {}});
  }

  std::string_view text_;
  std::vector<Challenge>& out_;
  std::size_t at_ = 0;
  bool open_ = false;
};

}  // namespace

std::string_view Challenge::parameter(std::string_view name) const {
  auto found = std::ranges::find(parameters, name, [](const auto& entry) -> std::string_view { return entry.first; });
  return found == parameters.end() ? std::string_view{} : std::string_view{found->second};
}

std::vector<Challenge> parseChallenges(std::span<const std::string> fields) {
  std::vector<Challenge> challenges;
  for (const auto& field : fields) Parser(field, challenges).run();
  return challenges;
}

}  // namespace larder::upstream
