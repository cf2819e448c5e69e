// What saving a draft will change, what is wrong with it, and what others saved meanwhile.
#pragma once

#include <QDialog>

#include "console/screens/changes.hpp"
#include "draft.hpp"
#include "findings.hpp"

class QLabel;
class QPushButton;

namespace console::screens {

class Review : public QDialog {
  Q_OBJECT

 public:
  Review(Draft& draft, QWidget* parent);

 private:
  void show();

  Draft& draft_;
  widgets::Notice *merged_, *overlay_, *notSaved_;
  Findings* findings_;
  ConflictList* conflicts_;
  QLabel* theirsTitle_;
  ChangeList *theirs_, *changes_;
  QPushButton* save_;
};

}  // namespace console::screens
