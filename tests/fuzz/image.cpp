#include "browse/image_config.hpp"

#include "attachment_tags.hpp"
#include "jobs/job_board.hpp"
#include "polling/poll_history.hpp"
#include "referrers_index.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void image(std::string_view input) {
  auto config = registry::parseImageConfig(input, {registry::Descriptor{}, registry::Descriptor{}});
  if (config) {
    for (const auto& step : config->history) require(!step.digest || !step.empty, "an empty step has no layer");
  }
  (void)registry::parseAttachmentTag(input);
  auto referrers = registry::parseReferrersIndex(input);
  require(!referrers || referrers->size() <= 10'000, "referrers are bounded");
}

void stored(std::string_view input) {
  if (auto record = registry::parseJob(input)) {
    auto again = registry::parseJob(registry::toJson(record->job, record->owner));
    require(again && again->job.id == record->job.id && again->owner == record->owner,
            "a job is read as it was written");
  }
  auto history = registry::parsePollHistory(input);
  auto again = registry::parsePollHistory(registry::toJson(history));
  require(again.runs.size() == history.runs.size(), "runs are read as they were written");
}

}  // namespace larder::fuzz
