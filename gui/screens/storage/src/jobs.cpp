#include "jobs.hpp"

#include <QAction>
#include <QCoreApplication>
#include <QRegularExpression>
#include <variant>

#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/widgets/list_panel.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::bytes;
using models::Cell;
using models::count;
using models::number;
using models::Tone;
using widgets::ListPanel;
using widgets::TableView;

constexpr int kJobsEveryMs = 10'000;
constexpr int kKeptJobs = 50;

struct JobWords {
  Q_DECLARE_TR_FUNCTIONS(Jobs)
};

qint64 msBetween(api::Time start, api::Time end) {
  return models::local(start).msecsTo(models::local(end));
}

// removedTags: "removed tags".
QString wordsOf(const std::string& key) {
  static const QRegularExpression kUpper("([A-Z])");
  auto words = text(key);
  if (words.endsWith("Bytes")) words.chop(5);
  return words.replace(kUpper, " \\1").toLower();
}

QString resultOf(const api::Job& job) {
  if (job.error) return text(*job.error);
  QStringList parts;
  for (const auto& [key, value] : job.counts) {
    parts << wordsOf(key) + ' ' + (key.ends_with("Bytes") ? bytes(number(value)) : count(number(value)));
  }
  return parts.join(", ");
}

Cell progressCell(const api::Job& job) {
  if (job.state != api::JobState::Running) {
    const auto result = resultOf(job);
    return {.text = result, .tip = result};
  }
  const bool sized = job.unit == "bytes";
  const auto shown = [sized](std::uint64_t value) { return sized ? bytes(number(value)) : count(number(value)); };
  if (!job.total || *job.total == 0) {
    return {.text = shown(job.done) + (sized ? QString() : ' ' + text(job.unit.value_or(""))), .bar = 0};
  }
  auto said = JobWords::tr("%1 of %2").arg(shown(job.done), shown(*job.total));
  if (job.done > 0) {
    const double took = static_cast<double>(models::local(job.startedAt).msecsTo(QDateTime::currentDateTime()));
    said += JobWords::tr(", %1 left")
                .arg(models::duration(took / number(job.done) * number(*job.total - std::min(job.done, *job.total))));
  }
  return {.text = said, .bar = number(job.done) / number(*job.total)};
}

models::RowsModel<api::Job>::Columns jobColumns() {
  using One = api::Job;
  return {
      {{"kind", JobWords::tr("Job"), false, 140},
       [](const One& one) { return Cell{.text = models::jobName(one.kind)}; }},
      {{"target", JobWords::tr("Target"), false, 180},
       [](const One& one) {
         return one.target.empty() ? Cell{.text = JobWords::tr("everything"), .tone = Tone::Muted}
                                   : models::monoCell(one.target);
       }},
      {{"state", JobWords::tr("State"), false, 110},
       [](const One& one) { return models::cellOf(models::jobState(one.state)); }},
      {{"progress", JobWords::tr("Progress or result"), false, 320}, &progressCell},
      {{"started", JobWords::tr("Started"), false, 100},
       [](const One& one) { return models::timeCell(one.startedAt); }},
      {{"took", JobWords::tr("Duration"), true, 90},
       [](const One& one) {
         return models::durationCell(one.endedAt ? static_cast<double>(msBetween(one.startedAt, *one.endedAt))
                                                 : models::kUnknown);
       }},
      {{"by", JobWords::tr("By"), false, 100},
       [](const One& one) { return Cell{.text = one.by.empty() ? QStringLiteral("–") : text(one.by)}; }},
  };
}

}  // namespace

Jobs::Jobs(const Context& context)
    : Screen(context),
      jobs_(new models::RowsModel<api::Job>(jobColumns(), [](const api::Job& one) { return text(one.id); }, this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* panel = new ListPanel("storage.jobs", tr("Jobs"), jobs_, TableView::Sorting::Local);
  layout->addWidget(panel);
  panel->table()->setEmptyText(tr("No jobs yet"),
                               tr("Garbage collection runs on its own schedule. Any job can be started here and "
                                  "continues when you leave this screen."));
  panel->table()->sortBy("started", Qt::DescendingOrder);
  using Rows = ListPanel::Rows;
  const auto add = [this, panel](api::StartableJob kind, const QString& label, const QString& about, bool removes) {
    auto* verb = panel->addVerb(
        label, [this](const Rows&) { return connection().mayChange(); },
        [this, kind, label, about, removes](const Rows&) { start(kind, label, about, removes); });
    verb->setToolTip(about);
  };
  add(api::StartableJob::Gc, tr("Collect garbage"), tr("Removes blobs that no manifest refers to."), false);
  add(api::StartableJob::Retention, tr("Apply retention"),
      tr("Removes the tags that no retention policy keeps. The dry run under Storage lists them."), true);
  add(api::StartableJob::Eviction, tr("Evict"),
      tr("Removes the least recently used cached images down to the low watermark. Pushed images stay."), true);
  add(api::StartableJob::Scrub, tr("Scrub"), tr("Reads everything stored and verifies it against its digests."), false);
  panel->addVerb(
      tr("Cancel job"),
      [this](const Rows& rows) {
        return connection().mayChange() && rows.size() == 1 && jobs_->at(rows.front()).state == api::JobState::Running;
      },
      [this](const Rows& rows) { cancel(jobs_->at(rows.front())); });
  auto& live = connection().live();
  connect(&live, &client::LiveStream::received, jobs_, [this](const std::shared_ptr<const client::LiveUpdate>& update) {
    const auto* data = std::get_if<api::LiveItems<api::Job>>(&update->data);
    if (!data) return;
    jobs_->merge(data->items);
    // What has ended is told by the list.
    if (data->ended && !data->ended->empty()) refresh();
  });
  live.use(api::LiveTopic::Jobs, jobs_);
  connect(&again_, &QTimer::timeout, this, [this] {
    if (isVisible()) refresh();
  });
  again_.start(kJobsEveryMs);
  refresh();
}

void Jobs::refresh() {
  if (reading_) return;
  reading_ = api().send<api::Page<api::Job>>(client::get("/jobs").with("limit", QString::number(kKeptJobs)), this,
                                             [this](client::Outcome<api::Page<api::Job>> outcome) {
                                               if (!outcome) return jobs_->setTrouble(outcome.error().message());
                                               jobs_->setRows(std::move(outcome->value.items));
                                             });
}

void Jobs::start(api::StartableJob kind, const QString& label, const QString& about, bool removes) {
  const auto send = [this, kind, label] {
    change(client::post("/jobs", api::NewJob{kind}), tr("%1: started").arg(label), [this] { refresh(); });
  };
  if (!removes) return send();
  shell().confirm(tr("%1 now?").arg(label), about, label, send);
}

void Jobs::cancel(const api::Job& job) {
  shell().confirm(tr("Cancel %1?").arg(models::jobName(job.kind)), tr("What it has done so far is kept."),
                  tr("Cancel job"), [this, id = text(job.id)] {
                    change(client::remove("/jobs/" + client::segment(id)), tr("Cancelled"), [this] { refresh(); });
                  });
}

}  // namespace console::screens
