#include "plan.hpp"

#include <QDialogButtonBox>
#include <QPushButton>

#include "console/widgets/basics.hpp"

namespace console::screens {

Plan::Plan(const QString& title, const QString& about, const QString& verb, QWidget* parent)
    : QDialog(parent),
      findings_(new Findings),
      conflicts_(new ConflictList),
      changes_(new ChangeList("configuration.plan")) {
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(title);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(widgets::heading(about));
  layout->addWidget(findings_);
  layout->addWidget(conflicts_);
  layout->addWidget(changes_, 1);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  act_ = buttons->addButton(verb, QDialogButtonBox::AcceptRole);
  act_->setEnabled(false);
  layout->addWidget(buttons);
  if (parent) resize(parent->size() * 3 / 4);
  connect(conflicts_, &ConflictList::chosen, this, &Plan::chosen);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, &Plan::agreed);
}

void Plan::show(const larder::apitypes::ConfigVerdict& verdict,
                const std::vector<larder::apitypes::ConfigConflict>& conflicts) {
  conflicts_->add(conflicts);
  findings_->set(verdict);
  changes_->set(verdict.changes);
  act_->setEnabled(verdict.valid && conflicts_->open() == 0 && !verdict.changes.empty());
}

void Plan::setFailed(const QString& reason) {
  findings_->setFailed(reason);
  act_->setEnabled(false);
}

}  // namespace console::screens
