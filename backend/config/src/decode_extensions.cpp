#include <algorithm>

#include "decode.hpp"

namespace larder::config {
namespace {

ContentRule decodeContent(const Fields& fields) {
  ContentRule rule{.prefix = fields.glob("prefix"),
                   .destination = fields.text("destination"),
                   .stripPrefix = fields.flag("stripPrefix"),
                   .tagsRegex = {},
                   .tagsExcludeRegex = {},
                   .tagsSemver = false};
  if (fields.has("tags")) {
    const auto tags = fields.in("tags");
    rule.tagsRegex = tags.regex("regex");
    rule.tagsExcludeRegex = tags.regex("excludeRegex");
    rule.tagsSemver = tags.flag("semver");
  }
  return rule;
}

OAuth2Helper decodeOAuth2(const Fields& fields) {
  return {.tokenUrl = fields.optionalText("tokenURL"),
          .assertionFile = fields.optionalText("assertionFile"),
          .signingFile = fields.optionalText("signingFile"),
          .grantType = fields.optionalText("grantType"),
          .clientId = fields.optionalText("clientID"),
          .clientSecretFile = fields.optionalText("clientSecretFile"),
          .scopes = fields.texts("scopes"),
          .username = fields.optionalText("username"),
          .audience = fields.optionalText("audience"),
          .subjectTokenType = fields.optionalText("subjectTokenType"),
          .requestedTokenType = fields.optionalText("requestedTokenType")};
}

SyncRegistry decodeRegistry(const Fields& fields) {
  SyncRegistry registry;
  registry.urls = fields.texts("urls");
  registry.onDemand = fields.flag("onDemand");
  // 0 is Zot's "never".
  if (const auto interval = fields.duration("pollInterval"); interval > Millis{0}) registry.pollInterval = interval;
  if (fields.has("content")) {
    for (const auto& content : fields.at("content")) registry.content.push_back(decodeContent(Fields(content)));
  }
  registry.tlsVerify = fields.flag("tlsVerify");
  registry.certDir = fields.text("certDir");
  registry.maxRetries = fields.number<int>("maxRetries");
  registry.retryDelay = fields.duration("retryDelay");
  registry.maxRetryDelay = fields.duration("maxRetryDelay");
  registry.onlySigned = fields.flag("onlySigned");
  registry.syncLegacyCosignTags = fields.flag("syncLegacyCosignTags");
  registry.preserveDigest = fields.flag("preserveDigest");
  // 0 is Zot's "as if not set".
  if (const auto timeout = fields.duration("syncTimeout"); timeout > Millis{0}) registry.syncTimeout = timeout;
  registry.manifestCheckInterval = fields.duration("manifestCheckInterval");
  registry.reqConcurrent = fields.number<std::uint32_t>("reqConcurrent");
  registry.reqPerSec = fields.optionalNumber<double>("reqPerSec").value_or(0);
  registry.disableHttp2 = fields.flag("disableHTTP2");
  registry.maxIdleConnsPerHost = fields.optionalNumber<std::uint32_t>("maxIdleConnsPerHost").value_or(0);
  registry.credentialHelper = fields.text("credentialHelper");
  if (fields.has("oauth2CredentialHelper")) registry.oauth2Helper = decodeOAuth2(fields.in("oauth2CredentialHelper"));
  return registry;
}

Sync decodeSync(const Fields& fields) {
  Sync sync;
  sync.enable = fields.flag("enable");
  sync.credentialsFile = fields.text("credentialsFile");
  if (fields.has("registries")) {
    for (const auto& registry : fields.at("registries")) sync.registries.push_back(decodeRegistry(Fields(registry)));
  }
  return sync;
}

}  // namespace

Extensions decodeExtensions(const Fields& fields) {
  Extensions extensions;
  if (fields.has("sync")) extensions.sync = decodeSync(fields.in("sync"));
  if (fields.has("metrics")) {
    extensions.metrics.enable = fields.in("metrics").flag("enable");
    extensions.metrics.path = fields.in("metrics").in("prometheus").text("path");
  }
  if (fields.has("scrub")) {
    extensions.scrub.enable = fields.in("scrub").flag("enable");
    extensions.scrub.interval = std::max<Millis>(fields.in("scrub").duration("interval"), hours(2));
  }
  if (fields.has("lint")) {
    extensions.lint = fields.in("lint").flag("enable");
    extensions.lintMandatoryAnnotations = fields.in("lint").texts("mandatoryAnnotations");
  }
  if (fields.has("ui")) extensions.ui = fields.in("ui").flag("enable");
  return extensions;
}

}  // namespace larder::config
