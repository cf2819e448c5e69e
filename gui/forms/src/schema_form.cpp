#include "console/forms/schema_form.hpp"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <algorithm>

#include "console/models/format.hpp"
#include "console/widgets/basics.hpp"
#include "console/widgets/theme.hpp"
#include "larder/core/json.hpp"

namespace console::forms {
namespace {

using models::text;
using models::Tone;
using models::utf8;

const Json& memberOf(const Json& schema, const char* name) {
  static const Json kNothing;
  const auto found = schema.find(name);
  return found == schema.end() ? kNothing : *found;
}

bool isOn(const Json& value) {
  return value.is_boolean() && value.get<bool>();
}

bool holds(const Json& list, const Json& word) {
  return list.is_array() && std::find(list.begin(), list.end(), word) != list.end();
}

// The first text that an entry holds, in the order of the schema: what a reader knows it by.
QString titleOfItem(const Json& value, const QString& fallback) {
  if (value.is_string() && !value.get_ref<const std::string&>().empty()) return text(value.get<std::string>());
  if (!value.is_object()) return fallback;
  for (const auto& [key, one] : value.items()) {
    if (one.is_string() && !one.get_ref<const std::string&>().empty()) return text(one.get<std::string>());
    if (one.is_array() && !one.empty() && one.front().is_string()) {
      QStringList parts;
      for (const auto& part : one) parts << text(textOfValue(&part));
      return parts.join(", ");
    }
  }
  return fallback;
}

}  // namespace

SchemaForm::SchemaForm(Json schema, QWidget* parent) : QWidget(parent), schema_(std::move(schema)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  rebuild();
}

void SchemaForm::setSchema(Json schema, bool open) {
  schema_ = std::move(schema);
  allOpen_ = open;
  rebuild();
}

void SchemaForm::setValue(const Json& value) {
  value_ = value;
  rebuild();
}

void SchemaForm::setErrors(const Errors& errors) {
  errors_ = errors;
  for (const auto& [where, label] : errorLabels_) {
    const auto found = errors.find(where);
    if (found != errors.end()) label->setText(found->second);
    label->setVisible(found != errors.end());
  }
  const bool hidden =
      std::ranges::any_of(errors, [this](const auto& one) { return !errorLabels_.contains(one.first); });
  // Groups with an error are opened, but nothing is built anew while somebody types in it.
  if (hidden && !isAncestorOf(QApplication::focusWidget())) rebuild();
}

void SchemaForm::setReadOnly(bool readOnly) {
  readOnly_ = readOnly;
  rebuild();
}

void SchemaForm::setFirst(const std::vector<std::string>& names) {
  first_ = names;
  rebuild();
}

void SchemaForm::set(const Path& path, const std::optional<Json>& next) {
  value_ = setAt(value_, path, next);
  const auto label = errorLabels_.find(pathText(path));
  if (label != errorLabels_.end()) label->second->hide();
  emit edited();
}

void SchemaForm::setAndRebuild(const Path& path, const std::optional<Json>& next) {
  set(path, next);
  // The button that asked for it is still in its own signal.
  QTimer::singleShot(0, this, &SchemaForm::rebuild);
}

void SchemaForm::rebuild() {
  errorLabels_.clear();
  delete content_;
  content_ = new QWidget;
  auto* inside = new QVBoxLayout(content_);
  inside->setContentsMargins(0, 0, 0, 0);
  addFields(inside, schema_, {});
  layout()->addWidget(content_);
}

void SchemaForm::addFields(QVBoxLayout* into, const Json& schema, const Path& path) {
  const auto& properties = memberOf(schema, "properties");
  if (!properties.is_object()) return;
  if (!path.empty() || first_.empty()) {
    for (const auto& [name, property] : properties.items()) addNode(into, property, path / name, name);
    return;
  }
  for (const auto& name : first_) {
    if (properties.contains(name)) addNode(into, properties[name], {name}, name);
  }
  Json others = schema;
  for (const auto& name : first_) others["properties"].erase(name);
  others["title"] = utf8(tr("All settings"));
  others.erase("description");
  addGroup(into, others, {}, "", false);
}

void SchemaForm::addNode(QVBoxLayout* into, const Json& schema, const Path& path, const std::string& name) {
  switch (kindOf(schema)) {
    case Kind::Object: {
      const bool set = getAt(value_, path) != nullptr;
      return addGroup(into, schema, path, name, path.size() <= 2 && set);
    }
    case Kind::Map:
      return addEntries(into, schema, path);
    case Kind::List:
      if (!isPlain(memberOf(schema, "items")) && !memberOf(memberOf(schema, "items"), "enum").is_array()) {
        return addEntries(into, schema, path);
      }
      break;
    default:
      break;
  }
  addField(into, schema, path, name, controlOf(schema, path));
}

QWidget* SchemaForm::controlOf(const Json& schema, const Path& path) {
  switch (kindOf(schema)) {
    case Kind::List:
      return isPlain(memberOf(schema, "items")) ? linesControl(schema, path) : checksControl(schema, path);
    case Kind::Boolean: {
      auto* check = new QCheckBox;
      const auto* value = getAt(value_, path);
      check->setChecked(value && value->is_boolean() ? value->get<bool>() : isOn(memberOf(schema, "default")));
      connect(check, &QCheckBox::toggled, this, [this, path](bool on) { set(path, on); });
      return check;
    }
    case Kind::Choice:
      return choiceControl(schema, path);
    case Kind::Json:
      return jsonControl(path);
    default:
      return lineControl(schema, path);
  }
}

QWidget* SchemaForm::lineControl(const Json& schema, const Path& path) {
  auto* edit = new QLineEdit(text(textOfValue(getAt(value_, path))));
  const bool secret = isOn(memberOf(schema, "x-secret"));
  if (secret) edit->setEchoMode(QLineEdit::Password);
  edit->setPlaceholderText(secret ? tr("unchanged") : text(defaultText(schema)));
  if (schema.contains("format")) edit->setFont(widgets::monoFont(edit->font()));
  connect(edit, &QLineEdit::textEdited, this,
          [this, path, schema](const QString& typed) { set(path, valueOfText(schema, utf8(typed))); });
  return edit;
}

QWidget* SchemaForm::linesControl(const Json& schema, const Path& path) {
  QStringList lines;
  if (const auto* value = getAt(value_, path); value && value->is_array()) {
    for (const auto& one : *value) lines << text(textOfValue(&one));
  }
  auto* edit = new QPlainTextEdit(lines.join('\n'));
  edit->setFont(widgets::monoFont(edit->font()));
  edit->setTabChangesFocus(true);
  edit->setFixedHeight(edit->fontMetrics().lineSpacing() * std::clamp<int>(static_cast<int>(lines.size()) + 1, 2, 8) +
                       12);
  connect(edit, &QPlainTextEdit::textChanged, this,
          [this, path, schema, edit] { set(path, valueOfLines(schema, utf8(edit->toPlainText()))); });
  return edit;
}

QWidget* SchemaForm::choiceControl(const Json& schema, const Path& path) {
  auto* box = new QComboBox;
  const auto fallback = text(defaultText(schema));
  box->addItem(fallback.isEmpty() ? tr("default") : tr("default (%1)").arg(fallback));
  const auto& words = memberOf(schema, "enum");
  const auto* value = getAt(value_, path);
  for (const auto& word : words) {
    box->addItem(text(textOfValue(&word)));
    if (value && *value == word) box->setCurrentIndex(box->count() - 1);
  }
  connect(box, &QComboBox::activated, this, [this, path, words](int chosen) {
    set(path, chosen == 0 ? std::nullopt : std::optional<Json>(words[static_cast<std::size_t>(chosen - 1)]));
  });
  return box;
}

// A list of some of a few words.
QWidget* SchemaForm::checksControl(const Json& schema, const Path& path) {
  auto* holder = new QWidget;
  auto* layout = new QHBoxLayout(holder);
  layout->setContentsMargins(0, 0, 0, 0);
  const auto words = memberOf(memberOf(schema, "items"), "enum");
  for (const auto& word : words) {
    auto* check = new QCheckBox(text(textOfValue(&word)));
    const auto* value = getAt(value_, path);
    check->setChecked(value && holds(*value, word));
    connect(check, &QCheckBox::toggled, this, [this, path, words, word](bool on) {
      const auto* now = getAt(value_, path);
      Json next = Json::array();
      for (const auto& one : words) {
        const bool had = now && holds(*now, one);
        if (one == word ? on : had) next.push_back(one);
      }
      set(path, next.empty() ? std::nullopt : std::optional<Json>(next));
    });
    layout->addWidget(check);
  }
  layout->addStretch(1);
  return holder;
}

QWidget* SchemaForm::jsonControl(const Path& path) {
  const auto* value = getAt(value_, path);
  auto* edit = new QPlainTextEdit(value ? text(value->dump(2, ' ', false, Json::error_handler_t::replace)) : QString());
  edit->setFont(widgets::monoFont(edit->font()));
  edit->setTabChangesFocus(true);
  edit->setFixedHeight(edit->fontMetrics().lineSpacing() * 4 + 12);
  connect(edit, &QPlainTextEdit::textChanged, this, [this, path, edit] {
    const auto typed = utf8(edit->toPlainText().trimmed());
    const auto label = errorLabels_.find(pathText(path));
    if (typed.empty()) return set(path, std::nullopt);
    auto parsed = larder::core::parseOrderedJson(typed);
    if (parsed) return set(path, std::move(*parsed));
    if (label == errorLabels_.end()) return;
    label->second->setText(tr("Not valid JSON; the last valid value is kept."));
    label->second->show();
  });
  return edit;
}

void SchemaForm::addField(QVBoxLayout* into, const Json& schema, const Path& path, const std::string& name,
                          QWidget* control) {
  const auto title = text(titleOf(schema, name));
  const auto where = pathText(path);
  auto* label = new QLabel(title);
  label->setTextFormat(Qt::PlainText);
  label->setFont(widgets::scaled(label->font(), 1.0, true));
  auto* head = widgets::row({label});
  for (const auto& badge : badgesOf(schema)) {
    auto* pill = new widgets::Pill(text(badge), badge == "restart" ? Tone::Warn : Tone::Unknown);
    if (badge == "restart") pill->setToolTip(tr("Changes take effect after a restart"));
    head->addWidget(pill);
  }
  head->addStretch(1);
  control->setAccessibleName(title);
  control->setObjectName(text(where));
  control->setEnabled(!readOnly_);
  label->setBuddy(control);
  auto* error = widgets::plainLabel();
  auto colored = error->palette();
  colored.setColor(QPalette::WindowText, widgets::toneColor(Tone::Bad, palette()));
  error->setPalette(colored);
  const auto found = errors_.find(where);
  error->setText(found == errors_.end() ? QString() : found->second);
  errorLabels_[where] = error;
  auto help = text(helpOf(schema));
  if (kindOf(schema) == Kind::List && isPlain(memberOf(schema, "items"))) help.prepend(tr("One per line. "));
  if (const auto fallback = text(defaultText(schema)); !fallback.isEmpty()) {
    help += (help.isEmpty() ? "" : " ") + tr("Default: %1.").arg(fallback);
  }
  into->addLayout(head);
  into->addWidget(control);
  into->addWidget(error);
  error->setVisible(found != errors_.end());
  auto* about = widgets::mutedLabel(help);
  about->setToolTip(text(where));
  about->setVisible(!help.isEmpty());
  into->addWidget(about);
  into->addSpacing(6);
}

bool SchemaForm::hasErrorBelow(const Path& path) const {
  const auto where = pathText(path);
  return std::ranges::any_of(errors_, [&where](const auto& one) { return one.first.starts_with(where); });
}

void SchemaForm::addGroup(QVBoxLayout* into, const Json& schema, const Path& path, const std::string& name, bool open) {
  const auto key = text(pathText(path) + "/" + name);
  const bool shown = opened_.value(key, open || allOpen_ || (hasErrorBelow(path) && !errors_.empty() && !path.empty()));
  auto* toggle = new QToolButton;
  toggle->setText(text(titleOf(schema, name)));
  toggle->setToolTip(text(helpOf(schema)));
  toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  toggle->setArrowType(shown ? Qt::DownArrow : Qt::RightArrow);
  toggle->setAutoRaise(true);
  toggle->setCheckable(true);
  toggle->setChecked(shown);
  into->addWidget(toggle);
  auto* body = new QWidget;
  auto* inside = new QVBoxLayout(body);
  inside->setContentsMargins(18, 0, 0, 4);
  into->addWidget(body);
  body->setVisible(shown);
  // A closed group is built when it is opened: there are hundreds of settings.
  const auto fill = [this, inside, schema, path] {
    for (const auto& [inner, property] : memberOf(schema, "properties").items()) {
      addNode(inside, property, path / inner, inner);
    }
  };
  if (shown) fill();
  connect(toggle, &QToolButton::toggled, this, [this, toggle, body, inside, fill, key](bool on) {
    opened_[key] = on;
    toggle->setArrowType(on ? Qt::DownArrow : Qt::RightArrow);
    if (on && inside->isEmpty()) fill();
    body->setVisible(on);
  });
}

void SchemaForm::addEntries(QVBoxLayout* into, const Json& schema, const Path& path) {
  const bool list = kindOf(schema) == Kind::List;
  const auto item = list ? memberOf(schema, "items") : memberOf(schema, "additionalProperties");
  const auto name =
      std::holds_alternative<std::string>(path.back()) ? std::get<std::string>(path.back()) : std::string();
  const auto title = text(titleOf(schema, name));
  into->addWidget(widgets::heading(title));
  if (const auto help = text(helpOf(schema)); !help.isEmpty()) into->addWidget(widgets::mutedLabel(help));
  if (const auto found = errors_.find(pathText(path)); found != errors_.end()) {
    auto* notice = new widgets::Notice;
    into->addWidget(notice);
    notice->say(found->second, Tone::Bad);
  }
  const auto* value = getAt(value_, path);
  const auto itemTitle = text(titleOf(item, utf8(tr("Entry"))));
  std::size_t index = 0;
  if (value && value->is_structured()) {
    for (const auto& [key, one] : value->items()) {
      const auto shown = list ? titleOfItem(one, tr("%1 %2").arg(itemTitle).arg(index + 1)) : text(key);
      addEntry(into, item, path / (list ? Key(index) : Key(key)), shown, value->size() <= 2);
      ++index;
    }
  }
  if (readOnly_) return;
  auto* add = new QPushButton(tr("Add to %1").arg(title));
  if (list) {
    connect(add, &QPushButton::clicked, this,
            [this, path, item, index] { setAndRebuild(path / index, emptyValue(item)); });
    into->addLayout(widgets::row({add, nullptr}));
    return;
  }
  auto* fresh = new QLineEdit;
  fresh->setPlaceholderText(tr("name"));
  fresh->setAccessibleName(tr("Name of a new entry of %1").arg(title));
  const auto act = [this, path, item, fresh] {
    const auto key = utf8(fresh->text().trimmed());
    if (!key.empty() && !getAt(value_, path / key)) setAndRebuild(path / key, emptyValue(item));
  };
  connect(add, &QPushButton::clicked, this, act);
  connect(fresh, &QLineEdit::returnPressed, this, act);
  into->addLayout(widgets::row({fresh, add}));
}

void SchemaForm::addEntry(QVBoxLayout* into, const Json& schema, const Path& path, const QString& title, bool open) {
  if (kindOf(schema) == Kind::Object) {
    Json named = schema;
    named["title"] = utf8(title);
    addGroup(into, named, path, "", open);
  } else {
    addNode(into, schema, path, utf8(title));
  }
  if (readOnly_) return;
  auto* remove = new QPushButton(tr("Remove %1").arg(title));
  remove->setFlat(true);
  connect(remove, &QPushButton::clicked, this, [this, path] { setAndRebuild(path, std::nullopt); });
  into->addLayout(widgets::row({remove, nullptr}));
}

}  // namespace console::forms
