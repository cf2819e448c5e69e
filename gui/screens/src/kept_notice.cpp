#include "console/screens/kept_notice.hpp"

#include <QHBoxLayout>
#include <QPushButton>
#include <utility>

#include "console/widgets/basics.hpp"

namespace console::screens {

KeptNotice::KeptNotice(QWidget* parent)
    : QWidget(parent), notice_(new widgets::Notice), forget_(new QPushButton(tr("Forget them"))) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(notice_, 1);
  layout->addWidget(forget_);
  connect(forget_, &QPushButton::clicked, this, [this] {
    clear();
    if (onForget_) onForget_();
  });
  hide();
}

void KeptNotice::offer(const QString& text, std::function<void()> take, std::function<void()> forget) {
  onForget_ = std::move(forget);
  notice_->say(text, models::Tone::Warn);
  notice_->offer(tr("Take them up"), [this, take = std::move(take)] {
    clear();
    take();
  });
  show();
}

void KeptNotice::clear() {
  notice_->clear();
  hide();
}

}  // namespace console::screens
