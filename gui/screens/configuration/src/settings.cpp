#include "settings.hpp"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <array>

#include "console/client/failure.hpp"
#include "console/models/format.hpp"
#include "console/widgets/basics.hpp"
#include "console/widgets/theme.hpp"
#include "larder/core/json.hpp"

namespace console::screens {
namespace {

using models::Tone;

constexpr std::size_t kMostFound = 40;
constexpr int kTypedForMs = 250;
constexpr int kSectionLetters = 26;

// What only Zot writes into its files.
bool isNoSetting(const std::string& name) {
  static constexpr std::array<std::string_view, 5> kHidden{"goVersion", "commit", "releaseTag", "binaryType",
                                                           "distSpecVersion"};
  return std::ranges::find(kHidden, name) != kHidden.end();
}

forms::Errors errorsOf(const Edited& edited) {
  forms::Errors errors;
  for (const auto& one : edited.errors()) {
    errors[forms::pathText(forms::parsePath(one.path))] = client::withHint(one);
  }
  return errors;
}

}  // namespace

Settings::Settings(Edited& draft, bool mayEdit, QWidget* parent)
    : QWidget(parent),
      draft_(draft),
      search_(new QLineEdit),
      sections_(new QListWidget),
      found_(widgets::mutedLabel()),
      form_(new forms::SchemaForm(forms::Json::object())) {
  auto* layout = new QHBoxLayout(this);
  auto* left = new QVBoxLayout;
  search_->setPlaceholderText(tr("Search settings"));
  search_->setAccessibleName(tr("Search settings"));
  search_->setObjectName(widgets::kSearchBox);
  search_->setClearButtonEnabled(true);
  sections_->setAccessibleName(tr("Sections"));
  const int width = fontMetrics().averageCharWidth() * kSectionLetters;
  search_->setMaximumWidth(width);
  sections_->setMaximumWidth(width);
  left->addWidget(search_);
  left->addWidget(sections_, 1);
  layout->addLayout(left);
  auto* right = new QVBoxLayout;
  right->addWidget(found_);
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  auto* inside = new QWidget;
  auto* stack = new QVBoxLayout(inside);
  stack->addWidget(form_);
  stack->addStretch(1);
  scroll->setWidget(inside);
  right->addWidget(scroll, 1);
  layout->addLayout(right, 1);
  form_->setReadOnly(!mayEdit);
  chooseSoon_.setSingleShot(true);
  chooseSoon_.setInterval(kTypedForMs);
  connect(search_, &QLineEdit::textChanged, &chooseSoon_, qOverload<>(&QTimer::start));
  connect(&chooseSoon_, &QTimer::timeout, this, &Settings::choose);
  connect(sections_, &QListWidget::currentRowChanged, this, [this] {
    search_->clear();
    choose();
  });
  connect(form_, &forms::SchemaForm::edited, this, [this] { draft_.replace(form_->value()); });
  connect(&draft, &Edited::changed, this, &Settings::show);
  connect(&draft, &Edited::checked, this, [this] { form_->setErrors(errorsOf(draft_)); });
  show();
}

void Settings::setSchema(const forms::Json& schema) {
  schema_ = schema;
  settings_.clear();
  for (auto& one : forms::settingsOf(schema)) {
    if (forms::kindOf(one.schema) != forms::Kind::Object) settings_.push_back(std::move(one));
  }
  const QSignalBlocker quiet(sections_);
  sections_->clear();
  for (const auto& [name, property] : schema.at("properties").items()) {
    if (isNoSetting(name)) continue;
    auto* item = new QListWidgetItem(models::text(forms::titleOf(property, name)), sections_);
    item->setData(Qt::UserRole, models::text(name));
  }
  sections_->setCurrentRow(0);
  choose();
}

void Settings::search(const QString& words) {
  search_->setText(words);
}

void Settings::choose() {
  std::vector<forms::Path> paths;
  const auto words = search_->text().trimmed();
  found_->setVisible(!words.isEmpty());
  if (words.isEmpty()) {
    const auto* item = sections_->currentItem();
    if (item) paths.push_back({models::utf8(item->data(Qt::UserRole).toString())});
  } else {
    const auto found = forms::findSettings(settings_, models::utf8(words));
    for (std::size_t i = 0; i < std::min(found.size(), kMostFound); ++i) paths.push_back(found[i].path);
    found_->setText(found.empty()
                        ? tr("No setting matches. Search for a word from a setting's name, key or description.")
                    : found.size() > kMostFound
                        ? tr("%1; add a word to narrow the search.")
                              .arg(models::plural(models::number(found.size()), tr("setting"), tr("settings")))
                        : models::plural(models::number(found.size()), tr("setting"), tr("settings")));
  }
  if (paths.empty()) return form_->setSchema(forms::Json::object(), true);
  form_->setSchema(forms::prunedTo(schema_, paths), !words.isEmpty());
}

void Settings::show() {
  // What is typed right now is not built anew under the fingers.
  if (!forms::equal(form_->value(), draft_.value())) form_->setValue(draft_.value());
}

ConfigJson::ConfigJson(Edited& draft, bool mayEdit, QWidget* parent)
    : QWidget(parent), draft_(draft), edit_(new QPlainTextEdit), notice_(new widgets::Notice(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(notice_);
  layout->addWidget(edit_, 1);
  edit_->setFont(widgets::monoFont(edit_->font()));
  edit_->setAccessibleName(tr("Configuration"));
  edit_->setReadOnly(!mayEdit);
  edit_->setLineWrapMode(QPlainTextEdit::NoWrap);
  readSoon_.setSingleShot(true);
  readSoon_.setInterval(kTypedForMs);
  connect(edit_, &QPlainTextEdit::textChanged, &readSoon_, qOverload<>(&QTimer::start));
  connect(&readSoon_, &QTimer::timeout, this, &ConfigJson::read);
  connect(&draft, &Edited::changed, this, &ConfigJson::show);
  connect(&draft, &Edited::checked, this, [this] {
    QStringList lines;
    for (const auto& [path, message] : errorsOf(draft_)) lines << models::text(path) + ' ' + message;
    if (!broken_) notice_->say(lines.join('\n'), Tone::Bad);
  });
  show();
}

void ConfigJson::show() {
  if (broken_ && draft_.isChanged()) return;
  const auto now = larder::core::parseOrderedJson(models::utf8(edit_->toPlainText()));
  if (now && forms::equal(*now, draft_.value())) return;
  const QSignalBlocker quiet(edit_);
  edit_->setPlainText(models::text(draft_.value().dump(2, ' ', false, forms::Json::error_handler_t::replace)));
  broken_ = false;
  notice_->clear();
}

void ConfigJson::read() {
  const auto parsed = larder::core::parseOrderedJson(models::utf8(edit_->toPlainText()));
  broken_ = !parsed || !parsed->is_object();
  if (broken_) {
    notice_->say(parsed ? tr("A configuration is a JSON object.") : models::text(parsed.error().message), Tone::Bad);
    return;
  }
  notice_->clear();
  draft_.replace(*parsed);
}

}  // namespace console::screens
