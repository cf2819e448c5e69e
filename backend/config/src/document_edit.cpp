#include "document_edit.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "elements.hpp"
#include "schema_walk.hpp"

namespace larder::config {
namespace {

bool isFreeForm(const SchemaNode& node) {
  return node.properties.empty() && node.additional == nullptr && node.items == nullptr && node.allows(Kind::Object);
}

bool saysNothing(const Json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return value.is_null() || (value.is_object() && value.empty());
}

Json hidden(const SchemaNode* node, const Json& value) {
  if (saysNothing(value)) return value;
  if (node == nullptr || node->secret) return kSecret;
  if (value.is_object() && !isFreeForm(*node)) {
    auto shown = Json::object();
    for (auto it = value.begin(); it != value.end(); ++it) {
      if (it.key() != kElementId) shown[it.key()] = hidden(childOf(node, it.key()), *it);
    }
    return shown;
  }
  if (value.is_array() && node->items) {
    auto shown = Json::array();
    for (const auto& item : value) shown.push_back(hidden(node->items.get(), item));
    return shown;
  }
  return value;
}

void collectSecrets(const SchemaNode* node, const Json& value, const Path& path, std::vector<std::string>& paths) {
  if (saysNothing(value) || node == nullptr) return;
  if (node->secret) {
    paths.push_back(path.toString());
  } else if (value.is_object()) {
    for (auto it = value.begin(); it != value.end(); ++it) {
      collectSecrets(childOf(node, it.key()), *it, placeOf(node, path, it.key()), paths);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) collectSecrets(node->items.get(), value[i], path[i], paths);
  }
}

const Json kNothing;

const Json& orNothing(const Json* value) {
  return value != nullptr ? *value : kNothing;
}

// The address itself may be a secret, which stays as it is where it is hidden.
bool goesElsewhere(const SchemaNode* node, const Json& edited, const Json& current) {
  if (node == nullptr || !current.is_object()) return false;
  return std::ranges::any_of(node->address, [&](const std::string& name) {
    const auto& wanted = orNothing(memberAnyCase(&edited, name));
    const auto& old = orNothing(memberAnyCase(&current, name));
    return wanted != kSecret && !same(wanted, old) && !(saysNothing(wanted) && saysNothing(old));
  });
}

Problem noSecretFor(const Path& path) {
  return {Severity::Error, path.toString(),
          "There is no saved secret to keep: the entry is new, or its address has changed.", "Enter the secret itself"};
}

void hideAddressed(const SchemaNode* node, Json& value, bool addressed) {
  if (node == nullptr) return;
  addressed = addressed || !node->address.empty();
  if (node->secret) {
    if (addressed && !saysNothing(value)) value = kSecret;
  } else if (value.is_object()) {
    for (auto it = value.begin(); it != value.end(); ++it) hideAddressed(childOf(node, it.key()), *it, addressed);
  } else if (value.is_array() && node->items) {
    for (auto& item : value) hideAddressed(node->items.get(), item, addressed);
  }
}

// The secrets that go to an address, each with that address and its name below the object that says it.
class AddressedSecrets {
 public:
  using Key = std::tuple<const SchemaNode*, std::string, std::string, std::string>;

  AddressedSecrets(const SchemaNode& schema, const Json& document) { walk(&schema, document, {}); }

  const std::vector<std::pair<Key, Path>>& found() const { return found_; }

 private:
  void walk(const SchemaNode* node, const Json& value, const Path& path) {
    if (node == nullptr) return;
    if (!node->address.empty() && value.is_object()) {
      std::string address;
      for (const auto& name : node->address) {
        const auto& member = orNothing(memberAnyCase(&value, name));
        address += (saysNothing(member) ? std::string() : canonicalText(member)) + '\n';
      }
      collect(node, address, node, value, path, "");
    } else if (value.is_object()) {
      for (auto it = value.begin(); it != value.end(); ++it) {
        walk(childOf(node, it.key()), *it, placeOf(node, path, it.key()));
      }
    } else if (value.is_array() && node->items) {
      for (std::size_t i = 0; i < value.size(); ++i) walk(node->items.get(), value[i], path[i]);
    }
  }

  void collect(const SchemaNode* owner, const std::string& address, const SchemaNode* node, const Json& value,
               const Path& path, const std::string& name) {
    if (saysNothing(value) || node == nullptr) return;
    if (node->secret) {
      found_.emplace_back(Key{owner, address, name, canonicalText(value)}, path);
    } else if (value.is_object()) {
      for (auto it = value.begin(); it != value.end(); ++it) {
        collect(owner, address, childOf(node, it.key()), *it, placeOf(node, path, it.key()),
                name + '.' + lower(it.key()));
      }
    } else if (value.is_array() && node->items) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        collect(owner, address, node->items.get(), value[i], path[i], name + "[]");
      }
    }
  }

  std::vector<std::pair<Key, Path>> found_;
};

// A secret stays with the element of a list that it was given for, which is the one of the same identity: the one in
// the same place may be another host. For the same reason it stays with the address that it was given for.
class Restorer {
 public:
  void restore(const SchemaNode* node, Json& edited, const Json& current, const Path& path) {
    if (edited == kSecret && (node == nullptr || node->secret)) {
      if (current.is_null() || current == kSecret) {
        missing_.push_back(noSecretFor(path));
      } else {
        edited = current;
      }
    } else if (edited.is_object()) {
      bool elsewhere = goesElsewhere(node, edited, current);
      for (auto it = edited.begin(); it != edited.end(); ++it) {
        auto old = current.is_object() ? memberAs(node, current, it.key()) : current.end();
        bool known = current.is_object() && old != current.end() && !elsewhere;
        restore(childOf(node, it.key()), *it, known ? *old : kNothing, placeOf(node, path, it.key()));
      }
    } else if (edited.is_array() && node != nullptr && node->items) {
      auto old = counterparts(node->items.get(), edited, current);
      for (std::size_t i = 0; i < edited.size(); ++i) restore(node->items.get(), edited[i], *old[i], path[i]);
    }
  }
  std::vector<Problem> take() { return std::move(missing_); }

 private:
  // The elements that those of `edited` were: what shows the same, then what alone has the same identity.
  static std::vector<const Json*> counterparts(const SchemaNode* node, const Json& edited, const Json& current) {
    std::vector<const Json*> found(edited.size(), &kNothing);
    if (!current.is_array()) return found;
    std::vector<bool> taken(current.size(), false);
    std::vector<bool> paired(edited.size(), false);
    auto pair = [&](auto textOfEdited, auto textOfCurrent, bool onlyAlone) {
      std::map<std::string, std::vector<std::size_t>> places;
      std::map<std::string, std::size_t> wanted;
      for (std::size_t k = 0; k < current.size(); ++k) {
        if (!taken[k]) places[textOfCurrent(current[k])].push_back(k);
      }
      for (std::size_t i = 0; i < edited.size(); ++i) {
        if (!paired[i]) ++wanted[textOfEdited(edited[i])];
      }
      for (std::size_t i = 0; i < edited.size(); ++i) {
        if (paired[i]) continue;
        auto text = textOfEdited(edited[i]);
        auto& there = places[text];
        if (text.empty() || there.empty() || (onlyAlone && (there.size() > 1 || wanted[text] > 1))) continue;
        found[i] = &current[there.front()];
        taken[there.front()] = paired[i] = true;
        there.erase(there.begin());
      }
    };
    auto shown = [node](const Json& element) { return canonicalText(hidden(node, element)); };
    pair([](const Json& element) { return canonicalText(element); }, shown, false);
    auto identity = [node](const Json& element) { return identityOf(node, element); };
    pair(identity, identity, true);
    return found;
  }

  std::vector<Problem> missing_;
};

}  // namespace

const Json* memberAnyCase(const Json* object, std::string_view name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  for (auto it = object->begin(); it != object->end(); ++it) {
    if (equalIgnoringCase(it.key(), name) && !it->is_null()) return &*it;
  }
  return nullptr;
}

void mergePatch(const SchemaNode* node, Json& document, const Json& patch) {
  if (!patch.is_object()) {
    document = patch;
    return;
  }
  if (!document.is_object()) document = Json::object();
  for (auto it = patch.begin(); it != patch.end(); ++it) {
    auto there = memberAs(node, document, it.key());
    if (it->is_null()) {
      if (there != document.end()) document.erase(there);
      continue;
    }
    auto& value = there != document.end() ? *there : document[it.key()];
    mergePatch(childOf(node, it.key()), value, *it);
  }
}

Json patchBetween(const Json& from, const Json& to) {
  auto patch = Json::object();
  for (auto it = to.begin(); it != to.end(); ++it) {
    auto old = from.find(it.key());
    if (old != from.end() && old->is_object() && it->is_object()) {
      if (auto inner = patchBetween(*old, *it); !inner.empty()) patch[it.key()] = std::move(inner);
    } else if (old == from.end() || *old != *it) {
      patch[it.key()] = *it;
    }
  }
  for (auto it = from.begin(); it != from.end(); ++it) {
    if (!to.contains(it.key())) patch[it.key()] = nullptr;
  }
  return patch;
}

Json withoutSecrets(const SchemaNode* node, const Json& value) {
  return hidden(node, value);
}

std::vector<std::string> secretPaths(const SchemaNode& schema, const Json& document) {
  std::vector<std::string> paths;
  collectSecrets(&schema, document, {}, paths);
  return paths;
}

std::vector<Problem> restoreSecrets(const SchemaNode& schema, Json& edited, const Json& current) {
  Restorer restorer;
  restorer.restore(&schema, edited, current, {});
  return restorer.take();
}

Json withoutAddressedSecrets(const SchemaNode& schema, Json document) {
  hideAddressed(&schema, document, false);
  return document;
}

std::vector<Problem> strangeSecrets(const SchemaNode& schema, const Json& document,
                                    const std::vector<const Json*>& known) {
  std::set<AddressedSecrets::Key> there;
  for (const auto* one : known) {
    AddressedSecrets secrets(schema, *one);
    for (const auto& [key, path] : secrets.found()) there.insert(key);
  }
  std::vector<Problem> problems;
  AddressedSecrets secrets(schema, document);
  for (const auto& [key, path] : secrets.found()) {
    if (!there.contains(key)) problems.push_back(noSecretFor(path));
  }
  return problems;
}

}  // namespace larder::config
