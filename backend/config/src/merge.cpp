#include "merge.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "document_edit.hpp"
#include "elements.hpp"
#include "schema_walk.hpp"

namespace larder::config {
namespace {

// One value in the three documents; null: not there.
struct Three {
  const Json* base = nullptr;
  const Json* mine = nullptr;
  const Json* theirs = nullptr;
};

bool equal(const Json* a, const Json* b) {
  return a == b || (a != nullptr && b != nullptr && same(*a, *b));
}

std::optional<Json> copyOf(const Json* value) {
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

// An element of a list, by its places in the three.
struct Slot {
  std::optional<std::size_t> base, mine, theirs;
};

// The slots of three lists, and for each list its slots in its order.
struct Slots {
  std::vector<Slot> all;
  std::vector<std::size_t> inBase, inMine, inTheirs;
};

Slots slotsOf(const SchemaNode* node, const Json& base, const Json& mine, const Json& theirs) {
  Slots slots;
  for (std::size_t i = 0; i < base.size(); ++i) {
    slots.inBase.push_back(slots.all.size());
    slots.all.push_back({i, {}, {}});
  }
  std::vector<std::size_t> added;  // slots of what only theirs has
  auto extra = Json::array();
  auto pairs = pairElements(node, base, theirs);
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    auto slot = pairs[i].value_or(slots.all.size());
    if (!pairs[i]) {
      slots.all.emplace_back();
      added.push_back(slot);
      extra.push_back(theirs[i]);
    }
    slots.all[slot].theirs = i;
    slots.inTheirs.push_back(slot);
  }
  // What both added is one element if it is the same one.
  pairs = pairElements(node, base, mine);
  auto own = Json::array();
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (!pairs[i]) own.push_back(mine[i]);
  }
  auto alike = pairElements(node, extra, own);
  std::size_t next = 0;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    auto slot = pairs[i].value_or(slots.all.size());
    if (!pairs[i]) {
      if (auto twin = alike[next++]) {
        slot = added[*twin];
      } else {
        slots.all.emplace_back();
      }
    }
    slots.all[slot].mine = i;
    slots.inMine.push_back(slot);
  }
  return slots;
}

// Whether the elements of the base that are in `list` stand in another order there.
bool isReordered(const std::vector<std::size_t>& list, std::size_t baseSize) {
  std::optional<std::size_t> last;
  for (auto slot : list) {
    if (slot >= baseSize) continue;
    if (last && slot < *last) return true;
    last = slot;
  }
  return false;
}

std::vector<std::size_t> common(const std::vector<std::size_t>& list, const std::vector<std::size_t>& other) {
  std::vector<std::size_t> both;
  std::ranges::copy_if(list, std::back_inserter(both),
                       [&](std::size_t slot) { return std::ranges::find(other, slot) != other.end(); });
  return both;
}

// All slots of `lead` in its order, those of `other` behind the one that they follow there.
std::vector<std::size_t> ordered(const std::vector<std::size_t>& lead, const std::vector<std::size_t>& other) {
  auto order = lead;
  std::optional<std::size_t> previous;
  for (auto slot : other) {
    if (std::ranges::find(order, slot) == order.end()) {
      auto at = order.begin();
      if (previous) {
        at = std::next(std::ranges::find(order, *previous));
        // What the lead added at the same place comes first.
        while (at != order.end() && std::ranges::find(other, *at) == other.end()) ++at;
      }
      order.insert(at, slot);
    }
    previous = slot;
  }
  return order;
}

class Merging {
 public:
  explicit Merging(const Choices& choices) : choices_(choices) {}

  std::optional<Json> value(const SchemaNode* node, const Three& three, const Path& path) {
    const auto& [base, mine, theirs] = three;
    if (equal(mine, theirs) || equal(base, mine)) return copyOf(theirs);
    if (equal(base, theirs)) return copyOf(mine);
    if (mine != nullptr && theirs != nullptr) {
      static const Json kObject = Json::object();
      static const Json kArray = Json::array();
      if (mine->is_object() && theirs->is_object()) {
        return members(node, base != nullptr && base->is_object() ? *base : kObject, *mine, *theirs, path);
      }
      if (hasElements(node, *mine) && hasElements(node, *theirs)) {
        return elements(node->items.get(), base != nullptr && base->is_array() ? *base : kArray, *mine, *theirs, path);
      }
    }
    return conflict(node, three, path);
  }

  std::vector<Conflict> take() { return std::move(conflicts_); }

 private:
  Json members(const SchemaNode* node, const Json& base, const Json& mine, const Json& theirs, const Path& path) {
    auto in = [node](const Json& object, const std::string& name) {
      auto found = memberAs(node, object, name);
      return found == object.end() || found->is_null() ? nullptr : &*found;
    };
    auto merged = Json::object();
    auto take = [&](const std::string& name) {
      if (memberAs(node, merged, name) != merged.end()) return;
      Three three{in(base, name), in(mine, name), in(theirs, name)};
      if (auto made = value(childOf(node, name), three, placeOf(node, path, name))) merged[name] = std::move(*made);
    };
    for (auto it = theirs.begin(); it != theirs.end(); ++it) take(it.key());
    for (auto it = mine.begin(); it != mine.end(); ++it) take(it.key());
    return merged;
  }

  Json elements(const SchemaNode* node, const Json& base, const Json& mine, const Json& theirs, const Path& path) {
    auto slots = slotsOf(node, base, mine, theirs);
    auto merged = Json::array();
    for (auto index : orderOf(node, slots, {&base, &mine, &theirs}, path)) {
      const auto& slot = slots.all[index];
      Three three{slot.base ? &base[*slot.base] : nullptr, slot.mine ? &mine[*slot.mine] : nullptr,
                  slot.theirs ? &theirs[*slot.theirs] : nullptr};
      auto outer = name_;
      name_ = nameOf(node, *(three.theirs ? three.theirs : three.mine ? three.mine : three.base));
      auto place = slot.theirs ? *slot.theirs : slot.mine ? *slot.mine : *slot.base;
      if (auto made = value(node, three, path[place])) merged.push_back(std::move(*made));
      name_ = std::move(outer);
    }
    return merged;
  }

  std::vector<std::size_t> orderOf(const SchemaNode* node, const Slots& slots, const Three& lists, const Path& path) {
    auto size = lists.base->size();
    bool moved = isReordered(slots.inMine, size);
    bool leads = moved && !isReordered(slots.inTheirs, size);
    if (moved && !leads && common(slots.inMine, slots.inTheirs) != common(slots.inTheirs, slots.inMine)) {
      // Both moved elements of one list, differently: which order is right nobody but an admin can say.
      auto outer = std::exchange(name_, "the order");
      auto choice = decide(namesOf(node, lists.base), namesOf(node, lists.theirs), namesOf(node, lists.mine), path);
      name_ = std::move(outer);
      if (choice == Choice::Before) return ordered(ordered(slots.inBase, slots.inTheirs), slots.inMine);
      leads = choice == Choice::Mine;
    }
    return leads ? ordered(slots.inMine, slots.inTheirs) : ordered(slots.inTheirs, slots.inMine);
  }

  static Json namesOf(const SchemaNode* node, const Json* list) {
    auto names = Json::array();
    for (const auto& element : *list) names.push_back(nameOf(node, element));
    return names;
  }

  std::optional<Json> conflict(const SchemaNode* node, const Three& three, const Path& path) {
    auto shown = [node](const Json* value) { return value != nullptr ? withoutSecrets(node, *value) : Json(); };
    switch (decide(shown(three.base), shown(three.theirs), shown(three.mine), path)) {
      case Choice::Before:
        return copyOf(three.base);
      case Choice::Mine:
        return copyOf(three.mine);
      case Choice::Theirs:
        break;
    }
    return copyOf(three.theirs);
  }

  // Conflicts are numbered in the order in which they are found, which does not depend on what is chosen.
  Choice decide(Json before, Json theirs, Json mine, const Path& path) {
    auto id = std::to_string(++count_);
    if (auto chosen = choices_.find(id); chosen != choices_.end()) return chosen->second;
    conflicts_.push_back(
        {std::move(id), path.toString(), name_, std::move(before), std::move(theirs), std::move(mine)});
    return Choice::Theirs;
  }

  const Choices& choices_;
  std::size_t count_ = 0;
  std::string name_;  // of the element that is merged, "" outside of lists
  std::vector<Conflict> conflicts_;
};

}  // namespace

Merge mergeThreeWays(const SchemaNode* node, const Json& base, const Json& mine, const Json& theirs,
                     const Choices& choices) {
  Merging merging(choices);
  Merge merge;
  merge.document = merging.value(node, {&base, &mine, &theirs}, {}).value_or(Json::object());
  merge.conflicts = merging.take();
  return merge;
}

}  // namespace larder::config
