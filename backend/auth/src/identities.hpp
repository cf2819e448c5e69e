// Makes identities: a name with the groups that http.accessControl.groups puts it in.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "larder/auth/auth.hpp"
#include "larder/config/config.hpp"
#include "name_map.hpp"

namespace larder::auth {

// Immutable, so thread-safe.
class Identities {
 public:
  explicit Identities(const config::Http& http);

  const std::shared_ptr<const Identity>& anonymous() const { return anonymous_; }
  // A user without groups too. `name` is not empty.
  std::shared_ptr<const Identity> make(std::string_view name) const;

 private:
  std::shared_ptr<const Identity> anonymous_ = std::make_shared<const Identity>();
  NameMap<std::vector<std::string>> groupsOf_;
};

}  // namespace larder::auth
