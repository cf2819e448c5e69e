#include "console/screens/logs.hpp"

#include <QTabWidget>

#include "audit.hpp"
#include "log.hpp"

namespace console::screens {
namespace {

class Logs : public Screen {
 public:
  explicit Logs(const Context& context) : Screen(context), audit_(new Audit(context)), log_(new Log(context)) {
    auto* layout = new QVBoxLayout(this);
    tabs_ = new QTabWidget;
    tabs_->setDocumentMode(true);
    tabs_->addTab(audit_, tr("Audit"));
    tabs_->addTab(log_, tr("Log"));
    layout->addWidget(tabs_);
  }
  void show(const QUrlQuery& query) override { tabs_->setCurrentIndex(query.queryItemValue("tab") == "log" ? 1 : 0); }
  void refresh() override {
    audit_->refresh();
    log_->refresh();
  }

 private:
  QTabWidget* tabs_;
  Audit* audit_;
  Log* log_;
};

}  // namespace

Screen* makeLogs(const Context& context) {
  return new Logs(context);
}

}  // namespace console::screens
