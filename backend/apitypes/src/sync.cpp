#include "larder/apitypes/sync.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(TlsResult, "verified", "unverified", "failed")
LARDER_WORDS(LoginResult, "anonymous", "accepted", "refused")
LARDER_JSON(Run, rule, index, startedAt, endedAt, retryAt, repositories, tags, copied, skipped, bytes, errors, messages)
LARDER_JSON(Rule, id, index, config, polls, paused, nextRunAt, lastRun, upstreams, hasCredentials)
LARDER_JSON_OVER(RuleSaved, ConfigSaved, id)
LARDER_JSON(RuleOrder, order)
LARDER_JSON(Pause, paused)
LARDER_JSON(RouteStep, rule, index, upstream, name, urls)
LARDER_JSON(RouteExplanation, repository, reference, steps, stored, blocked)
LARDER_WORDS(PresetCredentials, "none", "optional", "needed")
LARDER_JSON(Preset, id, title, urls, content, credentials, note, rule)
LARDER_JSON(TestInput, rule, credentials)
LARDER_JSON(PreviewInput, rule, repository, credentials)
LARDER_JSON(RouteTrialInput, rule, id, images)
LARDER_JSON(FirstRule, rule, index)
LARDER_JSON(RouteTrial, image, taken, repository, urls, commands, servedFirstBy, blocked)
LARDER_JSON(PreviewedTag, tag, taken, reason)
LARDER_JSON(TagPreview, repository, total, taken, items)
LARDER_JSON(UpstreamTest, url, ok, reachable, tls, login, tookMs, rateLimit, rateRemaining, error)
LARDER_JSON(CredentialHost, host, username, etag)
LARDER_JSON_OVER(CredentialList, Page<CredentialHost>, editable, reason)
LARDER_JSON(NewCredential, username, password)

}  // namespace larder::apitypes
