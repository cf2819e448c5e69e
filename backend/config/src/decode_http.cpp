#include <algorithm>

#include "decode.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

// As in Zot, what is not positive is no limit.
Millis timeoutOf(const Fields& http, std::string_view key) {
  return std::max(http.duration(key), Millis{0});
}

std::optional<Tls> decodeTls(const Fields& http) {
  if (!http.has("tls") || !http.in("tls").has("cert")) return std::nullopt;
  const auto tls = http.in("tls");
  return Tls{.cert = tls.text("cert"), .key = tls.text("key"), .cacert = tls.optionalText("cacert")};
}

std::optional<RateLimit> decodeRateLimit(const Fields& http) {
  if (!http.has("ratelimit")) return std::nullopt;
  const auto fields = http.in("ratelimit");
  RateLimit limit;
  limit.rate = fields.optionalNumber<double>("rate");
  if (fields.has("methods")) {
    for (const auto& method : fields.at("methods")) {
      limit.methods.insert_or_assign(Fields(method).text("method"), Fields(method).number<double>("rate"));
    }
  }
  return limit;
}

Auth decodeAuth(const Fields& fields) {
  Auth auth;
  auth.failDelay = Seconds(fields.number<std::int64_t>("failDelay"));
  if (fields.has("htpasswd")) auth.htpasswdPath = fields.in("htpasswd").text("path");
  if (fields.has("mtls")) auth.mtls.identityAttributes = fields.in("mtls").texts("identityAttributes");
  return auth;
}

// Nothing for a policy with conditions: nobody evaluates them, so it must not grant anything.
std::optional<AccessPolicy> decodePolicy(const Fields& fields) {
  if (fields.has("conditions") && !fields.at("conditions").empty()) return std::nullopt;
  return AccessPolicy{
      .users = fields.texts("users"), .groups = fields.texts("groups"), .actions = fields.texts("actions")};
}

RepositoryAccess decodeRule(const std::string& key, const Fields& fields) {
  RepositoryAccess rule{.repositories = Glob::parse(key).value(),
                        .key = key,
                        .policies = {},
                        .defaultPolicy = fields.texts("defaultPolicy"),
                        .anonymousPolicy = fields.texts("anonymousPolicy")};
  if (fields.has("policies")) {
    for (const auto& policy : fields.at("policies")) {
      if (auto decoded = decodePolicy(Fields(policy))) rule.policies.push_back(std::move(*decoded));
    }
  }
  return rule;
}

}  // namespace

AccessControl decodeAccessControl(const Fields& fields) {
  AccessControl access;
  if (fields.has("repositories")) {
    const auto& repositories = fields.at("repositories");
    for (auto it = repositories.begin(); it != repositories.end(); ++it) {
      access.repositories.push_back(decodeRule(it.key(), Fields(it.value())));
    }
  }
  if (fields.has("adminPolicy")) access.adminPolicy = decodePolicy(fields.in("adminPolicy")).value_or(AccessPolicy{});
  if (fields.has("groups")) {
    const auto& groups = fields.at("groups");
    for (auto it = groups.begin(); it != groups.end(); ++it) {
      access.groups.emplace(it.key(), Fields(it.value()).texts("users"));
    }
  }
  if (fields.has("metrics")) {
    const auto metrics = fields.in("metrics");
    access.metrics =
        MetricsAccess{.users = metrics.texts("users"), .anonymousPolicy = metrics.texts("anonymousPolicy")};
  }
  return access;
}

Http decodeHttp(const Fields& fields) {
  Http http;
  http.address = fields.text("address");
  http.port = fields.number<std::uint16_t>("port");
  http.externalUrl = fields.text("externalUrl");
  http.realm = fields.text("realm");
  http.allowOrigin = splitCommas(fields.text("allowOrigin"));
  http.readTimeout = timeoutOf(fields, "readTimeout");
  http.writeTimeout = timeoutOf(fields, "writeTimeout");
  http.tls = decodeTls(fields);
  http.rateLimit = decodeRateLimit(fields);
  http.compat = fields.texts("compat");
  http.auth = decodeAuth(fields.in("auth"));
  http.auth.mtls.enabled = http.tls && !http.tls->cacert.empty();
  if (fields.has("accessControl")) http.accessControl = decodeAccessControl(fields.in("accessControl"));
  return http;
}

}  // namespace larder::config
