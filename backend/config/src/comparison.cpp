// differences(): what differs between two documents, by the identity of the elements of lists.
#include <algorithm>
#include <optional>

#include "document_edit.hpp"
#include "elements.hpp"
#include "schema_walk.hpp"

namespace larder::config {
namespace {

const Json kAbsent;

// Of the elements that both lists have, those that stay where they are: the others were moved. That is the longest
// increasing run of the places that they had, so that of ten rules one that went to the top is one move.
std::vector<bool> unmoved(const Pairs& pairs) {
  std::vector<std::size_t> lastOf;  // by length: the place in `pairs` at which the lowest run of that length ends
  std::vector<std::optional<std::size_t>> previous(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (!pairs[i]) continue;
    auto end = std::ranges::lower_bound(lastOf, *pairs[i], {}, [&](std::size_t place) { return *pairs[place]; });
    if (end != lastOf.begin()) previous[i] = *std::prev(end);
    if (end == lastOf.end()) {
      lastOf.push_back(i);
    } else {
      *end = i;
    }
  }
  std::vector<bool> stays(pairs.size(), false);
  auto at = lastOf.empty() ? std::nullopt : std::optional(lastOf.back());
  for (; at; at = previous[*at]) stays[*at] = true;
  return stays;
}

class Comparison {
 public:
  explicit Comparison(std::size_t most) : most_(most) {}

  void compare(const SchemaNode* node, const Json& before, const Json& after, const Path& path) {
    if (isFull() || same(before, after)) return;
    if (before.is_object() && after.is_object()) {
      members(node, before, after, path);
    } else if (isListOfObjects(node, before) && isListOfObjects(node, after)) {
      elements(node->items.get(), before, after, path);
    } else {
      add(node, before, after, path);
    }
  }
  std::vector<Difference> take() { return std::move(found_); }

 private:
  bool isFull() const { return found_.size() >= most_; }

  static bool isListOfObjects(const SchemaNode* node, const Json& value) {
    return value.is_array() && node != nullptr && node->items && node->items->allows(Kind::Object);
  }

  Difference* add(const SchemaNode* node, const Json& before, const Json& after, const Path& path) {
    if (isFull()) return nullptr;
    Difference difference;
    difference.path = path.toString();
    difference.before = withoutSecrets(node, before);
    difference.after = withoutSecrets(node, after);
    difference.name = name_;
    found_.push_back(std::move(difference));
    return &found_.back();
  }

  void members(const SchemaNode* node, const Json& before, const Json& after, const Path& path) {
    for (auto it = after.begin(); it != after.end(); ++it) {
      if (it.key() == kElementId) continue;
      auto old = memberAs(node, before, it.key());
      compare(childOf(node, it.key()), old == before.end() ? kAbsent : *old, *it, placeOf(node, path, it.key()));
    }
    for (auto it = before.begin(); it != before.end(); ++it) {
      if (it.key() == kElementId || memberAs(node, after, it.key()) != after.end()) continue;
      compare(childOf(node, it.key()), *it, kAbsent, placeOf(node, path, it.key()));
    }
  }

  void elements(const SchemaNode* node, const Json& before, const Json& after, const Path& path) {
    auto pairs = pairElements(node, before, after);
    auto stays = unmoved(pairs);
    std::vector<bool> kept(before.size(), false);
    auto outer = name_;
    for (std::size_t i = 0; i < after.size(); ++i) {
      name_ = nameOf(node, after[i]);
      if (!pairs[i]) {
        add(node, kAbsent, after[i], path[i]);
        continue;
      }
      kept[*pairs[i]] = true;
      if (!stays[i]) {
        if (auto* moved = add(node, kAbsent, kAbsent, path[i])) {
          moved->from = *pairs[i];
          moved->to = i;
        }
      }
      compare(node, before[*pairs[i]], after[i], path[i]);
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (kept[i]) continue;
      name_ = nameOf(node, before[i]);
      add(node, before[i], kAbsent, path[i]);
    }
    name_ = std::move(outer);
  }

  std::size_t most_;
  std::string name_;  // of the element that is compared, "" outside of lists
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> differences(const SchemaNode& schema, const Json& before, const Json& after, std::size_t most) {
  Comparison comparison(most);
  comparison.compare(&schema, before, after, {});
  return comparison.take();
}

}  // namespace larder::config
