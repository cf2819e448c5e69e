#include "servers.hpp"

#include <algorithm>

#include "console/desktop/secrets.hpp"

namespace console::app {

Server* Servers::find(const QString& name) const {
  const auto found = std::ranges::find(servers_, name, [](const auto& one) { return one->profile().name; });
  return found == servers_.end() ? nullptr : found->get();
}

void Servers::connectTo(const desktop::Profile& profile, const QString& password, std::function<void(Server&)> then) {
  if (auto* server = find(profile.name)) {
    if (then) then(*server);
    return;
  }
  if (!password.isEmpty() || profile.user.isEmpty() || !profile.keepPassword) return start(profile, password, then);
  desktop::readSecret(profile.name, this,
                      [this, profile, then = std::move(then)](const QString& kept) { start(profile, kept, then); });
}

void Servers::start(const desktop::Profile& profile, const QString& password,
                    const std::function<void(Server&)>& then) {
  auto* server = find(profile.name);
  if (!server) {
    if (!password.isEmpty()) keepPassword(profile, password);
    server = servers_.emplace_back(std::make_unique<Server>(profile, password)).get();
    emit connected(*server);
  }
  if (then) then(*server);
}

void Servers::keepPassword(const desktop::Profile& profile, const QString& password) {
  if (!profile.keepPassword) return;
  desktop::keepSecret(profile.name, password, this, [this](const QString& reason) {
    if (!reason.isEmpty()) emit notKept(reason);
  });
}

void Servers::disconnectFrom(const QString& name) {
  const auto found = std::ranges::find(servers_, name, [](const auto& one) { return one->profile().name; });
  if (found == servers_.end()) return;
  servers_.erase(found);
  emit disconnected(name);
}

}  // namespace console::app
