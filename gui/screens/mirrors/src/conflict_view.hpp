// Somebody else saved while a rule was edited: what is merged, what both changed, and what they did.
#pragma once

#include <QWidget>

#include "console/forms/value.hpp"
#include "console/screens/changes.hpp"
#include "console/widgets/basics.hpp"
#include "larder/apitypes/basics.hpp"

class QLabel;
class QPushButton;

namespace console::screens {

// What is merged already, with the chosen side of each conflict.
forms::Json resolved(const larder::apitypes::EditConflict& conflict, const ConflictList::Choices& choices);

class ConflictView : public QWidget {
  Q_OBJECT

 public:
  explicit ConflictView(QWidget* parent = nullptr);
  void show(const larder::apitypes::EditConflict& conflict);

 signals:
  void merged(const larder::apitypes::EditConflict& conflict, const console::forms::Json& rule);
  // Somebody removed it: it is to be added once more.
  void addAgain();

 private:
  larder::apitypes::EditConflict conflict_;
  widgets::Notice* notice_;
  ConflictList* conflicts_;
  QLabel* theirs_;
  QPushButton* take_;
};

}  // namespace console::screens
