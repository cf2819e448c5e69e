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
    if (!canLogIn && needsLogIn_) {
      findings_.warning(path, "Nobody can log in, so only anonymousPolicy counts here.",
                        "Configure http.auth.htpasswd or client certificates");
    }
  }

 private:
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
      findings_.warning(path, "This policy names no users and no groups, so it grants nothing.");
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
  if (access == nullptr || !access->is_object()) return;
  // A log-in whose file is wrong is one all the same: the file is reported by itself.
  const auto given = [](const Json* object, const char* key) { return object != nullptr && object->contains(key); };
  const bool canLogIn = given(member(member(http, "auth"), "htpasswd"), "path") || given(member(http, "tls"), "cacert");
  AccessChecker(*access, findings).run(canLogIn);
}

}  // namespace larder::config
