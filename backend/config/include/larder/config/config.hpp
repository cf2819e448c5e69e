// The configuration as the daemon uses it: an immutable snapshot, made from Zot's config.json and the `larder` key.
//
// Field names follow the keys; what a key means stands in resources/config.schema.json. Defaults here are those of the
// schema. Passwords and keys in it are secrets: never log a snapshot.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "larder/core/glob.hpp"
#include "larder/core/network.hpp"
#include "larder/core/units.hpp"

namespace larder::config {

using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using core::Glob;
using std::chrono::hours;
using std::chrono::minutes;

struct KeepTags {
  std::vector<std::string> patterns;  // regexes in RE2's spelling, any tag if empty
  std::optional<Millis> pulledWithin, pushedWithin;
  std::optional<std::uint64_t> mostRecentlyPushedCount, mostRecentlyPulledCount;
};
struct KeepUntagged {
  std::optional<Millis> pulledWithin, pushedWithin;
  std::optional<std::uint64_t> mostRecentlyPushedCount, mostRecentlyPulledCount;
};
struct RetentionPolicy {
  std::vector<Glob> repositories;
  bool deleteReferrers = false;
  bool deleteUntagged = true;
  std::vector<KeepTags> keepTags;
  std::optional<KeepUntagged> keepUntagged;
};
struct Retention {
  bool dryRun = false;
  Millis delay = hours(24);
  std::vector<RetentionPolicy> policies;
};

struct Storage {
  std::filesystem::path rootDirectory;
  bool dedupe = true;
  bool commit = true;  // fsync; unlike Zot's default, Larder is durable unless told otherwise
  bool gc = true;
  Millis gcDelay = hours(1);
  Millis gcInterval = hours(1);
  std::string gcTimeWindow;
  std::optional<std::uint64_t> maxRepos;
  std::optional<Retention> retention;
};

struct RateLimit {
  std::optional<double> rate;             // requests per second, all methods
  std::map<std::string, double> methods;  // by method, upper case
};
struct Tls {
  std::filesystem::path cert, key, cacert;  // cacert: clients must show a certificate (unless auth says otherwise)
};
struct Mtls {
  // Of a certificate, the first that is there: CommonName, CN, Subject, DN, Email, rfc822name, URI, URL, DNSName, DNS.
  std::vector<std::string> identityAttributes;
  bool enabled = false;  // http.tls has cert, key and cacert
};
struct Auth {
  std::optional<std::filesystem::path> htpasswdPath;
  Seconds failDelay{5};
  Mtls mtls;
};

// A policy with conditions is left out, since they are not evaluated: it grants nothing.
struct AccessPolicy {
  std::vector<std::string> users, groups, actions;  // actions: read, create, update, delete, detectManifestCollision
};
struct RepositoryAccess {
  Glob repositories;
  std::string key;  // as written, for explanations
  std::vector<AccessPolicy> policies;
  std::vector<std::string> defaultPolicy, anonymousPolicy;  // actions
};
struct MetricsAccess {
  std::vector<std::string> users;
  std::vector<std::string> anonymousPolicy;
};
struct AccessControl {
  std::vector<RepositoryAccess> repositories;  // in the file's order
  AccessPolicy adminPolicy;
  std::map<std::string, std::vector<std::string>> groups;  // name → users
  std::optional<MetricsAccess> metrics;
};

struct Http {
  std::string address = "127.0.0.1";
  std::uint16_t port = 5000;  // 0: any free one
  std::string externalUrl;
  std::string realm = "larder";
  std::vector<std::string> allowOrigin;
  Millis readTimeout = Seconds(60);   // how long a connection may stand still while a request is read
  Millis writeTimeout = Seconds(60);  // … while an answer is written
  std::optional<Tls> tls;
  std::optional<RateLimit> rateLimit;
  std::vector<std::string> compat;
  Auth auth;
  std::optional<AccessControl> accessControl;
};

enum class LogLevel { Trace, Debug, Info, Warn, Error };
struct Log {
  LogLevel level = LogLevel::Info;
  std::string output;  // "" or "/dev/stdout": standard output
  std::string audit;   // "": no audit log of its own
};

struct ContentRule {
  Glob prefix;
  std::string destination;  // as written: "/docker.io", "" if none
  bool stripPrefix = false;
  std::string tagsRegex, tagsExcludeRegex;  // in RE2's spelling, "" if none
  bool tagsSemver = false;
};
// What the keys of oauth2CredentialHelper say, each as written, "" if not there.
struct OAuth2Helper {
  std::string tokenUrl;
  std::filesystem::path assertionFile, signingFile;  // one of them
  std::string grantType, clientId;
  std::filesystem::path clientSecretFile;
  std::vector<std::string> scopes;
  std::string username, audience, subjectTokenType, requestedTokenType;
};
struct SyncRegistry {
  std::vector<std::string> urls;  // at least one
  bool onDemand = false;
  std::optional<Millis> pollInterval;
  std::vector<ContentRule> content;  // empty: every name, on demand only
  bool tlsVerify = true;
  std::filesystem::path certDir;
  int maxRetries = 0;
  Millis retryDelay{0};
  Millis maxRetryDelay{0};
  bool onlySigned = false;
  bool syncLegacyCosignTags = true;
  bool preserveDigest = true;
  Millis syncTimeout = hours(3);
  Millis manifestCheckInterval = minutes(5);
  std::uint32_t reqConcurrent = 64;
  double reqPerSec = 0;  // 0: unlimited
  bool disableHttp2 = false;
  std::uint32_t maxIdleConnsPerHost = 0;  // 0: libcurl's default
  std::string credentialHelper;           // "ecr", "gcp", "oauth2"; "": none
  OAuth2Helper oauth2Helper;
  // Stays when the rule is edited or moved, whoever edits it; of its content alone where no Editor loaded it.
  std::string id;
};
struct Credential {
  std::string username, password;
};
struct Sync {
  bool enable = true;
  std::filesystem::path credentialsFile;          // "" if none
  std::map<std::string, Credential> credentials;  // what that file holds, by host[:port]; docker.io's spellings are one
  std::vector<SyncRegistry> registries;
};

struct Metrics {
  bool enable = false;
  std::string path = "/metrics";
};
struct Scrub {
  bool enable = false;
  Millis interval = hours(24);
};
struct Extensions {
  std::optional<Sync> sync;
  Metrics metrics;
  Scrub scrub;
  bool lint = false;
  std::vector<std::string> lintMandatoryAnnotations;
  bool ui = true;
};

struct LarderStorage {
  std::optional<core::BytesOrPercent> maxBytes;
  double highWatermark = 95;  // percent of maxBytes
  double lowWatermark = 85;
  core::BytesOrPercent minFree = std::uint64_t{1} << 30;
  std::uint64_t scrubRate = 20 << 20;  // bytes per second, 0: unlimited
};
struct LarderUpstream {
  Millis connectTimeout{3000};
  Millis firstByteTimeout{10000};
  Millis revalidateTimeout{2000};
  Millis negativeTtl{30000};
  std::uint64_t missBudget = 600;  // an hour, of one client; 0: unlimited
  int breakerFailures = 3;
  Millis breakerOpenFor{10000};
};
struct UpstreamOverrides {
  std::uint64_t downloadRate = 0;  // bytes per second, 0: unlimited
  std::uint64_t requestBudget = 0;
  std::vector<std::string> allowedAuthRealms;
  std::string immutableTags;           // regex in RE2's spelling, "" if none
  std::vector<std::string> platforms;  // "linux/arm/v7": those of an index that a poll copies; empty: all
  std::vector<Glob> allowPush;         // local repositories that are filled from here and take pushes too
};
struct Management {
  std::vector<std::string> admins, allowedHosts, allowedOrigins;
  bool open = false;  // without a log-in: whoever reaches the port is an admin
  std::vector<core::Network> trustedProxies;
  bool readOnly = false;
  int bcryptCost = 10;
};
struct ClientLimits {
  std::size_t connections = 16384;
  std::size_t uploads = 4096;       // open at once
  unsigned addressShare = 75;       // percent of what others have left, for one address
  std::uint64_t minRate = 1024;     // bytes per second, 0: unlimited
  Millis minRateWindow{60000};      // for how long a client may stay below it
  std::uint32_t loginGuesses = 10;  // wrong ones in a minute, for one account and address; 0: unlimited
};
struct AuditFile {
  std::uint64_t maxSize = 64 << 20;  // bytes, 0: unlimited
  std::uint32_t keep = 5;            // renamed files
};
struct LarderTls {
  std::filesystem::path crl;  // of client certificates, "" if none
};
// What may not be pulled, or not be fetched from an upstream, whoever asks.
struct Block {
  std::string id;  // made of `key` and `tagsPattern`, which no two blocks share
  Glob repositories;
  std::string key;          // as written
  std::string tagsRegex;    // in RE2's spelling, "" for the whole repository
  std::string tagsPattern;  // as written
  bool pull = true;
  bool mirror = true;
  std::string reason, by, at;  // "" if not said
};
struct Larder {
  std::optional<std::uint64_t> memoryLimit;  // bytes; else GOMEMLIMIT, else the cgroup's
  std::optional<double> cpus;
  LarderStorage storage;
  LarderUpstream upstream;
  std::map<std::string, UpstreamOverrides> upstreams;  // by host, lower case; docker.io's spellings are one
  ClientLimits limits;
  AuditFile audit;
  Management management;
  LarderTls tls;
  std::vector<Block> blocked;  // in the file's order
};

struct Config {
  std::string distSpecVersion = "1.1.1";
  Storage storage;
  std::map<std::string, Storage> subPaths;  // by route, lower case: "/team"
  Http http;
  Log log;
  Extensions extensions;
  std::optional<std::uint32_t> schedulerWorkers;
  Larder larder;

  // The whole configuration as JSON, with the schema's spelling of keys and every default, in the file's order. Holds
  // secrets (x-secret in the schema). "" if the snapshot was not loaded.
  std::string document;
};

using Snapshot = std::shared_ptr<const Config>;

}  // namespace larder::config
