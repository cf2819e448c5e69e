#include "larder/apitypes/reader.hpp"

#include <algorithm>
#include <limits>

namespace larder::apitypes {
namespace {

template <class Words>
std::string joined(const Words& words) {
  std::string all;
  for (std::string_view word : words) all.append(all.empty() ? "" : ", ").append(word);
  return all;
}

}  // namespace

Reader::Step::Step(Reader& reader, const Json* to, std::string_view name)
    : reader_(reader), from_(reader.at_), pathLength_(reader.path_.size()) {
  reader.at_ = to;
  if (pathLength_ > 0) reader.path_ += '.';
  reader.path_ += name;
}

Reader::Step::Step(Reader& reader, const Json* to, std::size_t index)
    : reader_(reader), from_(reader.at_), pathLength_(reader.path_.size()) {
  reader.at_ = to;
  reader.path_ += '[' + std::to_string(index) + ']';
}

Reader::Step::~Step() {
  reader_.at_ = from_;
  reader_.path_.resize(pathLength_);
}

void Reader::value(bool& flag) {
  if (!at_->is_boolean()) return wrong("This must be true or false.");
  flag = at_->get<bool>();
}

void Reader::value(int& number) {
  std::int64_t whole = number;
  value(whole);
  if (!std::in_range<int>(whole)) return wrong("Number out of range.");
  number = static_cast<int>(whole);
}

// A number is unsigned if it was parsed and is not negative; one that a program made may be either.
void Reader::value(std::int64_t& number) {
  bool fits =
      at_->is_number_unsigned() ? std::in_range<std::int64_t>(at_->get<std::uint64_t>()) : at_->is_number_integer();
  if (!fits) return wrong("This must be an integer.");
  number = at_->get<std::int64_t>();
}

void Reader::value(std::uint64_t& number) {
  bool fits = at_->is_number_unsigned() || (at_->is_number_integer() && at_->get<std::int64_t>() >= 0);
  if (!fits) return wrong("This must be a non-negative integer.");
  number = at_->get<std::uint64_t>();
}

void Reader::value(float& number) {
  if (at_->is_null()) {
    number = std::numeric_limits<float>::quiet_NaN();
  } else if (at_->is_number()) {
    number = at_->get<float>();
  } else {
    wrong("This must be a number.");
  }
}

void Reader::value(std::string& content) {
  if (!at_->is_string()) return wrong("This must be a string.");
  content = at_->get_ref<const std::string&>();
}

void Reader::value(Time& time) {
  auto parsed = at_->is_string() ? parseTime(at_->get_ref<const std::string&>()) : std::nullopt;
  if (!parsed) return wrong("This must be a UTC time.", "2026-03-01T12:00:00Z");
  time = *parsed;
}

void Reader::wrong(std::string message, std::optional<std::string> hint) {
  if (faults_.size() < kMostFaults) faults_.push_back({path_, std::move(message), std::move(hint)});
}

const Json* Reader::find(std::string_view name) {
  names_.push_back(name);
  auto found = at_->find(name);
  return found == at_->end() ? nullptr : &*found;
}

bool Reader::isList() {
  if (at_->is_array()) return true;
  wrong("This must be a list.");
  return false;
}

bool Reader::isObject() {
  if (at_->is_object()) return true;
  wrong("This must be a JSON object.");
  return false;
}

std::size_t Reader::word(std::span<const std::string_view> words) {
  auto place = at_->is_string() ? placeOf(words, at_->get_ref<const std::string&>()) : 0;
  bool mayBeUnknown = side_ == Side::Client && at_->is_string();
  if (place == 0 && !mayBeUnknown) wrong("Unknown value.", joined(words.subspan(1)));
  return place;
}

void Reader::refuseOthers() {
  if (side_ == Side::Client) return;
  for (const auto& [name, item] : at_->items()) {
    if (std::ranges::find(names_, name) != names_.end()) continue;
    Step step(*this, &item, name);
    wrong("Unknown member.", joined(names_));
  }
}

}  // namespace larder::apitypes
