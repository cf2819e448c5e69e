// All servers that are known, side by side: how each does, and which of them needs a look.
#pragma once

#include <QTimer>
#include <QWidget>
#include <optional>

#include "console/models/words.hpp"
#include "console/widgets/list_panel.hpp"
#include "servers.hpp"

class QLineEdit;

namespace console::app {

struct FleetRow {
  desktop::Profile profile;
  int color = -1;  // of its group, as widgets::seriesColor() counts; -1: none
  models::Phrase state;
  QString trouble;                                 // more of the state
  std::optional<larder::apitypes::Status> status;  // as it was last read
  QDateTime at;                                    // when that was
  bool stale = false;                              // longer ago than it should be
};

// What is known of a server; `server` is null for one that is not connected.
FleetRow fleetRow(const desktop::Profile& profile, int color, const Server* server,
                  const QDateTime& now = QDateTime::currentDateTimeUtc());

class Fleet : public QWidget {
  Q_OBJECT

 public:
  Fleet(desktop::Profiles& profiles, Servers& servers, QWidget* parent = nullptr);
  // Connects to each server that is not.
  void connectAll();

 signals:
  void chosen(const console::desktop::Profile& profile);
  void added();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void refresh();
  QStringList namesOf(const widgets::ListPanel::Rows& rows) const;

  desktop::Profiles& profiles_;
  Servers& servers_;
  models::RowsModel<FleetRow>* rows_;
  QLineEdit* search_;
  QTimer tick_;
};

}  // namespace console::app
