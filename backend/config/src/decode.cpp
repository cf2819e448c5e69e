#include "decode.hpp"

#include "larder/config/blocks.hpp"
#include "larder/config/hosts.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

LogLevel levelOf(std::string_view name) {
  if (name == "trace") return LogLevel::Trace;
  if (name == "debug") return LogLevel::Debug;
  if (name == "info") return LogLevel::Info;
  return name == "warn" || name == "warning" ? LogLevel::Warn : LogLevel::Error;
}

Log decodeLog(const Fields& log) {
  return {.level = levelOf(log.text("level")), .output = log.text("output"), .audit = log.text("audit")};
}

UpstreamOverrides decodeOverrides(const Fields& upstream) {
  return {.downloadRate = upstream.number<std::uint64_t>("downloadRate"),
          .requestBudget = upstream.number<std::uint64_t>("requestBudget"),
          .allowedAuthRealms = upstream.texts("allowedAuthRealms"),
          .immutableTags = upstream.regex("immutableTags"),
          .platforms = upstream.texts("platforms"),
          .allowPush = upstream.globs("allowPush")};
}

Block decodeBlock(const Fields& block) {
  Block result{.id = {},
               .repositories = block.glob("repository"),
               .key = block.text("repository"),
               .tagsRegex = block.regex("tags"),
               .tagsPattern = block.optionalText("tags"),
               .pull = block.flag("pull"),
               .mirror = block.flag("mirror"),
               .reason = block.optionalText("reason"),
               .by = block.optionalText("by"),
               .at = block.optionalText("at")};
  result.id = blockId(result.key, result.tagsPattern);
  return result;
}

}  // namespace

Larder decodeLarder(const Fields& larder) {
  Larder result;
  result.memoryLimit = larder.optionalNumber<std::uint64_t>("memoryLimit");
  result.cpus = larder.optionalNumber<double>("cpus");

  const auto storage = larder.in("storage");
  if (storage.has("maxBytes")) result.storage.maxBytes = storage.size("maxBytes");
  result.storage.highWatermark = storage.number<double>("highWatermark");
  result.storage.lowWatermark = storage.number<double>("lowWatermark");
  result.storage.minFree = storage.size("minFree");
  result.storage.scrubRate = storage.number<std::uint64_t>("scrubRate");

  const auto upstream = larder.in("upstream");
  result.upstream.connectTimeout = upstream.duration("connectTimeout");
  result.upstream.firstByteTimeout = upstream.duration("firstByteTimeout");
  result.upstream.revalidateTimeout = upstream.duration("revalidateTimeout");
  result.upstream.negativeTtl = upstream.duration("negativeTtl");
  result.upstream.missBudget = upstream.number<std::uint64_t>("missBudget");
  result.upstream.breakerFailures = upstream.in("breaker").number<int>("failures");
  result.upstream.breakerOpenFor = upstream.in("breaker").duration("openFor");

  if (larder.has("upstreams")) {
    const auto& upstreams = larder.at("upstreams");
    for (auto it = upstreams.begin(); it != upstreams.end(); ++it) {
      result.upstreams.emplace(canonicalHost(it.key()), decodeOverrides(Fields(it.value())));
    }
  }

  const auto limits = larder.in("limits");
  result.limits.connections = limits.number<std::size_t>("connections");
  result.limits.uploads = limits.number<std::size_t>("uploads");
  result.limits.addressShare = limits.number<unsigned>("addressShare");
  result.limits.minRate = limits.number<std::uint64_t>("minRate");
  result.limits.minRateWindow = limits.duration("minRateWindow");
  result.limits.loginGuesses = limits.number<std::uint32_t>("loginGuesses");

  const auto audit = larder.in("audit");
  result.audit.maxSize = audit.number<std::uint64_t>("maxSize");
  result.audit.keep = audit.number<std::uint32_t>("keep");

  const auto management = larder.in("management");
  result.management.admins = management.texts("admins");
  result.management.allowedHosts = management.texts("allowedHosts");
  result.management.allowedOrigins = management.texts("allowedOrigins");
  result.management.open = management.flag("open");
  for (const auto& network : management.texts("trustedProxies")) {
    result.management.trustedProxies.push_back(core::Network::parse(network).value());
  }
  result.management.readOnly = management.flag("readOnly");
  result.management.bcryptCost = management.number<int>("bcryptCost");
  result.tls.crl = larder.in("tls").optionalText("crl");
  if (larder.has("blocked")) {
    for (const auto& block : larder.at("blocked")) result.blocked.push_back(decodeBlock(Fields(block)));
  }
  return result;
}

Config decode(const Json& document) {
  const Fields root(document);
  Config config;
  config.distSpecVersion = root.text("distSpecVersion");
  config.storage = decodeStorage(root.in("storage"));
  if (root.in("storage").has("subPaths")) {
    const auto& subPaths = root.in("storage").at("subPaths");
    for (auto it = subPaths.begin(); it != subPaths.end(); ++it) {
      // Keys have no case, and names of repositories are lower case.
      config.subPaths.emplace(lower(it.key()), decodeStorage(Fields(it.value())));
    }
  }
  config.http = decodeHttp(root.in("http"));
  config.log = decodeLog(root.in("log"));
  config.extensions = decodeExtensions(root.in("extensions"));
  if (root.has("scheduler")) {
    // 0 is Zot's "as many as fit", as if nothing were said.
    if (const auto workers = root.in("scheduler").number<std::uint32_t>("numWorkers"); workers > 0) {
      config.schedulerWorkers = workers;
    }
  }
  config.larder = decodeLarder(root.in("larder"));
  config.document = document.dump();
  return config;
}

}  // namespace larder::config
