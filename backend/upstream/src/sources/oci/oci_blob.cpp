// Blobs: streamed, and taken up again where they broke off.
#include <charconv>
#include <utility>

#include "sources/oci/content_range.hpp"
#include "sources/oci/oci_source.hpp"
#include "transport/failure.hpp"

namespace larder::upstream {

using core::Error;
using core::ErrorCode;
using core::fail;

namespace {

// A transfer that broke off after this much has earned its resumes anew.
constexpr std::uint64_t kProgressBytes = 1024 * 1024;
constexpr int kResumes = 3;

// A blob on its way: what is known, and how far it has come.
struct Arrival {
  BlobSink* sink;
  std::uint64_t position;
  std::optional<std::uint64_t> size;
};

Error invalid(const std::string& message, const std::string& host) {
  return Error{ErrorCode::UpstreamInvalid, host + " " + message, host};
}

// Checks the answer against what has arrived. Gives how many bytes at its start are here already.
Result<std::uint64_t> checkHead(const ResponseHead& head, Arrival& arrival, const std::string& host) {
  auto encoding = head.find("Content-Encoding");
  if (encoding && *encoding != "identity")
    return fail(invalid("sent a compressed blob (Content-Encoding) although identity was requested.", host));
  std::optional<std::uint64_t> size;
  std::uint64_t start = 0;
  if (head.status == 206) {
    auto range = parseContentRange(head.find("Content-Range").value_or(""));
    if (!range || range->first != arrival.position) {
      return fail(invalid("returned the wrong range of the blob.", host));
    }
    start = range->first;
    size = range->size;
  } else if (head.status == 200) {
    size = head.contentLength();
  } else {
    return fail(invalid("returned HTTP " + std::to_string(head.status) + " for a blob.", host));
  }
  if (arrival.size && size && *size != *arrival.size)
    return fail(invalid("reported a different size for the blob than before.", host));
  if (!arrival.size && size) {
    arrival.size = size;
    arrival.sink->onSize(*size);
  }
  return arrival.position - start;
}

// 416 for bytes from `position` on: right if that is the end.
Result<void> checkUnsatisfied(const ResponseHead& head, Arrival& arrival, const std::string& host) {
  auto size = parseUnsatisfiedRange(head.find("Content-Range").value_or(""));
  if (size && !arrival.size) {
    arrival.size = size;
    arrival.sink->onSize(*size);
  }
  if (arrival.size == arrival.position) return {};
  return fail(invalid("has a shorter blob than what was already received.", host));
}

// How one try ended. `fatal`: the sink's failure, or another that no further try can mend.
struct Try {
  Result<void> result;
  bool fatal = false;
};

// `arrival` is in the frame of the caller, who waits; so too below.
Task<Try> receive(std::shared_ptr<Session> session, Answer answer, Arrival* arrival, std::uint64_t skip,
                  SteadyTime deadline) {
  while (true) {
    auto chunk = co_await answer.transfer->next();
    if (!chunk) co_return Try{fail(chunk.error())};
    if (chunk->empty()) co_return Try{};
    co_await session->keepRate(chunk->size(), deadline);
    auto bytes = *chunk;
    auto known = std::min<std::uint64_t>(skip, bytes.size());
    bytes = bytes.subspan(known);
    skip -= known;
    if (bytes.empty()) continue;
    if (arrival->size && bytes.size() > *arrival->size - arrival->position) {
      co_return Try{fail(ErrorCode::UpstreamInvalid, "The upstream sent more than the blob's size."), true};
    }
    auto taken = co_await arrival->sink->onData(bytes);
    if (!taken) co_return Try{std::move(taken), true};
    arrival->position += bytes.size();
  }
}

Ask blobAsk(Method method, const std::string& name, const Digest& digest, SteadyTime deadline) {
  Ask ask;
  ask.method = method;
  ask.path = "/v2/" + name + "/blobs/" + digest.toString();
  ask.scope = pullScope(name);
  ask.what = "the blob " + name + "@" + digest.toString();
  ask.headers = {"Accept: */*"};
  ask.body = BodyMode::Stream;
  ask.deadline = deadline;
  return ask;
}

Task<Try> tryOnce(std::shared_ptr<Session> session, Turn turn, std::string name, Digest digest, Arrival* arrival,
                  SteadyTime deadline) {
  auto ask = blobAsk(Method::Get, name, digest, deadline);
  if (arrival->position > 0) {
    ask.headers.push_back("Range: bytes=" + std::to_string(arrival->position) + "-");
    ask.alsoAccepted = {416};
  }
  auto answer = co_await session->askInTurn(std::move(ask), std::move(turn));
  if (!answer) co_return Try{fail(answer.error())};
  if (answer->head.status == 416) co_return Try{checkUnsatisfied(answer->head, *arrival, session->host()), true};
  auto skip = checkHead(answer->head, *arrival, session->host());
  if (!skip) co_return Try{fail(skip.error()), true};
  auto outcome = co_await receive(session, std::move(*answer), arrival, *skip, deadline);
  if (outcome.result && arrival->size && arrival->position < *arrival->size) {
    outcome.result = fail(ErrorCode::UpstreamUnavailable,
                          session->host() + " closed the connection before the blob was complete.", session->host());
  }
  if (!outcome.result && !outcome.fatal) session->reportBodyFailure(outcome.result.error());
  co_return outcome;
}

bool mayResume(const Error& error) {
  return error.code == ErrorCode::UpstreamUnavailable || error.code == ErrorCode::UpstreamTimeout;
}

Task<Result<std::uint64_t>> fetchSize(std::shared_ptr<Session> session, std::string name, Digest digest,
                                      SteadyTime deadline) {
  auto ask = blobAsk(Method::Head, name, digest, deadline);
  ask.body = BodyMode::Collect;
  // Signed addresses are often good for GET alone.
  ask.alsoAccepted = {403, 405, 501};
  auto document = co_await session->fetchRetrying(ask);
  if (!document) co_return fail(document.error());
  const auto& head = document->head;
  auto length = head.contentLength();
  if (head.isSuccess() && length) co_return *length;
  if (head.status == 403 && !document->redirected) co_return fail(statusError(head, ask.what, session->host()));
  auto probe = blobAsk(Method::Get, name, digest, deadline);
  probe.headers.emplace_back("Range: bytes=0-0");
  auto answer = co_await session->ask(std::move(probe));
  if (!answer) co_return fail(answer.error());
  auto range = parseContentRange(answer->head.find("Content-Range").value_or(""));
  auto size = answer->head.status == 206 && range ? range->size : answer->head.contentLength();
  if (!size) co_return fail(invalid("did not report the size of the blob.", session->host()));
  co_return *size;
}

Task<Result<void>> fetchBlob(std::shared_ptr<Session> session, std::string name, Digest digest, std::uint64_t offset,
                             BlobSink* sink, SteadyTime deadline) {
  Arrival arrival{sink, offset, std::nullopt};
  int tries = 0;
  int resumes = 0;
  std::uint64_t mark = offset;
  while (true) {
    auto before = arrival.position;
    // Here and not further in: hundreds may wait, and the fewer frames each of them holds, the less memory they take.
    auto turn = co_await session->turn(pullScope(name), RateGate::Kind::Stream, deadline);
    if (turn) sink->onTurn(turn->waited);
    auto outcome =
        turn ? co_await tryOnce(session, std::move(*turn), name, digest, &arrival, deadline) : Try{fail(turn.error())};
    if (outcome.result || outcome.fatal) co_return std::move(outcome.result);
    if (std::chrono::steady_clock::now() >= deadline) co_return std::move(outcome.result);
    if (arrival.position - mark >= kProgressBytes) {
      mark = arrival.position;
      resumes = tries = 0;
    }
    if (arrival.position > before && resumes < kResumes && mayResume(outcome.result.error())) {
      ++resumes;
      continue;
    }
    bool again = co_await session->waitForRetry(outcome.result.error(), ++tries, deadline);
    if (!again) co_return std::move(outcome.result);
  }
}

}  // namespace

Task<Result<std::uint64_t>> OciSource::headBlob(std::string name, Digest digest, SteadyTime deadline) {
  return fetchSize(session_, nameAtUpstream(session_->endpoint(), name), digest, deadline);
}

Task<Result<void>> OciSource::getBlob(std::string name, Digest digest, std::uint64_t offset, BlobSink& sink,
                                      SteadyTime deadline) {
  return fetchBlob(session_, nameAtUpstream(session_->endpoint(), name), digest, offset, &sink, deadline);
}

}  // namespace larder::upstream
