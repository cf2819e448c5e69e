#include "users.hpp"

#include <QAction>
#include <QCoreApplication>
#include <QLineEdit>

#include "console/models/format.hpp"
#include "console/models/words.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using client::utf8;
using models::Cell;
using models::Tone;
using widgets::ListPanel;
using widgets::Sheet;
using widgets::TableView;
using UserModel = models::PagedModel<api::User, api::UserList>;

struct UserWords {
  Q_DECLARE_TR_FUNCTIONS(Users)
};

UserModel::Columns userColumns() {
  using One = api::User;
  return {
      {{"name", UserWords::tr("User"), false, 200, false, false},
       [](const One& one) { return Cell{.text = text(one.name)}; }},
      {{"role", UserWords::tr("Role"), false, 100, false, false},
       [](const One& one) {
         return one.admin ? Cell{.text = UserWords::tr("admin")}
                          : Cell{.text = UserWords::tr("user"), .tone = Tone::Muted};
       }},
      {{"groups", UserWords::tr("Groups"), false, 260, false, false},
       [](const One& one) {
         QStringList groups;
         for (const auto& group : one.groups) groups << text(group);
         return Cell{.text = groups.join(", ")};
       }},
      {{"hash", UserWords::tr("Password hash"), false, 160, false, false},
       [](const One& one) {
         return Cell{
             .text = one.cost ? UserWords::tr("%1, cost %2").arg(text(one.hash)).arg(*one.cost) : text(one.hash),
             .tone = Tone::Muted};
       }},
  };
}

// Asks for a password twice; `send` gets it once both are the same.
void askPassword(Sheet* sheet, std::function<void(const std::string&)> send) {
  auto* password = sheet->addPassword("password", UserWords::tr("Password"),
                                      UserWords::tr("8 characters to 72 bytes, the limit of bcrypt."));
  auto* again = sheet->addPassword("again", UserWords::tr("Confirm password"));
  sheet->onSubmit([sheet, password, again, send = std::move(send)] {
    if (password->text() == again->text()) return send(utf8(password->text()));
    sheet->setBusy(false);
    sheet->setErrors({{"again", UserWords::tr("The passwords do not match")}});
  });
}

QByteArray etagOfUser(const api::User& user) {
  return '"' + QByteArray::fromStdString(user.etag) + '"';
}

QString pathOf(const api::User& user) {
  return "/users/" + client::segment(text(user.name));
}

}  // namespace

Users::Users(const Context& context)
    : Screen(context),
      users_(new UserModel(
          api(), userColumns(), [](const api::User& one) { return text(one.name); }, this)),
      notice_(new widgets::Notice(this)),
      panel_(new ListPanel("access.users", tr("Users"), users_, TableView::Sorting::Remote)),
      search_(panel_->addSearch(tr("Search users"),
                                [this] { users_->ask(client::get("/users").with("q", search_->text().trimmed())); })) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(notice_);
  layout->addWidget(panel_, 1);
  panel_->setCountedTitle([](double users) { return models::plural(users, tr("user"), tr("users")); });
  panel_->table()->setSelectionMode(QAbstractItemView::SingleSelection);
  panel_->table()->setEmptyText(tr("No users yet"),
                                tr("Without users, anyone on this network can pull. Set http.auth.htpasswd.path, then "
                                   "add one, so that clients and admins can log in."));
  using Rows = ListPanel::Rows;
  const auto one = [this](const Rows& rows) { return mayEdit() && !rows.isEmpty(); };
  panel_->addVerb(tr("Add a user…"), [this](const Rows&) { return mayEdit(); }, [this](const Rows&) { addUser(); });
  panel_->addVerb(tr("Change password…"), one, [this](const Rows& rows) { changePassword(users_->at(rows.front())); });
  panel_->addVerb(tr("Remove…"), one, [this](const Rows& rows) { remove(users_->at(rows.front())); })
      ->setShortcut(QKeySequence::Delete);
  connect(users_, &models::TableModel::stateChanged, this, &Users::showState);
  users_->ask(client::get("/users"));
}

bool Users::mayEdit() const {
  return connection().mayChange() && users_->answer() && users_->answer()->editable;
}

void Users::showState() {
  if (!users_->answer() || users_->answer()->editable) return notice_->clear();
  const auto& reason = users_->answer()->reason;
  notice_->say(reason ? text(*reason) : tr("Users cannot be changed here: set http.auth.htpasswd.path."), Tone::Info);
}

void Users::addUser() {
  auto* sheet = new Sheet(tr("Add a user"), tr("Add user"), this);
  auto* name = sheet->addText("name", tr("Name"), {});
  askPassword(sheet, [this, sheet, name](const std::string& password) {
    submit<api::User>(sheet, client::post("/users", api::NewUser{utf8(name->text().trimmed()), password}),
                      [this](const api::User& user) {
                        shell().say(tr("%1 added and can log in now").arg(text(user.name)), Tone::Good);
                        users_->refresh();
                      });
  });
  keepTyped(sheet);
  sheet->open();
}

void Users::changePassword(const api::User& user) {
  const auto name = text(user.name);
  auto* sheet = new Sheet(tr("Change password of %1").arg(name), tr("Change password"), this);
  askPassword(sheet, [this, sheet, user, name](const std::string& password) {
    const auto request = client::put(pathOf(user), api::NewPassword{password}).match(etagOfUser(user));
    submit<client::Nothing>(sheet, request, [this, name](const client::Nothing&) {
      shell().say(tr("Password of %1 changed; their sessions have ended").arg(name), Tone::Good);
      users_->refresh();
    });
  });
  keepTyped(sheet);
  sheet->open();
}

void Users::remove(const api::User& user) {
  const auto name = text(user.name);
  const auto& session = connection().session();
  const bool own = session && session->user && *session->user == user.name;
  const auto request = client::remove(pathOf(user)).match(etagOfUser(user));
  shell().confirm(tr("Remove %1?").arg(name), own ? tr("This is your own account.") : tr("Their sessions end at once."),
                  tr("Remove %1").arg(name), [this, name, request] {
                    change(request, tr("%1 removed").arg(name), [this] { users_->refresh(); });
                  });
}

}  // namespace console::screens
