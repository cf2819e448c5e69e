#include "runs.hpp"

#include <QCoreApplication>

#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/widgets/list_panel.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::number;
using models::Tone;

struct RunWords {
  Q_DECLARE_TR_FUNCTIONS(Runs)
};

Cell tookCell(const api::Run& run) {
  if (!run.endedAt) return {.text = RunWords::tr("running"), .tone = Tone::Info};
  return models::durationCell(static_cast<double>(models::local(run.startedAt).msecsTo(models::local(*run.endedAt))));
}

QString messagesOf(const api::Run& run) {
  QStringList lines;
  for (const auto& one : run.messages) lines << text(one);
  return lines.join('\n');
}

Cell runResultCell(const api::Run& run) {
  if (run.errors == 0) return {.text = RunWords::tr("OK"), .tone = Tone::Good};
  return {.text = RunWords::tr("%1 failed").arg(models::count(number(run.errors))),
          .tip = messagesOf(run),
          .tone = Tone::Bad};
}

models::PagedModel<api::Run>::Columns runColumns() {
  using One = api::Run;
  const auto counted = [](const char* key, const QString& title, std::uint64_t One::* of) {
    return models::PagedModel<api::Run>::Column{{key, title, true, 90, false, false},
                                                [of](const One& one) { return models::countCell(number(one.*of)); }};
  };
  return {
      {{"rule", RunWords::tr("Rule"), false, 80, false, false},
       [](const One& one) { return Cell{.text = RunWords::tr("Rule %1").arg(one.index + 1)}; }},
      {{"started", RunWords::tr("Started"), false, 110, false, false},
       [](const One& one) { return models::timeCell(one.startedAt); }},
      {{"took", RunWords::tr("Duration"), true, 90, false, false}, &tookCell},
      counted("repositories", RunWords::tr("Repositories"), &One::repositories),
      counted("tags", RunWords::tr("Tags"), &One::tags),
      counted("copied", RunWords::tr("Copied"), &One::copied),
      counted("skipped", RunWords::tr("Skipped"), &One::skipped),
      {{"bytes", RunWords::tr("Fetched"), true, 90, false, false},
       [](const One& one) { return models::sizeCell(number(one.bytes)); }},
      {{"errors", RunWords::tr("Result"), false, 110, false, false}, &runResultCell},
      {{"message", RunWords::tr("First error"), false, 300, false, false},
       [](const One& one) {
         return Cell{.text = one.messages.empty() ? QString() : text(one.messages.front()), .tip = messagesOf(one)};
       }},
  };
}

}  // namespace

Runs::Runs(const Context& context)
    : Screen(context),
      runs_(new models::PagedModel<api::Run>(
          api(), runColumns(), [](const api::Run& one) { return text(one.rule + api::formatTime(one.startedAt)); },
          this)) {
  auto* layout = new QVBoxLayout(this);
  auto* panel =
      new widgets::ListPanel("mirrors.runs", tr("Recent sync runs"), runs_, widgets::TableView::Sorting::Remote);
  layout->addWidget(panel);
  panel->table()->setEmptyText(
      tr("No sync runs yet"),
      tr("A rule with a poll interval syncs on its own schedule; \"Run now\" on the rule syncs at once."));
  runs_->ask(client::get("/sync/runs"));
}

}  // namespace console::screens
