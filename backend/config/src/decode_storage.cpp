#include "decode.hpp"

namespace larder::config {
namespace {

// KeepTags and KeepUntagged say the same of what they keep.
template <class Keep>
void decodeConditions(const Fields& fields, Keep& keep) {
  keep.pulledWithin = fields.optionalDuration("pulledWithin");
  keep.pushedWithin = fields.optionalDuration("pushedWithin");
  keep.mostRecentlyPushedCount = fields.optionalNumber<std::uint64_t>("mostRecentlyPushedCount");
  keep.mostRecentlyPulledCount = fields.optionalNumber<std::uint64_t>("mostRecentlyPulledCount");
}

RetentionPolicy decodeRetention(const Fields& fields) {
  RetentionPolicy policy;
  policy.repositories = fields.globs("repositories");
  policy.deleteReferrers = fields.flag("deleteReferrers");
  policy.deleteUntagged = fields.flag("deleteUntagged");
  if (fields.has("keepTags")) {
    for (const auto& rule : fields.at("keepTags")) {
      KeepTags keep;
      keep.patterns = Fields(rule).regexes("patterns");
      decodeConditions(Fields(rule), keep);
      policy.keepTags.push_back(std::move(keep));
    }
  }
  if (fields.has("keepUntagged")) decodeConditions(fields.in("keepUntagged"), policy.keepUntagged.emplace());
  return policy;
}

}  // namespace

Storage decodeStorage(const Fields& fields) {
  Storage storage;
  storage.rootDirectory = fields.optionalText("rootDirectory");
  storage.dedupe = fields.flag("dedupe");
  storage.commit = fields.flag("commit");
  storage.gc = fields.flag("gc");
  storage.gcDelay = fields.duration("gcDelay");
  storage.gcInterval = fields.duration("gcInterval");
  storage.gcTimeWindow = fields.text("gcTimeWindow");
  // 0 is Zot's "no limit".
  if (const auto most = fields.number<std::uint64_t>("maxRepos"); most > 0) storage.maxRepos = most;
  if (fields.has("retention")) {
    const auto retention = fields.in("retention");
    auto& result = storage.retention.emplace();
    result.dryRun = retention.flag("dryRun");
    result.delay = retention.optionalDuration("delay").value_or(storage.gcDelay);
    if (retention.has("policies")) {
      for (const auto& policy : retention.at("policies")) result.policies.push_back(decodeRetention(Fields(policy)));
    }
  }
  return storage;
}

}  // namespace larder::config
