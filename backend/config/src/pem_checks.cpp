#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "file_checks.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kMaxPemBytes = 4 * 1024 * 1024;

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Revocations = std::unique_ptr<X509_CRL, Deleter<X509_CRL_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

// Refuses encrypted keys instead of asking the terminal.
int noPassphrase(char*, int, int, void*) {
  return -1;
}

// What OpenSSL leaves in the thread's error queue would confuse the next user of the library.
struct ErrorQueue {
  ~ErrorQueue() { ERR_clear_error(); }
};

core::Result<Certificate> readCertificate(const std::filesystem::path& path) {
  const ErrorQueue clear;
  auto content = readFile(path, kMaxPemBytes);
  if (!content) return core::fail(std::move(content.error()));
  const Bio bio(BIO_new_mem_buf(content->data(), static_cast<int>(content->size())));
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, noPassphrase, nullptr));
}

core::Result<std::vector<Revocations>> readRevocations(const std::filesystem::path& path) {
  const ErrorQueue clear;
  auto content = readFile(path, kMaxPemBytes);
  if (!content) return core::fail(std::move(content.error()));
  const Bio bio(BIO_new_mem_buf(content->data(), static_cast<int>(content->size())));
  std::vector<Revocations> lists;
  while (auto* list = PEM_read_bio_X509_CRL(bio.get(), nullptr, noPassphrase, nullptr)) lists.emplace_back(list);
  return lists;
}

core::Result<PrivateKey> readKey(const std::filesystem::path& path) {
  const ErrorQueue clear;
  auto content = readFile(path, kMaxPemBytes);
  if (!content) return core::fail(std::move(content.error()));
  const Bio bio(BIO_new_mem_buf(content->data(), static_cast<int>(content->size())));
  return PrivateKey(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, nullptr));
}

}  // namespace

std::optional<Complaint> checkCertificates(const std::filesystem::path& path) {
  const auto certificate = readCertificate(path);
  if (!certificate) return Complaint{certificate.error().message, ""};
  if (*certificate) return std::nullopt;
  return Complaint{"There is no certificate in " + quotePath(path) + ".",
                   "The file must be PEM, with -----BEGIN CERTIFICATE-----"};
}

std::optional<Complaint> checkRevocations(const std::filesystem::path& path) {
  const auto lists = readRevocations(path);
  if (!lists) return Complaint{lists.error().message, ""};
  if (!lists->empty()) return std::nullopt;
  return Complaint{"There is no revocation list in " + quotePath(path) + ".",
                   "The file must be PEM, with -----BEGIN X509 CRL-----"};
}

bool hasOutdatedRevocations(const std::filesystem::path& path) {
  const auto lists = readRevocations(path);
  return lists && std::ranges::any_of(*lists, [](const auto& list) {
           const auto* next = X509_CRL_get0_nextUpdate(list.get());
           return next != nullptr && X509_cmp_current_time(next) < 0;
         });
}

std::optional<Complaint> checkPrivateKey(const std::filesystem::path& path) {
  const auto key = readKey(path);
  if (!key) return Complaint{key.error().message, ""};
  if (*key) return std::nullopt;
  return Complaint{"There is no unencrypted private key in " + quotePath(path) + ".",
                   "The file must be PEM, with -----BEGIN PRIVATE KEY-----"};
}

bool keyFitsCertificate(const std::filesystem::path& key, const std::filesystem::path& certificate) {
  const ErrorQueue clear;
  const auto loadedKey = readKey(key);
  const auto loadedCertificate = readCertificate(certificate);
  return loadedKey && loadedCertificate && *loadedKey && *loadedCertificate &&
         X509_check_private_key(loadedCertificate->get(), loadedKey->get()) == 1;
}

bool hasExpired(const std::filesystem::path& certificate) {
  const auto loaded = readCertificate(certificate);
  return loaded && *loaded && X509_cmp_current_time(X509_get0_notAfter(loaded->get())) < 0;
}

}  // namespace larder::config
