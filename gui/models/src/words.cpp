#include "console/models/words.hpp"

#include <QCoreApplication>

#include "console/client/text.hpp"
#include "console/models/format.hpp"

namespace console::models {

namespace api = larder::apitypes;
using client::text;

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Words)
};

// More of the limit than this is nearly all.
constexpr double kNearlyFull = 0.95;

// Nothing but a request tries an upstream again, and none does while requests are paused.
QString withNextTry(const QString& state, const api::UpstreamHealth& upstream) {
  const auto left = upstream.nextTryAt ? QDateTime::currentDateTime().msecsTo(local(*upstream.nextTryAt)) : 0;
  if (left <= 0) return Words::tr("%1, next pull tries it again").arg(state);
  // Whole seconds, as they are counted down.
  const auto seconds = (left + 999) / 1000;
  return Words::tr("%1, next try in %2").arg(state, duration(static_cast<double>(seconds) * 1000));
}

}  // namespace

std::vector<Phrase> serverState(const api::Status& status) {
  std::vector<Phrase> states;
  if (status.state == api::DaemonState::Starting) states.push_back({Words::tr("starting"), Tone::Warn});
  if (status.state == api::DaemonState::Unusable) {
    states.push_back({Words::tr("storage unusable, restart larderd"), Tone::Bad, "storage"});
  }
  if (status.state == api::DaemonState::Degraded) {
    states.push_back({Words::tr("storage cannot be written"), Tone::Bad, "storage"});
  }
  QStringList down;
  QStringList denied;
  QStringList recovering;
  for (const auto& upstream : status.upstreams.value_or(std::vector<api::UpstreamHealth>())) {
    if (upstream.state == api::UpstreamState::Down) down << text(upstream.host);
    if (upstream.state == api::UpstreamState::Denied) denied << text(upstream.host);
    if (upstream.state == api::UpstreamState::Recovering) recovering << text(upstream.host);
  }
  if (down.size() > 2) {
    states.push_back({Words::tr("%1 upstreams down").arg(down.size()), Tone::Bad, "mirrors"});
  } else if (!down.isEmpty()) {
    states.push_back({Words::tr("upstream %1 down").arg(down.join(", ")), Tone::Bad, "mirrors"});
  }
  if (denied.size() == 1) {
    states.push_back({Words::tr("%1 rejected the configured credentials").arg(denied.front()), Tone::Bad, "mirrors"});
  } else if (!denied.isEmpty()) {
    states.push_back(
        {Words::tr("%1 upstreams rejected the configured credentials").arg(denied.size()), Tone::Bad, "mirrors"});
  }
  if (recovering.size() == 1) {
    states.push_back({Words::tr("upstream %1 recovering").arg(recovering.front()), Tone::Warn, "mirrors"});
  } else if (!recovering.isEmpty()) {
    states.push_back({Words::tr("%1 upstreams recovering").arg(recovering.size()), Tone::Warn, "mirrors"});
  }
  if (status.storage && status.storage->limitBytes && *status.storage->limitBytes > 0 &&
      static_cast<double>(status.storage->usedBytes) > static_cast<double>(*status.storage->limitBytes) * kNearlyFull) {
    states.push_back({Words::tr("storage nearly full"), Tone::Warn, "storage"});
  }
  if (status.config && status.config->reloadError) {
    states.push_back({Words::tr("configuration file not applied"), Tone::Bad, "configuration"});
  }
  if (status.config && !status.config->restartNeeded.empty()) {
    states.push_back({Words::tr("restart needed"), Tone::Warn, "configuration"});
  }
  if (states.empty()) states.push_back({Words::tr("serving"), Tone::Good});
  return states;
}

Phrase upstreamState(const api::UpstreamHealth& upstream) {
  const auto since = [&upstream](const QString& state) {
    return upstream.since ? Words::tr("%1 since %2").arg(state, clock(*upstream.since)) : state;
  };
  switch (upstream.state) {
    case api::UpstreamState::NeverContacted:
      return {Words::tr("never contacted"), Tone::Unknown};
    case api::UpstreamState::Up:
      return {Words::tr("up"), Tone::Good};
    case api::UpstreamState::Recovering:
      return {Words::tr("recovering, trying now"), Tone::Warn};
    case api::UpstreamState::Down:
      return {withNextTry(since(Words::tr("down")), upstream), Tone::Bad};
    case api::UpstreamState::Denied:
      return {since(Words::tr("credentials rejected")), Tone::Bad};
    case api::UpstreamState::Unknown:
      break;
  }
  return {Words::tr("unknown"), Tone::Unknown};
}

QString quotaText(const api::UpstreamHealth& upstream) {
  if (!upstream.rateRemaining) return QStringLiteral("–");
  const auto left = count(known(upstream.rateRemaining));
  return upstream.rateLimit ? Words::tr("%1 of %2 left").arg(left, count(known(upstream.rateLimit)))
                            : Words::tr("%1 left").arg(left);
}

Phrase outcome(api::EndedOutcome ended, bool withError) {
  switch (ended) {
    case api::EndedOutcome::Served:
      return {withError ? Words::tr("served after a retry") : Words::tr("served"), withError ? Tone::Warn : Tone::Good};
    case api::EndedOutcome::Failed:
      return {Words::tr("failed"), Tone::Bad};
    case api::EndedOutcome::Cancelled:
      return {Words::tr("cancelled"), Tone::Unknown};
    case api::EndedOutcome::Unknown:
      break;
  }
  return {Words::tr("unknown"), Tone::Unknown};
}

Phrase jobState(api::JobState state) {
  switch (state) {
    case api::JobState::Running:
      return {Words::tr("running"), Tone::Info};
    case api::JobState::Succeeded:
      return {Words::tr("done"), Tone::Good};
    case api::JobState::Failed:
      return {Words::tr("failed"), Tone::Bad};
    case api::JobState::Cancelled:
      return {Words::tr("cancelled"), Tone::Unknown};
    case api::JobState::Interrupted:
      return {Words::tr("interrupted"), Tone::Warn};
    case api::JobState::Unknown:
      break;
  }
  return {Words::tr("unknown"), Tone::Unknown};
}

QString jobName(api::JobKind kind) {
  switch (kind) {
    case api::JobKind::Gc:
      return Words::tr("Garbage collection");
    case api::JobKind::Retention:
      return Words::tr("Retention");
    case api::JobKind::Scrub:
      return Words::tr("Scrub");
    case api::JobKind::Eviction:
      return Words::tr("Eviction");
    case api::JobKind::SyncRun:
      return Words::tr("Sync run");
    case api::JobKind::Prefetch:
      return Words::tr("Prefetch");
    case api::JobKind::Import:
      return Words::tr("Import");
    case api::JobKind::Unknown:
      break;
  }
  return Words::tr("Other");
}

Phrase severity(api::Severity severity) {
  switch (severity) {
    case api::Severity::Info:
      return {Words::tr("info"), Tone::Info};
    case api::Severity::Warning:
      return {Words::tr("warning"), Tone::Warn};
    case api::Severity::Error:
      return {Words::tr("error"), Tone::Bad};
    case api::Severity::Unknown:
      break;
  }
  return {Words::tr("unknown"), Tone::Unknown};
}

Phrase testResult(const api::UpstreamTest& test) {
  QStringList parts;
  parts << text(test.url) + ": " +
               (test.reachable ? Words::tr("answered in %1").arg(duration(static_cast<double>(test.tookMs)))
                               : Words::tr("not reachable"));
  if (test.tls) parts << Words::tr("TLS %1").arg(text(api::wordOf(*test.tls)));
  switch (test.login) {
    case api::LoginResult::Anonymous:
      parts << Words::tr("no login needed");
      break;
    case api::LoginResult::Accepted:
      parts << Words::tr("login accepted");
      break;
    case api::LoginResult::Refused:
      parts << Words::tr("login rejected");
      break;
    case api::LoginResult::Unknown:
      parts << Words::tr("login not tried");
      break;
  }
  if (test.rateRemaining) parts << Words::tr("%1 pulls left").arg(count(known(test.rateRemaining)));
  auto said = parts.join(", ");
  if (test.error) said += '\n' + text(*test.error);
  return {said, test.ok ? Tone::Good : Tone::Bad};
}

Cell cellOf(const Phrase& phrase, const QString& tip) {
  return {.text = phrase.text, .tip = tip, .tone = phrase.tone};
}

Cell timeCell(api::Time time) {
  return {.text = relative(time), .order = local(time), .tip = absolute(time)};
}

Cell timeCell(const std::optional<api::Time>& time, const QString& otherwise) {
  if (time) return timeCell(*time);
  return {.text = otherwise, .order = QDateTime::fromMSecsSinceEpoch(0), .tone = Tone::Muted};
}

Cell sizeCell(double value) {
  return {.text = bytes(value), .order = value};
}

Cell countCell(double value) {
  return {.text = count(value), .order = value};
}

Cell durationCell(double ms) {
  return {.text = duration(ms), .order = ms};
}

Cell monoCell(const std::string& value) {
  return {.text = text(value), .mono = true};
}

Cell digestCell(const std::string& digest) {
  return {.text = shortDigest(digest), .tip = text(digest), .mono = true};
}

}  // namespace console::models
