#include "response_head.hpp"

#include <unistd.h>

#include <atomic>
#include <cstring>
#include <random>

#include "http_date.hpp"

namespace larder::http {

std::string_view reasonPhrase(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

void nextRequestId(char* out) {
  // Each thread counts on from its own random start, so that no two threads meet in practice and none shares a counter.
  static thread_local std::uint64_t next = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
  }();
  static constexpr char kHex[] = "0123456789abcdef";
  auto value = next++;
  for (std::size_t i = kRequestIdLength; i-- > 0; value >>= 4) out[i] = kHex[value & 15];
}

std::size_t writeStatus(char* out, int status, std::string_view requestId, bool keepAlive, bool http11) {
  char* at = out;
  auto put = [&at](std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  };
  put(http11 ? "HTTP/1.1 " : "HTTP/1.0 ");
  *at++ = static_cast<char>('0' + status / 100);
  *at++ = static_cast<char>('0' + status / 10 % 10);
  *at++ = static_cast<char>('0' + status % 10);
  *at++ = ' ';
  put(reasonPhrase(status));
  put("\r\nDate: ");
  put(httpDate());
  put("\r\nX-Request-Id: ");
  put(requestId);
  put("\r\n");
  if (!keepAlive) {
    put("Connection: close\r\n");
  } else if (!http11) {
    put("Connection: keep-alive\r\n");
  }
  return static_cast<std::size_t>(at - out);
}

void appendStatus(std::string& out, int status, std::string_view requestId, bool keepAlive, bool http11) {
  char text[kStatusBytes];
  out.append(text, writeStatus(text, status, requestId, keepAlive, http11));
}

void appendFields(std::string& out, const Response& response) {
  for (const auto& [name, value] : response.fields) {
    static constexpr std::string_view kForbidden("\r\n\0", 3);
    if (name.find_first_of(kForbidden) != std::string::npos || value.find_first_of(kForbidden) != std::string::npos) {
      continue;
    }
    out.append(name).append(": ").append(value).append("\r\n");
  }
}

}  // namespace larder::http
