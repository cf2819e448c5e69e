// Certificates for tests, made on the spot: a CA, and certificates that it has signed.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace larder::support {

// A key and a certificate in memory, written to <directory>/<name>.crt and .key.
class TestCertificate {
 public:
  // Self-signed (a CA) without `issuer`. The common name is `name`, the address 127.0.0.1.
  TestCertificate(const std::filesystem::path& directory, const std::string& name,
                  const TestCertificate* issuer = nullptr)
      : certificate_((directory / (name + ".crt")).string()), key_((directory / (name + ".key")).string()) {
    static long serial = 1;
    pkey_.reset(EVP_EC_gen("P-256"));
    x509_.reset(X509_new());
    X509* x = x509_.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, pkey_.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    const TestCertificate& signer = issuer ? *issuer : *this;
    X509_set_issuer_name(x, X509_get_subject_name(signer.x509_.get()));
    addExtension(signer, NID_basic_constraints, issuer ? "CA:FALSE" : "critical,CA:TRUE");
    if (issuer) addExtension(signer, NID_subject_alt_name, "IP:127.0.0.1");
    X509_sign(x, signer.pkey_.get(), EVP_sha256());
    write(certificate_, [x](std::FILE* f) { PEM_write_X509(f, x); });
    write(key_, [this](std::FILE* f) { PEM_write_PrivateKey(f, pkey_.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }

  // Writes a list of what this has signed and takes back, in force from an hour ago until `hours` from now.
  void revoke(const std::filesystem::path& file, const std::vector<const TestCertificate*>& revoked,
              int hours = 1) const {
    std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(X509_CRL_new(), &X509_CRL_free);
    std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> time(ASN1_TIME_new(), &ASN1_TIME_free);
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(x509_.get()));
    X509_CRL_set1_nextUpdate(list.get(), X509_gmtime_adj(time.get(), hours * 3600L));
    X509_CRL_set1_lastUpdate(list.get(), X509_gmtime_adj(time.get(), -3600L * 2));
    for (const auto* one : revoked) {
      auto* entry = X509_REVOKED_new();
      X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(one->x509_.get()));
      X509_REVOKED_set_revocationDate(entry, time.get());
      X509_CRL_add0_revoked(list.get(), entry);
    }
    X509_CRL_sort(list.get());
    X509_CRL_sign(list.get(), pkey_.get(), EVP_sha256());
    write(file.string(), [&](std::FILE* f) { PEM_write_X509_CRL(f, list.get()); });
  }

  const std::string& certificate() const { return certificate_; }
  const std::string& key() const { return key_; }

 private:
  template <class Write>
  static void write(const std::string& path, Write content) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"), &std::fclose);
    content(file.get());
  }
  void addExtension(const TestCertificate& signer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, signer.x509_.get(), x509_.get(), nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value), &X509_EXTENSION_free);
    X509_add_ext(x509_.get(), extension.get(), -1);
  }

  std::string certificate_, key_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pkey_{nullptr, &EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> x509_{nullptr, &X509_free};
};

}  // namespace larder::support
