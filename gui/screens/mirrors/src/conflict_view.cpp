#include "conflict_view.hpp"

#include <QPushButton>
#include <QRegularExpression>

#include "console/models/format.hpp"
#include "console/widgets/basics.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;

forms::Path pathInRule(const std::string& path) {
  static const QRegularExpression kRule(QStringLiteral("^extensions\\.sync\\.registries\\[\\d+\\]\\.?"));
  return forms::parsePath(client::text(path).remove(kRule).toStdString());
}

}  // namespace

forms::Json resolved(const api::EditConflict& conflict, const ConflictList::Choices& choices) {
  auto value = conflict.merged ? *conflict.merged : conflict.theirs.value_or(forms::Json::object());
  for (const auto& one : conflict.conflicts) {
    const auto choice = choices.find(one.id);
    if (choice == choices.end()) continue;
    const auto& side = choice->second == api::MergeSide::Mine     ? one.mine
                       : choice->second == api::MergeSide::Theirs ? one.theirs
                                                                  : one.before;
    value = forms::setAt(value, pathInRule(one.path), side);
  }
  return value;
}

ConflictView::ConflictView(QWidget* parent)
    : QWidget(parent),
      notice_(new widgets::Notice(this)),
      conflicts_(new ConflictList),
      theirs_(widgets::mutedLabel()),
      take_(new QPushButton(tr("Take the merged rule into the form"))) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(notice_);
  layout->addWidget(conflicts_);
  layout->addWidget(theirs_);
  layout->addLayout(widgets::row({take_, nullptr}));
  connect(conflicts_, &ConflictList::chosen, this, [this] { take_->setEnabled(conflicts_->open() == 0); });
  connect(take_, &QPushButton::clicked, this, [this] {
    hide();
    emit merged(conflict_, resolved(conflict_, conflicts_->choices()));
  });
  hide();
}

void ConflictView::show(const api::EditConflict& conflict) {
  conflict_ = conflict;
  conflicts_->clear();
  setVisible(true);
  take_->setText(conflict.baseUnknown ? tr("Use mine") : tr("Take the merged rule into the form"));
  take_->setVisible(!conflict.removed);
  theirs_->setVisible(!conflict.removed && !conflict.baseUnknown);
  if (conflict.removed) {
    notice_->say(tr("Somebody removed this rule while you were editing it. Your changes are still here."),
                 models::Tone::Warn);
    notice_->offer(tr("Add it again as a new rule"), [this] {
      hide();
      emit addAgain();
    });
    return;
  }
  take_->setEnabled(conflict.conflicts.empty());
  if (conflict.baseUnknown) {
    notice_->say(tr("So much was saved meanwhile that nobody can tell what others changed in this rule. Take one of "
                    "the two, look at it, then save."),
                 models::Tone::Warn);
    notice_->offer(tr("Use theirs"), [this] {
      hide();
      emit merged(conflict_, conflict_.theirs.value_or(forms::Json::object()));
    });
    return;
  }
  notice_->say(conflict.conflicts.empty()
                   ? tr("Somebody else saved while you were editing. Your changes and theirs do not overlap; both are "
                        "kept.")
                   : tr("Somebody else saved while you were editing. Nothing of yours or theirs is lost: choose for "
                        "each conflict, then save."),
               models::Tone::Warn);
  conflicts_->add(conflict.conflicts);
  QStringList changes;
  const auto none = tr("not there");
  for (const auto& one : conflict.changes) {
    changes << tr("%1: %2 → %3")
                   .arg(client::text(one.path), valueText(one.before, none).simplified(),
                        valueText(one.after, none).simplified());
  }
  theirs_->setText(
      changes.isEmpty()
          ? QString()
          : tr("Changes made by others (now revision %1), kept: %2").arg(conflict.revision).arg(changes.join("; ")));
}

}  // namespace console::screens
