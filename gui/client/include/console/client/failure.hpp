// Why a call brought no answer.
#pragma once

#include <QByteArray>
#include <QString>
#include <chrono>
#include <optional>
#include <tl/expected.hpp>
#include <vector>

#include "console/client/text.hpp"
#include "larder/apitypes/basics.hpp"

namespace console::client {

// A certificate that could not be verified, to be shown before anybody decides to trust it.
struct UntrustedCertificate {
  QByteArray sha256;  // of its DER form
  QString subject;
  QString issuer;
  QString validUntil;
  QString reason;
};

// What is wrong with the input, with what to do about it.
inline QString withHint(const larder::apitypes::InputError& error) {
  const auto message = text(error.message);
  return error.hint ? QStringLiteral("%1 (%2)").arg(message, text(*error.hint)) : message;
}

// A refused call (a Problem of the daemon), or one that got no usable answer: then status is 0.
struct Failure {
  int status = 0;
  QString title;
  QString detail;
  std::vector<larder::apitypes::InputError> errors;
  std::optional<larder::apitypes::EditConflict> conflict;  // of 412 and 409
  std::optional<std::chrono::seconds> retryAfter;
  std::optional<UntrustedCertificate> certificate;

  bool offline() const { return status == 0; }
  // In one sentence for a reader.
  QString message() const { return detail.isEmpty() ? title : detail; }
};

template <class T>
struct Answer {
  T value{};
  QByteArray etag;  // as it goes into If-Match
};

template <class T>
using Outcome = tl::expected<Answer<T>, Failure>;

// For calls whose answer has no content.
struct Nothing {};
// For answers that are text rather than JSON.
struct PlainText {
  QString text;
};

}  // namespace console::client
