#include "elements.hpp"

#include <algorithm>
#include <unordered_map>

#include "document_edit.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kMostNamed = 3;  // of a list, in a name

const Json* idOf(const Json& element) {
  if (!element.is_object()) return nullptr;
  auto found = element.find(kElementId);
  return found == element.end() ? nullptr : &*found;
}

nlohmann::json sorted(const Json& value) {
  if (value.is_object()) {
    auto out = nlohmann::json::object();
    for (auto it = value.begin(); it != value.end(); ++it) {
      if (it.key() != kElementId) out[it.key()] = sorted(*it);
    }
    return out;
  }
  if (value.is_array()) {
    auto out = nlohmann::json::array();
    for (const auto& item : value) out.push_back(sorted(item));
    return out;
  }
  return nlohmann::json(value);
}

class Pairing {
 public:
  Pairing(const Json& before, const Json& after)
      : before_(before), after_(after), pairs_(after.size()), taken_(before.size(), false) {}

  // Pairs what has the same text; "" is paired with nothing.
  template <class TextOf>
  void byText(TextOf textOf) {
    std::unordered_map<std::string, std::vector<std::size_t>> places;  // of `before`, the last first
    for (std::size_t i = before_.size(); i-- > 0;) {
      if (taken_[i]) continue;
      if (auto text = textOf(before_[i]); !text.empty()) places[std::move(text)].push_back(i);
    }
    for (std::size_t i = 0; i < after_.size(); ++i) {
      if (pairs_[i]) continue;
      auto found = places.find(textOf(after_[i]));
      if (found == places.end() || found->second.empty()) continue;
      take(i, found->second.back());
      found->second.pop_back();
    }
  }

  // Pairs what stands between the same neighbours, where as many stand there as did.
  void byNeighbours() {
    std::size_t from = 0;  // in `before`, behind the last neighbour
    for (std::size_t i = 0; i < after_.size();) {
      if (pairs_[i]) {
        from = *pairs_[i++] + 1;
        continue;
      }
      auto end = i;
      while (end < after_.size() && !pairs_[end]) ++end;
      auto to = end < after_.size() ? *pairs_[end] : before_.size();
      bool free = to >= from && to - from == end - i;
      for (auto k = from; free && k < to; ++k) free = !taken_[k] && !idOf(before_[k]) && before_[k].is_object();
      for (; i < end; ++i, ++from) {
        if (free && after_[i].is_object() && !idOf(after_[i])) take(i, from);
      }
    }
  }

  Pairs result() { return std::move(pairs_); }

 private:
  void take(std::size_t after, std::size_t before) {
    pairs_[after] = before;
    taken_[before] = true;
  }

  const Json& before_;
  const Json& after_;
  Pairs pairs_;
  std::vector<bool> taken_;  // of `before`
};

// Some of a list, or one value.
std::string words(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.is_structured() ? "" : value.dump();
  std::string text;
  for (std::size_t i = 0; i < value.size() && i < kMostNamed; ++i) {
    if (!value[i].is_string()) continue;
    text += (text.empty() ? "" : ", ") + value[i].get<std::string>();
  }
  return value.size() > kMostNamed ? text + ", …" : text;
}

}  // namespace

bool same(const Json& a, const Json& b) {
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size()) return false;
    return std::all_of(a.items().begin(), a.items().end(), [&](const auto& item) {
      auto other = b.find(item.key());
      return other != b.end() && same(item.value(), *other);
    });
  }
  if (a.is_array() && b.is_array()) return std::ranges::equal(a, b, same);
  return a == b;
}

std::string canonicalText(const Json& value) {
  return sorted(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string identityOf(const SchemaNode* node, const Json& element) {
  std::string key;
  bool some = false;
  for (const auto& name : node->identity) {
    const auto* value = memberAnyCase(&element, name);
    some |= value != nullptr;
    key += (value != nullptr ? canonicalText(*value) : std::string()) + '\n';
  }
  return some ? key : std::string();
}

Pairs pairElements(const SchemaNode* node, const Json& before, const Json& after) {
  Pairing pairing(before, after);
  pairing.byText([](const Json& element) {
    const auto* id = idOf(element);
    return id != nullptr ? id->dump() : std::string();
  });
  pairing.byText([](const Json& element) { return idOf(element) ? std::string() : canonicalText(element); });
  if (node != nullptr && !node->identity.empty()) {
    pairing.byText([node](const Json& element) { return idOf(element) ? std::string() : identityOf(node, element); });
  }
  pairing.byNeighbours();
  return pairing.result();
}

bool hasElements(const SchemaNode* list, const Json& value) {
  return value.is_array() && list != nullptr && list->items &&
         (list->items->allows(Kind::Object) || list->items->allows(Kind::String));
}

std::string nameOf(const SchemaNode* node, const Json& element) {
  if (node == nullptr || node->secret) return "";
  if (!element.is_object()) return words(element);
  std::string name;
  for (const auto& member : node->identity) {
    const auto* value = memberAnyCase(&element, member);
    if (value == nullptr) continue;
    auto text = words(*value);
    if (text.empty()) continue;
    if (!name.empty()) name += ", ";
    // What kind of name it is: a policy may be for users or for groups.
    name += node->identity.size() > 1 && value->is_array() ? member + " " + text : text;
  }
  return name;
}

}  // namespace larder::config
