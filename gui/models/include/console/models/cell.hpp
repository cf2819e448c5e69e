// What a table shows in one place, and how views ask for it.
#pragma once

#include <QString>
#include <QVariant>
#include <Qt>

namespace console::models {

// Never shown by colour alone: a word says the same.
enum class Tone { Plain, Muted, Good, Warn, Bad, Unknown, Info };

struct Cell {
  QString text;
  QVariant order = {};  // what it is sorted by; the text if there is none
  QString tip = {};
  Tone tone = Tone::Plain;
  double bar = -1;    // 0 to 1: a progress bar behind the text
  bool mono = false;  // digests, names of images
};

enum Role : int {
  OrderRole = Qt::UserRole + 1,
  ToneRole,
  BarRole,
  MonoRole,
  KeyRole,   // of the row; stays while it changes
  CopyRole,  // the whole of what is shown in part
};

struct ColumnHead {
  QString key;  // stable, for settings and the daemon's sort
  QString title;
  bool number = false;  // right-aligned
  int width = 120;      // at first
  bool hidden = false;  // at first
  bool sortable = true;
};

}  // namespace console::models
