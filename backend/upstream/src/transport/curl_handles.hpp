// Owners of libcurl's handles.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace larder::upstream {

// Named by the function that frees, since libcurl's easy, multi and share handles are all `void` to the compiler.
template <auto kFree>
struct CurlDeleter {
  template <class Handle>
  void operator()(Handle* handle) const {
    kFree(handle);
  }
};

using EasyHandle = std::unique_ptr<CURL, CurlDeleter<curl_easy_cleanup>>;
using MultiHandle = std::unique_ptr<CURLM, CurlDeleter<curl_multi_cleanup>>;
using ShareHandle = std::unique_ptr<CURLSH, CurlDeleter<curl_share_cleanup>>;
using HeaderHandle = std::unique_ptr<curl_slist, CurlDeleter<curl_slist_free_all>>;
using UrlHandle = std::unique_ptr<CURLU, CurlDeleter<curl_url_cleanup>>;
using CurlText = std::unique_ptr<char, CurlDeleter<curl_free>>;

}  // namespace larder::upstream
