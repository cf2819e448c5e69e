#include "console/client/api_client.hpp"

#include <QCoreApplication>
#include <QNetworkCookieJar>
#include <QNetworkReply>
#include <QThreadPool>
#include <QTimer>
#include <utility>

namespace console::client {
namespace {

// A body that trickles in for longer than this many times the limit of silence is given up as well.
constexpr int kWholeFactor = 6;

QNetworkRequest networkRequest(const Endpoint& endpoint, const Request& request, const QByteArray& csrfToken) {
  auto url = endpoint.apiUrl(request.path);
  url.setQuery(request.query);
  QNetworkRequest built(url);
  built.setRawHeader("Accept", "application/json, application/problem+json");
  built.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
  built.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
  built.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
  built.setTransferTimeout(static_cast<int>(request.timeout.count()));
  if (url.scheme() == "https") built.setSslConfiguration(endpoint.tls());
  if (!request.body.isEmpty()) built.setHeader(QNetworkRequest::ContentTypeHeader, request.contentType);
  if (!request.ifMatch.isEmpty()) built.setRawHeader("If-Match", request.ifMatch);
  if (request.method != "GET" && !csrfToken.isEmpty()) built.setRawHeader("X-CSRF-Token", csrfToken);
  return built;
}

}  // namespace

Call::Call(QNetworkReply* reply, const Request& request, Decode decode, Done done, QThreadPool& workers, QObject* owner)
    : QObject(owner),
      reply_(reply),
      request_(request),
      decode_(std::move(decode)),
      done_(std::move(done)),
      workers_(workers) {
  reply->setParent(this);
  connect(reply, &QNetworkReply::downloadProgress, this, &Call::receive);
  connect(reply, &QNetworkReply::finished, this, &Call::finish);
  QTimer::singleShot(request.timeout * kWholeFactor, this, [this] {
    if (over_ || !reply_) return;
    late_ = true;
    reply_->abort();
  });
}

Call::~Call() {
  cancel();
}

void Call::cancel() {
  if (over_) return;
  over_ = true;
  if (reply_) {
    reply_->disconnect(this);
    reply_->abort();
  }
  deleteLater();
}

void Call::receive(qint64 received) {
  if (received <= kMostBytes || !reply_) return;
  tooLong_ = true;
  reply_->abort();
}

void Call::finish() {
  if (over_) return;
  const auto body = reply_->isOpen() ? reply_->readAll() : QByteArray();
  const int status = reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  const bool cut = reply_->error() != QNetworkReply::NoError && status >= 200 && status < 300;
  if (status == 401 && request_.path != "/session") emit unauthorized();
  if (status == 0 || cut || tooLong_ || late_) return end(tl::make_unexpected(awayFailure()));
  if (status < 200 || status >= 300) return end(tl::make_unexpected(failureOf(body)));
  auto etag = reply_->rawHeader("ETag");
  auto deliver = [this, etag](tl::expected<Value, QString> value) {
    if (over_) return;
    if (request_.changes()) emit changed();
    if (value) return end(std::pair{std::move(*value), etag});
    Failure failure;
    failure.title = tr("Not understood");
    failure.detail = tr("The server's answer could not be read: %1 Is this a Larder daemon of a matching version?")
                         .arg(value.error());
    end(tl::make_unexpected(std::move(failure)));
  };
  if (body.size() <= kInlineBytes) return deliver(decode_(body));
  workers_.start([decode = decode_, body, self = QPointer<Call>(this), deliver] {
    auto value = decode(body);
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [self, deliver, value = std::move(value)] {
          if (self) deliver(value);
        },
        Qt::QueuedConnection);
  });
}

void Call::end(tl::expected<std::pair<Value, QByteArray>, Failure> outcome) {
  over_ = true;
  setParent(nullptr);  // the handler may destroy the owner
  deleteLater();
  auto done = std::move(done_);
  done(std::move(outcome));
}

Failure Call::failureOf(const QByteArray& body) const {
  Failure failure;
  failure.status = reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  failure.title = reply_->attribute(QNetworkRequest::HttpReasonPhraseAttribute).toString();
  if (reply_->hasRawHeader("Retry-After")) {
    failure.retryAfter = std::chrono::seconds(reply_->rawHeader("Retry-After").toUInt());
  }
  auto problem =
      larder::apitypes::decode<larder::apitypes::Problem>({body.constData(), static_cast<std::size_t>(body.size())});
  if (!problem) {
    failure.detail = tr("The server answered %1.").arg(failure.status);
    return failure;
  }
  failure.title = text(problem->title);
  failure.detail = text(problem->detail);
  if (problem->errors) failure.errors = std::move(*problem->errors);
  failure.conflict = std::move(problem->conflict);
  return failure;
}

Failure Call::awayFailure() const {
  Failure failure;
  failure.certificate = certificate_;
  const auto host = reply_->url().host();
  failure.title = tr("No connection");
  if (certificate_) {
    failure.title = tr("Certificate not verified");
    failure.detail = tr("The certificate of %1 cannot be verified: %2").arg(host, certificate_->reason);
    return failure;
  }
  QString what;
  if (tooLong_) {
    what = tr("The answer is longer than %1 MiB.").arg(kMostBytes / 1024 / 1024);
  } else if (late_ || reply_->error() == QNetworkReply::OperationCanceledError ||
             reply_->error() == QNetworkReply::TimeoutError) {
    failure.title = tr("No answer");
    what = tr("No answer within %1 s.").arg(static_cast<double>(request_.timeout.count()) / 1000.0);
  } else if (reply_->error() == QNetworkReply::HostNotFoundError) {
    what = tr("There is no host called %1.").arg(host);
  } else if (reply_->error() == QNetworkReply::ConnectionRefusedError) {
    what = tr("%1 does not accept connections on port %2.").arg(host).arg(reply_->url().port(80));
  } else if (reply_->error() == QNetworkReply::SslHandshakeFailedError) {
    what = tr("TLS failed: %1.").arg(reply_->errorString());
  } else {
    what = tr("The server cannot be reached.");
  }
  failure.detail = what + ' ' +
                   (request_.changes() ? tr("The change may or may not have been made: check first.")
                                       : tr("Try again in a moment."));
  return failure;
}

ApiClient::ApiClient(Endpoint endpoint, QObject* parent)
    : QObject(parent), endpoint_(std::move(endpoint)), workers_(*QThreadPool::globalInstance()) {
  network_.setAutoDeleteReplies(false);
}

// A call's reply must not outlive the manager that it came from, whoever owns the call.
ApiClient::~ApiClient() {
  for (const auto& call : calls_) {
    if (call && !call->over_) delete call.data();
  }
}

QByteArray ApiClient::cookieHeader() const {
  QByteArray header;
  for (const auto& cookie : network_.cookieJar()->cookiesForUrl(endpoint_.apiUrl("/live"))) {
    if (!header.isEmpty()) header += "; ";
    header += cookie.toRawForm(QNetworkCookie::NameAndValueOnly);
  }
  return header;
}

void ApiClient::forgetSession() {
  csrfToken_.clear();
  network_.setCookieJar(new QNetworkCookieJar);
}

Call* ApiClient::start(const Request& request, QObject* owner, Call::Decode decode, Call::Done done) {
  if (readOnly_ && request.changes()) {
    QTimer::singleShot(0, owner ? owner : this, [done = std::move(done)] {
      Failure failure;
      failure.title = tr("Read-only");
      failure.detail = tr("This profile is read-only. Change that under Connections.");
      done(tl::make_unexpected(std::move(failure)));
    });
    return nullptr;
  }
  const auto built = networkRequest(endpoint_, request, csrfToken_);
  auto* reply = network_.sendCustomRequest(built, request.method, request.body);
  auto* call = new Call(reply, request, std::move(decode), std::move(done), workers_, owner ? owner : this);
  std::erase_if(calls_, [](const auto& one) { return !one; });
  calls_.emplace_back(call);
  connect(reply, &QNetworkReply::sslErrors, call, [this, call, reply](const QList<QSslError>& faults) {
    if (endpoint_.forgives(faults)) {
      reply->ignoreSslErrors(faults);
    } else {
      call->certificate_ = describe(reply->sslConfiguration().peerCertificate(), faults);
    }
  });
  connect(call, &Call::unauthorized, this, &ApiClient::unauthorized);
  connect(call, &Call::changed, this, &ApiClient::changed);
  return call;
}

}  // namespace console::client
