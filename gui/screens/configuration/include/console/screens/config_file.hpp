// A config.json from disk in a window of its own: opened, edited with the same form as a server's, checked, saved, and
// offered to a server, which reviews it as any other change.
#pragma once

#include <QStringList>
#include <QWidget>
#include <memory>

#include "console/forms/value.hpp"
#include "console/widgets/basics.hpp"

class QLabel;
class QMenu;
class QPushButton;

namespace console::screens {

class ConfigJson;
class FileDraft;

class ConfigFile : public QWidget {
  Q_OBJECT

 public:
  explicit ConfigFile(QWidget* parent = nullptr);
  ~ConfigFile() override;

  // Reads it on a worker, and says here if that fails. Longer files than 4 MiB are no configuration.
  void open(const QString& path);
  const QString& path() const { return path_; }
  bool isOpen() const;
  const forms::Json& value() const;
  // Another value, which is to be saved.
  void replace(const forms::Json& value);
  // What would be lost if the window were closed; empty: nothing.
  QString unsaved() const;
  // Writes it where it came from. `then`: once it is written.
  void save();
  void saveAs();
  // Servers that it can be offered to.
  void setServers(const QStringList& names);

 signals:
  void opened();
  void saved();
  void offered(const QString& server, const console::forms::Json& value);

 protected:
  void closeEvent(QCloseEvent* event) override;

 private:
  void take(const QString& path, const std::optional<forms::Json>& value, const QString& trouble);
  void write(const QString& path);
  void showState();

  std::unique_ptr<FileDraft> draft_;
  QString path_;
  quint64 reading_ = 0;  // the reading that is waited for
  bool writing_ = false;
  bool closing_ = false;
  widgets::Notice *trouble_, *findings_;
  QLabel* name_;
  QWidget* editors_;
  ConfigJson* json_;
  QPushButton *save_, *saveAs_, *offer_;
  QMenu* servers_;
};

}  // namespace console::screens
