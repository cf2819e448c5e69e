// A ServerHandler over fakes, and requests for it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "larder/api/server_handler.hpp"
#include "support/fake_access.hpp"
#include "support/fake_registry.hpp"
#include "support/manual_clock.hpp"
#include "support/run_task.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {

// A blob of ten bytes that has a file, as the ready path needs it.
class OpenFile final : public storage::BlobReader {
 public:
  std::uint64_t size() const override { return 10; }
  std::shared_ptr<storage::FileHandle> file() const override { return file_; }
  Task<Result<std::size_t>> readAt(std::uint64_t, std::span<std::byte>) override { co_return 0; }

 private:
  std::shared_ptr<storage::FileHandle> file_ =
      std::make_shared<storage::FileHandle>(::open("/dev/null", O_RDONLY | O_CLOEXEC));
};

// A body in chunks of at most 4 bytes.
class FakeBody final : public http::RequestBody {
 public:
  explicit FakeBody(std::string content, bool chunked = false) : content_(std::move(content)), chunked_(chunked) {}
  std::optional<std::uint64_t> length() const override {
    return chunked_ ? std::nullopt : std::optional<std::uint64_t>(content_.size());
  }
  Task<Result<std::span<const std::byte>>> read() override {
    auto chunk = std::as_bytes(std::span(content_)).subspan(done_);
    chunk = chunk.first(std::min<std::size_t>(4, chunk.size()));
    done_ += chunk.size();
    co_return chunk;
  }

 private:
  std::string content_;
  bool chunked_;
  std::size_t done_ = 0;
};

// One request. Owns what the views of the head point to.
struct TestRequest {
  http::Method method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> fields = {};
  std::string body = {};
  bool chunked = false;
  std::string remoteAddress = "192.0.2.1";
  std::string certificateName = {};

  http::RequestHead head() const {
    http::RequestHead head;
    head.method = method;
    head.methodText = http::toString(method);
    head.target = target;
    std::string_view whole = target;
    auto question = std::min(whole.find('?'), whole.size());
    head.path = whole.substr(0, question);
    head.query = whole.substr(std::min(question + 1, whole.size()));
    head.remoteAddress = remoteAddress;
    head.certificateName = certificateName;
    for (const auto& [name, value] : fields) head.addField(name, value);
    return head;
  }
};

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    authorizer->everything = true;
    editor.loaded(editor.load(), {});
  }

  // The handler, made at the first use so that a test can set the configuration before.
  api::ServerHandler& handler() {
    if (!handler_) handler_ = api::ServerHandler::make(parts(), policy());
    return *handler_;
  }
  api::HandlerParts parts() {
    return {registry, metrics, ready, audit, clock, threads.blocking(), editor, events, logs};
  }
  virtual api::Policy policy() {
    return {std::make_shared<const config::Config>(config), authenticator, authorizer, localToken};
  }
  // Only what was granted is allowed from now on.
  void restrict() {
    authorizer->everything = false;
    config.http.accessControl.emplace();
  }

  // As the connection hands it on. Its views point into `request`.
  http::RequestHead received(const TestRequest& request) {
    auto head = request.head();
    handler().received(head);
    return head;
  }
  http::Response send(const TestRequest& request) {
    auto head = received(request);
    FakeBody body(request.body, request.chunked);
    return threads.run(handle(&handler(), &head, &body));
  }
  http::Response get(const std::string& target, std::vector<std::pair<std::string, std::string>> fields = {}) {
    return send({http::Method::Get, target, std::move(fields)});
  }
  std::optional<http::ReadyResponse> tryReady(const TestRequest& request) {
    auto head = received(request);
    http::ReadyResponse response;
    return handler().tryReady(head, response) ? std::optional(std::move(response)) : std::nullopt;
  }

  // The whole body; what a cut body had before is kept in `cut`.
  std::string text(http::Response& response) {
    if (auto* own = std::get_if<std::string>(&response.body)) return *own;
    if (auto* shared = std::get_if<http::SharedBytes>(&response.body)) return **shared;
    if (auto* source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body)) {
      return threads.run(collect(source->get(), &wasCut));
    }
    return {};
  }
  std::string errorCode(http::Response& response) {
    return nlohmann::json::parse(text(response)).at("errors").at(0).at("code").get<std::string>();
  }

  TestRuntime threads;
  FakeRegistry registry;
  telemetry::MetricRegistry metrics;
  telemetry::EventHub events;
  telemetry::LogTail logs;
  ManualClock clock;
  std::atomic<bool> ready{true};
  api::AuditLog audit{threads.blocking(), metrics};
  TempDirectory directory;
  config::Editor editor{{}, config::defaultConfigText(directory.path())};
  config::Config config;
  std::shared_ptr<FakeAuthenticator> authenticator = std::make_shared<FakeAuthenticator>();
  std::shared_ptr<FakeAuthorizer> authorizer = std::make_shared<FakeAuthorizer>();
  std::string localToken = "the-daemons-own-token";
  bool wasCut = false;

 private:
  static Task<http::Response> handle(api::ServerHandler* handler, http::RequestHead* head, FakeBody* body) {
    http::Request request{*head, *body, co_await runtime::currentExecutor(), "0123456789abcdef"};
    co_return co_await handler->handle(request);
  }
  static Task<std::string> collect(http::BodySource* source, bool* cut) {
    std::string all;
    while (true) {
      auto piece = co_await source->next();
      *cut = !piece;
      if (!piece || !*piece) co_return all;
      all += std::get<std::string>(**piece);
    }
  }

  std::unique_ptr<api::ServerHandler> handler_;
};

}  // namespace larder::test
