#include "review.hpp"

#include <QDialogButtonBox>
#include <QPushButton>

#include "console/models/format.hpp"
#include "console/widgets/basics.hpp"

namespace console::screens {

using models::Tone;

Review::Review(Draft& draft, QWidget* parent)
    : QDialog(parent),
      draft_(draft),
      merged_(new widgets::Notice(this)),
      overlay_(new widgets::Notice(this)),
      notSaved_(new widgets::Notice(this)),
      findings_(new Findings),
      conflicts_(new ConflictList),
      theirsTitle_(widgets::heading({})),
      theirs_(new ChangeList("configuration.theirs")),
      changes_(new ChangeList("configuration.changes")),
      save_(nullptr) {
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Review and save"));
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(widgets::mutedLabel(tr("Changes are validated before they are saved.")));
  layout->addWidget(notSaved_);
  layout->addWidget(findings_);
  layout->addWidget(overlay_);
  layout->addWidget(merged_);
  layout->addWidget(conflicts_);
  layout->addWidget(theirsTitle_);
  layout->addWidget(theirs_, 1);
  layout->addWidget(widgets::heading(tr("What saving will change")));
  layout->addWidget(changes_, 2);
  auto* buttons = new QDialogButtonBox;
  save_ = buttons->addButton(tr("Save"), QDialogButtonBox::AcceptRole);
  buttons->addButton(tr("Keep editing"), QDialogButtonBox::RejectRole);
  layout->addWidget(buttons);
  if (parent) resize(parent->size() * 3 / 4);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, [this] {
    save_->setEnabled(false);
    notSaved_->clear();
    draft_.store();
  });
  connect(conflicts_, &ConflictList::chosen, this, [this] { draft_.choose(conflicts_->choices()); });
  connect(&draft, &Draft::checked, this, &Review::show);
  connect(&draft, &Draft::saved, this, &QDialog::accept);
  connect(&draft, &Draft::notSaved, this, [this](const QString& reason) {
    notSaved_->say(tr("Not saved: %1").arg(reason), Tone::Bad);
    show();
  });
  show();
}

void Review::show() {
  const auto& verdict = draft_.verdict();
  if (verdict) {
    findings_->set(*verdict);
    changes_->set(verdict->changes);
  } else {
    findings_->setFailed(draft_.failed());
  }
  overlay_->say(draft_.config()->source == larder::apitypes::ConfigSource::Overlay
                    ? tr("The file is read-only. The change is kept in the data directory and listed under Drift.")
                    : QString(),
                Tone::Info);
  const auto& merge = draft_.merge();
  theirs_->setVisible(merge.has_value());
  theirsTitle_->setVisible(merge.has_value());
  if (merge) {
    conflicts_->add(merge->conflicts);
    theirs_->set(merge->theirs);
    theirsTitle_->setText(tr("Changes made by others meanwhile (now revision %1), kept").arg(merge->revision));
    merged_->say(conflicts_->open() > 0
                     ? tr("Somebody else saved while you were editing. Nothing of yours or theirs is lost: choose for "
                          "each conflict, then save.")
                     : tr("Somebody else saved while you were editing. Your changes and theirs do not overlap; both "
                          "are kept."),
                 Tone::Warn);
  }
  save_->setEnabled(verdict && verdict->valid && conflicts_->open() == 0);
}

}  // namespace console::screens
