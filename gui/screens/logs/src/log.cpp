#include "log.hpp"

#include <QComboBox>
#include <QCoreApplication>
#include <QLineEdit>
#include <QStackedWidget>

#include "console/models/format.hpp"
#include "console/models/live_rows.hpp"
#include "console/models/words.hpp"
#include "console/widgets/facts.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::RowsModel;
using models::Tone;
using widgets::ListPanel;
using widgets::TableView;

struct LogWords {
  Q_DECLARE_TR_FUNCTIONS(Log)
};

Cell levelCell(const api::LogRecord& line) {
  const auto tone = line.level == api::LogLevel::Error  ? Tone::Bad
                    : line.level == api::LogLevel::Warn ? Tone::Warn
                                                        : Tone::Info;
  return {.text = text(api::wordOf(line.level)), .order = static_cast<int>(line.level), .tone = tone};
}

RowsModel<api::LogRecord>::Columns logColumns() {
  using One = api::LogRecord;
  return {
      {{"at", LogWords::tr("Time"), false, 170, false, false},
       [](const One& one) {
         return Cell{.text = models::clock(one.at), .order = models::local(one.at), .tip = models::absolute(one.at)};
       }},
      {{"level", LogWords::tr("Level"), false, 80, false, false}, &levelCell},
      {{"text", LogWords::tr("Text"), false, 800, false, false},
       [](const One& one) {
         const auto line = text(one.text);
         return Cell{.text = line, .tip = line};
       }},
  };
}

QString keyOfLine(const api::LogRecord& line) {
  return text(api::formatTime(line.at) + " " + line.text);
}

}  // namespace

Log::Log(const Context& context)
    : Screen(context),
      live_(new RowsModel<api::LogRecord>(logColumns(), &keyOfLine, this)),
      past_(new models::PagedModel<api::LogRecord>(api(), logColumns(), &keyOfLine, this)),
      livePanel_(new ListPanel("logs.live", tr("As it is written"), live_, TableView::Sorting::Local)),
      pastPanel_(new ListPanel("logs.past", tr("Lines before"), past_, TableView::Sorting::Remote)),
      level_(new QComboBox),
      stack_(new QStackedWidget) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* which = new widgets::Segments(tr("Lines"), {{"live", tr("Live")}, {"past", tr("Before")}});
  search_ = new QLineEdit;
  search_->setObjectName(widgets::kSearchBox);
  search_->setPlaceholderText(tr("Search the log"));
  search_->setAccessibleName(tr("Search the log"));
  search_->setClearButtonEnabled(true);
  for (const auto& [title, level] :
       {std::pair{tr("Debug"), api::LogLevel::Debug}, std::pair{tr("Info"), api::LogLevel::Info},
        std::pair{tr("Warning"), api::LogLevel::Warn}, std::pair{tr("Error"), api::LogLevel::Error}}) {
    level_->addItem(title, static_cast<int>(level));
  }
  level_->setCurrentIndex(1);
  level_->setAccessibleName(tr("Minimum level"));
  layout->addLayout(widgets::row({which, level_, search_}));
  stack_->addWidget(livePanel_);
  stack_->addWidget(pastPanel_);
  layout->addWidget(stack_, 1);
  for (auto* panel : {livePanel_, pastPanel_}) {
    panel->table()->setEmptyText(tr("No log lines match"),
                                 tr("Lines appear as they are written. A lower level shows more."));
  }
  models::follow(live_, connection().live(), api::LiveTopic::Logs);
  connect(which, &widgets::Segments::chosen, this, [this](const QString& chosen) {
    stack_->setCurrentWidget(chosen == "live" ? livePanel_ : pastPanel_);
    refresh();
  });
  connect(search_, &QLineEdit::textChanged, this, [this](const QString& words) {
    livePanel_->table()->filter(words);
    refresh();
  });
  connect(level_, &QComboBox::currentIndexChanged, this, [this] {
    connection().live().setLogLevel(static_cast<api::LogLevel>(level_->currentData().toInt()));
    refresh();
  });
}

void Log::refresh() {
  if (stack_->currentWidget() == pastPanel_) searchPast();
}

void Log::searchPast() {
  const auto level = static_cast<api::LogLevel>(level_->currentData().toInt());
  past_->ask(client::get("/logs").with("level", text(api::wordOf(level))).with("q", search_->text().trimmed()));
}

}  // namespace console::screens
