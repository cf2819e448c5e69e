#include "larder/apitypes/activity.hpp"

#include "members.hpp"
#include "words.hpp"

namespace larder::apitypes {

LARDER_JSON(Transfer, id, digest, repository, upstream, startedAt, totalBytes, receivedBytes, bytesPerSecond, clients)
LARDER_JSON(Job, id, kind, state, target, by, startedAt, endedAt, done, total, unit, step, counts, error)
LARDER_JSON(NewJob, kind)
LARDER_JSON(Series, key, title, unit, promql, values)
LARDER_JSON(MetricsHistory, range, stepMs, startAt, series)
LARDER_JSON(MetricsSample, at, values)
LARDER_JSON(AuditRecord, at, user, remote, action, method, object, status, before, after)
LARDER_JSON(LogRecord, at, level, text)
LARDER_JSON(Event, at, kind, severity, message, subject)
LARDER_PAGE(Transfer)
LARDER_PAGE(Job)
LARDER_PAGE(AuditRecord)
LARDER_PAGE(LogRecord)

}  // namespace larder::apitypes
