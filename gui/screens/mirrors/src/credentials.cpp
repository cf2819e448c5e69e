#include "credentials.hpp"

#include <QLineEdit>

#include "console/models/format.hpp"
#include "console/models/words.hpp"

namespace console::screens {

namespace api = larder::apitypes;
using widgets::ListPanel;

Credentials::Credentials(const Context& context)
    : Screen(context),
      hosts_(new models::RowsModel<api::CredentialHost>(
          {{{"host", tr("Upstream"), false, 260},
            [](const api::CredentialHost& one) { return models::monoCell(one.host); }},
           {{"user", tr("User"), false, 220},
            [](const api::CredentialHost& one) { return models::Cell{.text = client::text(one.username)}; }}},
          [](const api::CredentialHost& one) { return client::text(one.host); }, this)),
      panel_(new ListPanel("mirrors.credentials", tr("Credentials of upstreams"), hosts_,
                           widgets::TableView::Sorting::Local)),
      notice_(new widgets::Notice(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(notice_);
  layout->addWidget(panel_, 1);
  auto* table = panel_->table();
  table->setSelectionMode(QAbstractItemView::SingleSelection);
  table->setEmptyText(tr("No credentials yet"), tr("Upstreams are asked without logging in."));
  const auto one = [this](const ListPanel::Rows& rows) { return mayEdit() && !rows.isEmpty(); };
  panel_->addVerb(
      tr("Add credentials"), [this](const ListPanel::Rows&) { return mayEdit(); },
      [this](const ListPanel::Rows&) { set({}, {}, {}); });
  const auto change = [this](int row) {
    const auto& host = hosts_->at(row);
    set(client::text(host.host), client::text(host.username), QByteArray::fromStdString(host.etag));
  };
  panel_->addVerb(tr("Change"), one, [change](const ListPanel::Rows& rows) { change(rows.front()); });
  panel_->addVerb(tr("Remove"), one, [this](const ListPanel::Rows& rows) { remove(hosts_->at(rows.front())); });
  connect(table, &widgets::TableView::opened, this, [this, change](int row) {
    if (mayEdit()) change(row);
  });
  refresh();
}

void Credentials::refresh() {
  api().send<api::CredentialList>(
      client::get("/credentials"), this, [this](client::Outcome<api::CredentialList> outcome) {
        if (!outcome) return hosts_->setTrouble(outcome.error().message());
        editable_ = outcome->value.editable;
        notice_->say(editable_ ? QString() : client::text(outcome->value.reason.value_or("")), models::Tone::Info);
        hosts_->setRows(std::move(outcome->value.items));
      });
}

void Credentials::set(const QString& host, const QString& user, const QByteArray& etag) {
  auto* sheet =
      new widgets::Sheet(host.isEmpty() ? tr("Add credentials") : tr("Credentials of %1").arg(host), tr("Save"), this);
  auto* hostEdit = sheet->addText("host", tr("&Host"), host, tr("With its port, as in the rule's URL."));
  hostEdit->setPlaceholderText("docker.io");
  hostEdit->setReadOnly(!host.isEmpty());
  auto* userEdit = sheet->addText("username", tr("&User"), user);
  auto* password =
      sheet->addPassword("password", tr("&Password or token"), tr("Write-only: not shown again after saving."));
  sheet->onSubmit([this, sheet, hostEdit, userEdit, password, etag] {
    const auto typed = hostEdit->text().trimmed();
    if (typed.isEmpty()) {
      sheet->setBusy(false);
      return sheet->setErrors({{"host", tr("The host is missing.")}});
    }
    const api::NewCredential body{client::utf8(userEdit->text()), client::utf8(password->text())};
    auto request = client::put("/credentials/" + client::segment(typed), body);
    if (!etag.isEmpty()) request.match('"' + etag + '"');
    submit<client::Nothing>(sheet, request, [this, typed](const client::Nothing&) {
      shell().say(tr("Credentials for %1 saved").arg(typed), models::Tone::Good);
      refresh();
    });
  });
  sheet->open();
}

void Credentials::remove(const api::CredentialHost& one) {
  const auto host = client::text(one.host);
  const auto request =
      client::remove("/credentials/" + client::segment(host)).match('"' + QByteArray::fromStdString(one.etag) + '"');
  shell().confirm(
      tr("Remove the credentials of %1?").arg(host), tr("It is asked without logging in then."), tr("Remove"),
      [this, host, request] { change(request, tr("Credentials for %1 removed").arg(host), [this] { refresh(); }); });
}

}  // namespace console::screens
