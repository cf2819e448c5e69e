#include "sources/oci/tls_files.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <system_error>
#include <vector>

namespace larder::upstream {

namespace fs = std::filesystem;

TlsOptions readCertDir(const fs::path& directory, bool verify) {
  TlsOptions tls;
  tls.verify = verify;
  if (directory.empty()) return tls;
  std::error_code failure;
  std::vector<fs::path> certificates;
  for (fs::directory_iterator entry(directory, failure), end; !failure && entry != end; entry.increment(failure)) {
    if (entry->path().extension() == ".cert") certificates.push_back(entry->path());
  }
  if (failure) {
    spdlog::error("upstream.cert_dir_unreadable path=\"{}\" error=\"{}\"", directory.string(), failure.message());
    return tls;
  }
  if (auto ca = directory / "ca.crt"; fs::exists(ca, failure)) tls.caFile = ca;
  std::ranges::sort(certificates);
  for (const auto& certificate : certificates) {
    auto key = certificate;
    key.replace_extension(".key");
    if (!fs::exists(key, failure)) {
      spdlog::warn("upstream.client_key_missing path=\"{}\"", key.string());
      continue;
    }
    tls.certificate = certificate;
    tls.key = key;
    break;
  }
  return tls;
}

}  // namespace larder::upstream
