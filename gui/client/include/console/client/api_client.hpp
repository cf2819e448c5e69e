// The calls of one daemon's management API.
//
// Lives on the GUI thread and never blocks it: answers above kInlineBytes are decoded on a worker. What a handler gets
// is either the value or a Failure; it is never called after its owner was destroyed or the call was cancelled.
#pragma once

#include <QNetworkAccessManager>
#include <QNetworkCookie>
#include <QObject>
#include <QPointer>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "console/client/endpoint.hpp"
#include "console/client/failure.hpp"
#include "console/client/request.hpp"

class QNetworkReply;
class QThreadPool;

namespace console::client {

// Answers up to this size are decoded where they arrive.
inline constexpr qsizetype kInlineBytes = 64 * 1024;
// Longer ones are no answers of a daemon.
inline constexpr qint64 kMostBytes = 64 * 1024 * 1024;

// A call that runs. Belongs to its owner; deletes itself when it is over.
class Call : public QObject {
  Q_OBJECT

 public:
  using Value = std::shared_ptr<void>;
  using Decode = std::function<tl::expected<Value, QString>(const QByteArray&)>;
  using Done = std::function<void(tl::expected<std::pair<Value, QByteArray>, Failure>)>;

  ~Call() override;
  // No handler is called any more.
  void cancel();

 private:
  friend class ApiClient;
  Call(QNetworkReply* reply, const Request& request, Decode decode, Done done, QThreadPool& workers, QObject* owner);
  void receive(qint64 received);
  void finish();
  void end(tl::expected<std::pair<Value, QByteArray>, Failure> outcome);
  Failure failureOf(const QByteArray& body) const;
  Failure awayFailure() const;

  QPointer<QNetworkReply> reply_;
  Request request_;
  Decode decode_;
  Done done_;
  QThreadPool& workers_;
  std::optional<UntrustedCertificate> certificate_;
  bool late_ = false;
  bool tooLong_ = false;
  bool over_ = false;

 signals:
  void unauthorized();
  void changed();
};

class ApiClient : public QObject {
  Q_OBJECT

 public:
  explicit ApiClient(Endpoint endpoint, QObject* parent = nullptr);
  ~ApiClient() override;

  const Endpoint& endpoint() const { return endpoint_; }
  // Of the session: sent with each call that changes something.
  void setCsrfToken(const QByteArray& token) { csrfToken_ = token; }
  // Calls that change something fail without being sent.
  void refuseChanges() { readOnly_ = true; }
  // The session's cookie, for the live stream.
  QByteArray cookieHeader() const;
  void forgetSession();

  // `owner` ends the call when it is destroyed.
  template <class T>
  Call* send(const Request& request, QObject* owner, std::function<void(Outcome<T>)> done) {
    return start(request, owner, decoderOf<T>(), [done = std::move(done)](auto outcome) {
      if (!outcome) return done(tl::make_unexpected(std::move(outcome.error())));
      done(Answer<T>{std::move(*std::static_pointer_cast<T>(outcome->first)), std::move(outcome->second)});
    });
  }

 signals:
  // A call, other than a log-in, was refused because nobody is logged in (any more).
  void unauthorized();
  // A call changed something: what is on the screen may depend on it.
  void changed();

 private:
  template <class T>
  static Call::Decode decoderOf() {
    if constexpr (std::is_same_v<T, Nothing>) {
      return [](const QByteArray&) { return tl::expected<Call::Value, QString>(std::make_shared<Nothing>()); };
    } else if constexpr (std::is_same_v<T, PlainText>) {
      return [](const QByteArray& body) {
        return tl::expected<Call::Value, QString>(std::make_shared<PlainText>(QString::fromUtf8(body)));
      };
    } else {
      return [](const QByteArray& body) -> tl::expected<Call::Value, QString> {
        auto value = larder::apitypes::decode<T>({body.constData(), static_cast<std::size_t>(body.size())});
        if (!value) return tl::make_unexpected(text(value.error().where + ": " + value.error().message));
        return std::make_shared<T>(std::move(*value));
      };
    }
  }
  // Null for a call that is refused here.
  Call* start(const Request& request, QObject* owner, Call::Decode decode, Call::Done done);

  Endpoint endpoint_;
  QNetworkAccessManager network_;
  QThreadPool& workers_;
  std::vector<QPointer<Call>> calls_;  // that run, and a few that have ended
  QByteArray csrfToken_;
  bool readOnly_ = false;
};

}  // namespace console::client
