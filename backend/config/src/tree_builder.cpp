#include "tree_builder.hpp"

#include <algorithm>

#include "text.hpp"

namespace larder::config {
namespace {

struct Extent {
  std::size_t values = 1, depth = 0;
};

Extent extentOf(const Json& value) {
  Extent extent;
  if (!value.is_structured()) return extent;
  std::size_t deepest = 0;
  for (const auto& child : value) {
    const auto part = extentOf(child);
    extent.values += part.values;
    deepest = std::max(deepest, part.depth);
  }
  extent.depth = deepest + 1;
  return extent;
}

}  // namespace

bool TreeBuilder::begin(Json container) {
  if (levels_.size() >= kMaxDepth) {
    return fail(core::ErrorCode::TooLarge, "Objects and lists are nested more than 64 deep.");
  }
  levels_.push_back({std::move(container), {}, {}});
  return true;
}

bool TreeBuilder::key(std::string name) {
  auto& level = levels_.back();
  level.key = std::move(name);
  if (level.keys.insert(level.key).second) return true;
  return fail(core::ErrorCode::InvalidArgument, "This key stands twice in the same object; remove one of them.");
}

bool TreeBuilder::value(Json value) {
  return count(value) && add(std::move(value));
}

bool TreeBuilder::end() {
  auto container = std::move(levels_.back().container);
  levels_.pop_back();
  if (++values_ > kMaxValues) return fail(core::ErrorCode::TooLarge, "There are more than 300000 values.");
  return add(std::move(container));
}

bool TreeBuilder::count(const Json& value) {
  const auto extent = extentOf(value);
  values_ += extent.values;
  if (values_ > kMaxValues) return fail(core::ErrorCode::TooLarge, "There are more than 300000 values.");
  if (levels_.size() + extent.depth > kMaxDepth) {
    return fail(core::ErrorCode::TooLarge, "Objects and lists are nested more than 64 deep.");
  }
  return true;
}

const Json& TreeBuilder::last() const {
  if (levels_.empty()) return root_;
  return levels_.back().container.back();
}

bool TreeBuilder::add(Json value) {
  if (levels_.empty()) {
    root_ = std::move(value);
    complete_ = true;
    return true;
  }
  auto& level = levels_.back();
  if (level.container.is_array()) {
    level.container.push_back(std::move(value));
  } else {
    // Appended without the search for an equal key, which would make a large object quadratic.
    level.container.get_ref<Json::object_t&>().push_back({level.key, std::move(value)});
  }
  return true;
}

bool TreeBuilder::fail(core::ErrorCode code, std::string message) {
  failure_ = core::Error{code, std::move(message), path().toString()};
  return false;
}

Path TreeBuilder::path() const {
  Path path;
  for (const auto& level : levels_) {
    if (level.container.is_array()) {
      path = path[level.container.size()];
    } else if (!level.key.empty()) {
      path = path / level.key;
    }
  }
  return path;
}

}  // namespace larder::config
