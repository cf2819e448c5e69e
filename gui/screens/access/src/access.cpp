#include "console/screens/access.hpp"

#include <QTabWidget>

#include "blocks.hpp"
#include "groups.hpp"
#include "policies.hpp"
#include "tester.hpp"
#include "users.hpp"

namespace console::screens {
namespace {

class Access : public Screen {
 public:
  explicit Access(const Context& context)
      : Screen(context),
        written_(api()),
        users_(new Users(context)),
        blocks_(new Blocks(context)),
        tester_(new Tester(context)) {
    auto* layout = new QVBoxLayout(this);
    auto* tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    tabs->addTab(users_, tr("Users"));
    tabs->addTab(new Groups(context, written_), tr("Groups"));
    tabs->addTab(new Policies(context, written_), tr("Policies"));
    tabs->addTab(tester_, tr("Test a permission"));
    tabs->addTab(blocks_, tr("Blocks"));
    layout->addWidget(tabs);
    written_.reload();
  }
  void refresh() override {
    users_->refresh();
    blocks_->refresh();
    written_.reload();
    tester_->refresh();
  }

 private:
  Written written_;
  Users* users_;
  Blocks* blocks_;
  Tester* tester_;
};

}  // namespace

Screen* makeAccess(const Context& context) {
  return new Access(context);
}

}  // namespace console::screens
