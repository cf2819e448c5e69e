// A configuration that is edited as a form and as JSON, wherever it comes from.
#pragma once

#include <QObject>
#include <vector>

#include "console/forms/value.hpp"
#include "larder/apitypes/basics.hpp"

namespace console::screens {

class Edited : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  const forms::Json& value() const { return value_; }
  virtual void replace(const forms::Json& value) = 0;
  // From what is written.
  virtual bool isChanged() const = 0;
  // What is known to be wrong with the value.
  virtual std::vector<larder::apitypes::InputError> errors() const = 0;

 signals:
  // The value is another, or what is written is.
  void changed();
  void checked();

 protected:
  forms::Json value_ = forms::Json::object();
};

}  // namespace console::screens
