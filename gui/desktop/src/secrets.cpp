#include "console/desktop/secrets.hpp"

#include <qt6keychain/keychain.h>

#include <QCoreApplication>

namespace console::desktop {
namespace {

const QString kService = QStringLiteral("larder-console");

}  // namespace

void readSecret(const QString& profile, QObject* owner, std::function<void(const QString&)> found) {
  auto* job = new QKeychain::ReadPasswordJob(kService, QCoreApplication::instance());
  job->setKey(profile);
  QObject::connect(job, &QKeychain::Job::finished, owner, [job, found = std::move(found)] {
    found(job->error() == QKeychain::NoError ? job->textData() : QString());
  });
  job->start();
}

void keepSecret(const QString& profile, const QString& password, QObject* owner,
                std::function<void(const QString&)> done) {
  auto* job = new QKeychain::WritePasswordJob(kService, QCoreApplication::instance());
  job->setKey(profile);
  job->setTextData(password);
  QObject::connect(job, &QKeychain::Job::finished, owner, [job, done = std::move(done)] {
    done(job->error() == QKeychain::NoError ? QString() : job->errorString());
  });
  job->start();
}

void forgetSecret(const QString& profile) {
  auto* job = new QKeychain::DeletePasswordJob(kService, QCoreApplication::instance());
  job->setKey(profile);
  job->start();
}

}  // namespace console::desktop
