#include "findings.hpp"

#include "console/client/failure.hpp"
#include "console/models/format.hpp"

namespace console::screens {

using models::Tone;

QString linesOf(const std::vector<larder::apitypes::InputError>& errors) {
  QStringList lines;
  for (const auto& one : errors) lines << (models::text(one.path) + ' ' + client::withHint(one)).trimmed();
  return lines.join('\n');
}

larder::apitypes::ConfigVerdict verdictOf(const larder::apitypes::ConfigMerge& merge) {
  larder::apitypes::ConfigVerdict verdict;
  verdict.valid = merge.valid;
  verdict.errors = merge.errors;
  verdict.warnings = merge.warnings;
  verdict.restartNeeded = merge.restartNeeded;
  verdict.changes = merge.result;
  return verdict;
}

Findings::Findings(QWidget* parent)
    : QWidget(parent),
      errors_(new widgets::Notice(this)),
      warnings_(new widgets::Notice(this)),
      restart_(new widgets::Notice(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  for (auto* one : {errors_, warnings_, restart_}) layout->addWidget(one);
}

void Findings::set(const larder::apitypes::ConfigVerdict& verdict) {
  errors_->say(linesOf(verdict.errors), Tone::Bad);
  warnings_->say(linesOf(verdict.warnings), Tone::Warn);
  QStringList restart;
  for (const auto& one : verdict.restartNeeded) restart << models::text(one);
  restart_->say(restart.isEmpty() ? QString() : tr("Takes effect after a restart: %1").arg(restart.join(", ")),
                Tone::Warn);
}

void Findings::setFailed(const QString& reason) {
  set({});
  if (!reason.isEmpty()) errors_->say(tr("The changes could not be checked. %1").arg(reason), Tone::Bad);
}

}  // namespace console::screens
