// What the screens say about states, in the words of the dashboard.
#pragma once

#include <QString>
#include <vector>

#include "console/models/cell.hpp"
#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/status.hpp"
#include "larder/apitypes/sync.hpp"

namespace console::models {

struct Phrase {
  QString text;
  Tone tone = Tone::Plain;
  QString screen = {};  // where to read more
};

// The state of the daemon in words, the worst first.
std::vector<Phrase> serverState(const larder::apitypes::Status& status);
// "down since 12:00:05 UTC, next try in 5 s", "recovering, trying now".
Phrase upstreamState(const larder::apitypes::UpstreamHealth& upstream);
QString quotaText(const larder::apitypes::UpstreamHealth& upstream);
Phrase outcome(larder::apitypes::EndedOutcome outcome, bool withError);
Phrase jobState(larder::apitypes::JobState state);
QString jobName(larder::apitypes::JobKind kind);
Phrase severity(larder::apitypes::Severity severity);
// How an upstream answered when it was tried.
Phrase testResult(const larder::apitypes::UpstreamTest& test);

Cell cellOf(const Phrase& phrase, const QString& tip = {});
Cell timeCell(larder::apitypes::Time time);
Cell timeCell(const std::optional<larder::apitypes::Time>& time, const QString& otherwise);
Cell sizeCell(double bytes);
Cell countCell(double value);
Cell durationCell(double ms);
Cell monoCell(const std::string& text);
Cell digestCell(const std::string& digest);

}  // namespace console::models
