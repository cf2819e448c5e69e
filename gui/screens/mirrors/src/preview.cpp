#include "preview.hpp"

#include <QLineEdit>
#include <QPushButton>

#include "console/models/format.hpp"
#include "console/widgets/table_view.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::Tone;
using widgets::TableView;

}  // namespace

TagPreviewView::TagPreviewView(client::ApiClient& api, std::function<api::Json()> rule, QWidget* parent)
    : QWidget(parent),
      api_(api),
      rule_(std::move(rule)),
      repository_(new QLineEdit),
      look_(new QPushButton(tr("Preview"))),
      notice_(new widgets::Notice(this)),
      tags_(new models::RowsModel<api::PreviewedTag>(
          {{{"tag", tr("Tag"), false, 200},
            [](const api::PreviewedTag& one) { return Cell{.text = text(one.tag), .mono = true}; }},
           {{"taken", tr("Result"), false, 110},
            [](const api::PreviewedTag& one) {
              return one.taken ? Cell{.text = tr("included"), .order = 1, .tone = Tone::Good}
                               : Cell{.text = tr("excluded"), .order = 0, .tone = Tone::Muted};
            }},
           {{"reason", tr("Reason"), false, 300},
            [](const api::PreviewedTag& one) { return Cell{.text = text(one.reason.value_or(""))}; }}},
          [](const api::PreviewedTag& one) { return text(one.tag); }, this)) {
  auto* layout = new QVBoxLayout(this);
  repository_->setPlaceholderText("library/redis");
  repository_->setAccessibleName(tr("Repository at the upstream"));
  look_->setAutoDefault(false);
  layout->addLayout(widgets::row({new QLabel(tr("Repository at the upstream")), repository_, look_}));
  layout->addWidget(notice_);
  auto* table = new TableView("mirrors.preview", tags_, TableView::Sorting::Local);
  table->setEmptyText(tr("No tags"), tr("Name a repository of the upstream to see which of its tags the rule takes."));
  tags_->setRows({});
  table->sortBy("taken", Qt::DescendingOrder);
  layout->addWidget(table, 1);
  connect(look_, &QPushButton::clicked, this, &TagPreviewView::look);
  connect(repository_, &QLineEdit::returnPressed, this, &TagPreviewView::look);
}

void TagPreviewView::look() {
  const auto repository = repository_->text().trimmed();
  if (repository.isEmpty()) return;
  if (asking_) asking_->cancel();
  look_->setEnabled(false);
  notice_->say(tr("Asking the upstream…"), Tone::Info);
  const api::PreviewInput body{.rule = rule_(), .repository = client::utf8(repository), .credentials = {}};
  const auto request = client::post("/sync/preview", body).within(client::kUpstreamAnswerTime);
  asking_ = api_.send<api::TagPreview>(request, this, [this](client::Outcome<api::TagPreview> outcome) {
    look_->setEnabled(true);
    if (outcome) return take(outcome->value);
    notice_->say(outcome.error().message(), Tone::Bad);
    tags_->setRows({});
  });
}

void TagPreviewView::take(const api::TagPreview& preview) {
  if (preview.repository.empty()) {
    notice_->say(tr("This rule does not cover the repository: no content prefix matches it."), Tone::Warn);
  } else {
    notice_->say(tr("%1 of %2 tags included, stored as %3")
                     .arg(models::count(models::number(preview.taken)), models::count(models::number(preview.total)),
                          text(preview.repository)),
                 Tone::Good);
  }
  tags_->setRows(preview.items);
}

}  // namespace console::screens
