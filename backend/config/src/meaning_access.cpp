#include <algorithm>

#include "meaning.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

bool hasEntries(const Json* object, std::string_view key) {
  const auto* list = member(object, key);
  return list != nullptr && !list->empty();
}

class AccessChecker {
 public:
  AccessChecker(const Json& access, Findings& findings) : access_(access), findings_(findings) {}

  void run(bool canLogIn) {
    const auto path = Path{} / "http" / "accessControl";
    if (const auto* admin = member(&access_, "adminPolicy")) policy(*admin, path / "adminPolicy");
    if (const auto* repositories = member(&access_, "repositories")) {
      for (auto it = repositories->begin(); it != repositories->end(); ++it) {
        if (it.value().is_object()) rule(it.value(), (path / "repositories").entry(it.key()));
      }
    }
    if (canLogIn) warnOfEveryone(path);
    if (!canLogIn && needsLogIn_) {
      findings_.warning(path, "No login is configured, so only anonymousPolicy has an effect here.",
                        "Configure http.auth.htpasswd or client certificates");
    }
  }

 private:
  // Who holds every action on `**` is an admin, and may find that they said so of everyone.
  void warnOfEveryone(const Path& path) {
    const auto* all = member(member(&access_, "repositories"), "**");
    const auto* actions = member(all, "defaultPolicy");
    if (actions == nullptr || !actions->is_array()) return;
    for (const auto* action : {"read", "create", "update", "delete"}) {
      if (std::ranges::find(*actions, Json(action)) == actions->end()) return;
    }
    findings_.warning((path / "repositories").entry("**") / "defaultPolicy",
                      "Every logged-in user has all actions on all repositories, which makes everyone an admin.",
                      "Grant create, update and delete in a policy with users or groups instead");
  }

  void rule(const Json& rule, const Path& path) {
    needsLogIn_ = needsLogIn_ || hasEntries(&rule, "defaultPolicy");
    const auto* policies = member(&rule, "policies");
    if (policies == nullptr || !policies->is_array()) return;
    for (std::size_t i = 0; i < policies->size(); ++i) policy((*policies)[i], (path / "policies")[i]);
  }

  void policy(const Json& policy, const Path& path) {
    if (!policy.is_object()) return;
    needsLogIn_ = true;
    if (hasEntries(&policy, "actions") && !hasEntries(&policy, "users") && !hasEntries(&policy, "groups")) {
      findings_.warning(path, "This policy has no users and no groups, so it grants nothing.");
    }
    const auto* groups = member(&policy, "groups");
    const auto* known = member(&access_, "groups");
    if (groups == nullptr || !groups->is_array()) return;
    for (std::size_t i = 0; i < groups->size(); ++i) {
      const auto& group = (*groups)[i];
      if (group.is_string() && (known == nullptr || !known->contains(group.get_ref<const std::string&>()))) {
        findings_.warning((path / "groups")[i], "There is no group " + quote(group.get_ref<const std::string&>()) + ".",
                          "Add it to http.accessControl.groups");
      }
    }
  }

  const Json& access_;
  Findings& findings_;
  bool needsLogIn_ = false;
};

}  // namespace

void checkAccess(const Json& document, Findings& findings) {
  const auto* http = member(&document, "http");
  const auto* access = member(http, "accessControl");
  // A log-in whose file is wrong is one all the same: the file is reported by itself.
  const auto given = [](const Json* object, const char* key) { return object != nullptr && object->contains(key); };
  const bool canLogIn = given(member(member(http, "auth"), "htpasswd"), "path") || given(member(http, "tls"), "cacert");
  const auto* management = member(member(&document, "larder"), "management");
  const auto* open = member(management, "open");
  if (open != nullptr && *open == true) {
    findings.warning(Path{} / "larder" / "management" / "open",
                     canLogIn ? "This has no effect because a login is configured."
                              : "Everyone who can reach the port can change the configuration and all content.",
                     canLogIn ? "Remove the key" : "Configure http.auth.htpasswd, or use the daemon's token instead");
  }
  if (access == nullptr) {
    if (!canLogIn) return;
    findings.warning(
        Path{} / "http" / "accessControl",
        "Without this key every logged-in user is an admin and may push, delete and change the configuration.",
        "List the admins in http.accessControl.adminPolicy");
    return;
  }
  if (access->is_object()) AccessChecker(*access, findings).run(canLogIn);
}

}  // namespace larder::config
