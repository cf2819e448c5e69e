#include <map>
#include <set>

#include "larder/config/hosts.hpp"
#include "larder/core/cloud_hosts.hpp"
#include "larder/core/reference.hpp"
#include "larder/core/units.hpp"
#include "meaning.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

std::string stringAt(const Json* object, std::string_view key) {
  const auto* value = member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool isTrue(const Json* object, std::string_view key) {
  const auto* value = member(object, key);
  return value != nullptr && *value == true;
}

std::chrono::nanoseconds durationOf(const Json* object, std::string_view key) {
  return core::parseDuration(stringAt(object, key)).value_or(std::chrono::nanoseconds{0});
}

bool hasElements(const Json* list) {
  return list != nullptr && list->is_array() && !list->empty();
}

std::string_view withoutSlashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

class SyncChecker {
 public:
  SyncChecker(const Json& document, Findings& findings) : http_(member(&document, "http")), findings_(findings) {}

  void registry(const Json& registry, const Path& path) {
    if (!registry.is_object()) return;
    retries(registry, path);
    credentials(registry, path);
    activity(registry, path);
    urls(member(&registry, "urls"), path / "urls");
    helperHosts(registry, path / "urls");
    const auto* content = member(&registry, "content");
    if (!hasElements(content)) return;
    for (std::size_t i = 0; i < content->size(); ++i) {
      if ((*content)[i].is_object()) contentRule((*content)[i], path, (path / "content")[i]);
    }
  }

  bool knowsHost(const std::string& host) const { return hosts_.contains(host); }

 private:
  void retries(const Json& registry, const Path& path) {
    const bool hasDelay = registry.contains("retryDelay");
    const auto* retries = member(&registry, "maxRetries");
    if (retries != nullptr && *retries != 0 && !hasDelay) {
      findings_.error(path / "retryDelay", "This key is missing.", "maxRetries needs it, for example 1s");
    }
    const auto longest = durationOf(&registry, "maxRetryDelay");
    if (longest == std::chrono::nanoseconds{0}) return;
    if (!hasDelay) {
      findings_.error(path / "retryDelay", "This key is missing.", "maxRetryDelay needs it, for example 1s");
    } else if (longest < durationOf(&registry, "retryDelay")) {
      findings_.error(path / "maxRetryDelay", "This must be at least retryDelay.");
    }
  }

  void credentials(const Json& registry, const Path& path) {
    const bool usesOAuth2 = lower(stringAt(&registry, "credentialHelper")) == "oauth2";
    const auto* helper = member(&registry, "oauth2CredentialHelper");
    const auto place = path / "oauth2CredentialHelper";
    if (!usesOAuth2) {
      if (helper != nullptr) findings_.warning(place, "This has no effect unless credentialHelper is oauth2.");
      return;
    }
    if (stringAt(helper, "tokenURL").empty()) {
      findings_.error(place / "tokenURL", "This key is missing.", "credentialHelper oauth2 needs it");
    }
    const bool hasAssertion = !stringAt(helper, "assertionFile").empty();
    if (hasAssertion == !stringAt(helper, "signingFile").empty()) {
      findings_.error(place, "It needs either an assertionFile or a signingFile.");
    }
    const bool exchanges = stringAt(helper, "grantType") == "urn:ietf:params:oauth:grant-type:token-exchange";
    if (exchanges && stringAt(helper, "audience").empty()) {
      findings_.error(place / "audience", "This key is missing.", "The grant token-exchange needs it");
    }
    for (const char* key : {"audience", "subjectTokenType", "requestedTokenType"}) {
      if (!exchanges && !stringAt(helper, key).empty()) {
        findings_.error(place / key, "Only the token-exchange grant uses this.");
      }
    }
  }

  // What ecr and gcp give opens all that this machine's role may do.
  void helperHosts(const Json& registry, const Path& path) {
    const auto helper = lower(stringAt(&registry, "credentialHelper"));
    const auto* urls = member(&registry, "urls");
    for (std::size_t i = 0; urls != nullptr && urls->is_array() && i < urls->size(); ++i) {
      if (!(*urls)[i].is_string() || helper == "oauth2" || helper.empty()) continue;
      const auto& url = (*urls)[i].get_ref<const std::string&>();
      const bool isPlain = lower(url).starts_with("http://");
      if (!isPlain && core::helperServes(helper, canonicalHost(url))) continue;
      findings_.error(
          path[i], "credentialHelper " + helper + " only works with " + std::string(core::hostsOfHelper(helper)) + ".",
          "Put other registries in a separate rule");
    }
  }

  void activity(const Json& registry, const Path& path) {
    const bool onDemand = isTrue(&registry, "onDemand");
    const bool polls = durationOf(&registry, "pollInterval") > std::chrono::nanoseconds{0};
    const bool hasContent = hasElements(member(&registry, "content"));
    if (polls && !hasContent) {
      findings_.warning(path / "pollInterval", "Without content nothing is polled.",
                        "Set content to what should be fetched");
    }
    if (!onDemand && !(polls && hasContent)) {
      findings_.warning(path, "This rule does nothing.", "Set onDemand, or pollInterval and content");
    }
    if (!onDemand && durationOf(&registry, "manifestCheckInterval") > std::chrono::nanoseconds{0}) {
      findings_.warning(path / "manifestCheckInterval", "This has no effect without onDemand.");
    }
  }

  void urls(const Json* urls, const Path& path) {
    if (urls == nullptr || !urls->is_array()) return;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < urls->size(); ++i) {
      if (!(*urls)[i].is_string()) continue;
      const auto& url = (*urls)[i].get_ref<const std::string&>();
      hosts_.insert(canonicalHost(url));
      if (!seen.insert(lower(withoutSlashes(url))).second) findings_.warning(path[i], "This URL is listed twice.");
      if (isSelf(url)) {
        findings_.error(path[i], "This is Larder's own address.", "Use the URL of the upstream registry");
      }
    }
  }

  bool isSelf(std::string_view url) const {
    const auto* port = member(http_, "port");
    const auto shownPort = port != nullptr && port->is_number() ? port->dump() : "5000";
    const auto host = canonicalHost(url);
    const auto* address = member(http_, "address");
    const auto own = address != nullptr && address->is_string() ? address->get<std::string>() : "127.0.0.1";
    const auto isHere = [&](const std::string& name) { return host == name + ":" + shownPort; };
    return isHere(own) || isHere("127.0.0.1") || isHere("localhost") || isHere("[::1]");
  }

  void contentRule(const Json& content, const Path& registryPath, const Path& path) {
    const auto destination = stringAt(&content, "destination");
    const auto local = withoutSlashes(destination);
    const auto prefix = content.contains("prefix") ? stringAt(&content, "prefix") : "**";
    const bool strips = isTrue(&content, "stripPrefix");
    if (!local.empty() && !core::isRepositoryName(local)) {
      findings_.error(path / "destination", quote(destination) + " is not a valid start of a repository name.",
                      "Names consist of lower-case letters, digits and . _ - between slashes, for example /docker.io");
    }
    if (strips && destination == "/" && prefix.find("/*") == std::string::npos) {
      findings_.error(path / "stripPrefix", "With the destination / the repository name would be empty.",
                      "Use a glob in the prefix, for example team/**");
    }
    // Names that two rules give: the second one is asked only for what the first one does not have.
    const auto names = std::string(local) + (strips ? " strip " : " keep ") + prefix;
    const auto [first, isNew] = names_.emplace(names, path.toString());
    if (isNew) return;
    const bool sameRegistry = first->second.starts_with(registryPath.toString() + ".");
    findings_.warning(path, "The same names are already served by " + first->second + ".",
                      sameRegistry ? "Remove one of them" : "Give each registry its own destination");
  }

  const Json* http_;
  Findings& findings_;
  std::set<std::string> hosts_;
  std::map<std::string, std::string> names_;  // what a rule serves → its place
};

void checkUpstreams(const Json& document, const SyncChecker& sync, Findings& findings) {
  const auto* upstreams = member(member(&document, "larder"), "upstreams");
  if (upstreams == nullptr) return;
  std::map<std::string, std::string> seen;
  for (auto it = upstreams->begin(); it != upstreams->end(); ++it) {
    const auto path = (Path{} / "larder" / "upstreams").entry(it.key());
    const auto host = canonicalHost(it.key());
    const auto [first, isNew] = seen.emplace(host, it.key());
    if (!isNew) {
      findings.error(path, "This is the same registry as " + quote(first->second) + ".",
                     "Merge the settings into one entry");
    } else if (!sync.knowsHost(host)) {
      findings.warning(path, "No rule in extensions.sync.registries has this host.");
    }
  }
}

}  // namespace

void checkSync(const Json& document, Findings& findings) {
  SyncChecker checker(document, findings);
  const auto* registries = member(member(member(&document, "extensions"), "sync"), "registries");
  if (registries != nullptr && registries->is_array()) {
    const auto path = Path{} / "extensions" / "sync" / "registries";
    for (std::size_t i = 0; i < registries->size(); ++i) checker.registry((*registries)[i], path[i]);
  }
  checkUpstreams(document, checker, findings);
}

}  // namespace larder::config
