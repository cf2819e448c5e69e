// How a request is put to libcurl.
#include <string>

#include "transport/curl_multi.hpp"

namespace larder::upstream {
namespace {

// With an own CA file the system's CAs count on: libcurl reads the default directory besides the file.
void setTls(CURL* easy, const TlsOptions& tls, bool clientCertificate) {
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!tls.verify) {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!tls.caFile.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, tls.caFile.c_str());
    // So that a renewed file is seen.
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 300L);
  }
  if (clientCertificate && !tls.certificate.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, tls.certificate.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY, tls.key.c_str());
  }
}

// libcurl keeps a buffer of this size, and one byte, for each transfer: many of them make do with less.
std::size_t readBytes(std::size_t transfers) {
  constexpr std::size_t kMany = 16;
  return (transfers < kMany ? PiecePool::kPieceBytes : PiecePool::kPieceBytes / 4) - 1;
}

}  // namespace

bool CurlMulti::setUp(Running& running) {
  const auto& spec = running.transfer->spec();
  auto* easy = running.easy.get();
  if (!easy) return false;
  for (const auto& line : spec.headers) {
    auto* list = curl_slist_append(running.headers.get(), line.c_str());
    if (!list) return false;
    // The list's head stays the same after the first line.
    if (!running.headers) running.headers.reset(list);
  }
  curl_easy_setopt(easy, CURLOPT_URL, spec.url.c_str());
  if (spec.method == Method::Head) curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  if (spec.method == Method::Post || spec.method == Method::Put) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, spec.requestBody.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(spec.requestBody.size()));
    if (spec.method == Method::Put) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, toString(spec.method));
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, running.headers.get());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, running.transfer.get());
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, running.detail);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlMulti::onHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &running);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlMulti::onBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &running);
  curl_easy_setopt(easy, CURLOPT_SHARE, share_.get());

  if (spec.nearest != Reach::Local) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlMulti::onOpenSocket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &running);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &CurlMulti::onConnected);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, &running);
  }

  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Otherwise giving up on a name waits for its resolver thread.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(spec.connectTimeout.count()));
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   static_cast<long>(spec.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  if (spec.body == BodyMode::Stream) {
    auto bytes = readBytes(running_.size());
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, static_cast<long>(bytes));
    running.transfer->expectReads(bytes);
  }
  if (spec.tls) setTls(easy, *spec.tls, spec.clientCertificate);
  return true;
}

}  // namespace larder::upstream
