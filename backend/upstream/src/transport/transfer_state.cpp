#include "transport/transfer_state.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "text.hpp"

namespace larder::upstream {
namespace {

constexpr std::size_t kMaxHeadBytes = 64 * 1024;
// The body of a failure is read to its end, so that the connection can be used again, but no further than this.
constexpr std::uint64_t kMaxDroppedBytes = 64 * 1024;

}  // namespace

TransferState::TransferState(RequestSpec spec, std::shared_ptr<PiecePool> pieces)
    : spec_(std::move(spec)), buffer_(std::move(pieces)), signal_(std::make_shared<runtime::Signal>()) {}

bool TransferState::parseStatusLine(std::string_view line) {
  auto space = line.find(' ');
  if (space == std::string_view::npos) return false;
  int status = 0;
  auto digits = line.substr(space + 1, 3);
  auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
  if (failure != std::errc{} || status < 100 || status > 599) return false;
  head_ = ResponseHead{};
  head_.status = status;
  head_.from = from_;
  return true;
}

bool TransferState::onHeaderLine(std::string_view line) {
  // Trailers come after the head was published.
  if (hasHead()) return true;
  headBytes_ += line.size();
  bool good = headBytes_ <= kMaxHeadBytes;
  auto text = trim(line);
  if (good && text.empty()) {
    if (head_.status >= 200) completeHead();
  } else if (good && text.starts_with("HTTP/")) {
    good = parseStatusLine(text);
  } else if (good) {
    auto colon = text.find(':');
    if (colon != std::string_view::npos) {
      head_.add(std::string(trim(text.substr(0, colon))), std::string(trim(text.substr(colon + 1))));
    }
  }
  if (good && tooLarge_) return false;
  badHead_ = !good;
  return good;
}

void TransferState::completeHead() {
  tooLarge_ = isTooLong();
  // Of a chunked body libcurl does not look at the length (RFC 9112, section 6.3).
  if (!head_.find("Transfer-Encoding")) left_ = head_.contentLength();
  std::lock_guard lock(mutex_);
  headComplete_ = true;
  dirty_ = true;
}

bool TransferState::isTooLong() const {
  return spec_.method != Method::Head && spec_.body == BodyMode::Collect && head_.isSuccess() &&
         head_.contentLength().value_or(0) > spec_.maxBodyBytes;
}

TransferState::Take TransferState::onBody(std::span<const std::byte> data) {
  if (!head_.isSuccess()) {
    dropped_ += data.size();
    return dropped_ <= kMaxDroppedBytes ? Take::Taken : Take::Refuse;
  }
  if (spec_.body == BodyMode::Collect) {
    if (data.size() > spec_.maxBodyBytes - body_.size()) {
      tooLarge_ = true;
      return Take::Refuse;
    }
    body_.append(reinterpret_cast<const char*>(data.data()), data.size());
    return Take::Taken;
  }
  dirty_ = true;
  if (buffer_.write(data)) {
    if (left_) *left_ -= std::min<std::uint64_t>(*left_, data.size());
    return Take::Taken;
  }
  paused_.store(true);
  return Take::Pause;
}

bool TransferState::makeRoom() {
  auto next = std::min<std::uint64_t>(readBytes_, left_.value_or(readBytes_));
  return next == 0 || buffer_.makeRoom(static_cast<std::size_t>(next));
}

void TransferState::onDone(Outcome outcome) {
  if (outcome.kind == Outcome::Kind::Failed && tooLarge_) outcome.kind = Outcome::Kind::TooLarge;
  if (outcome.kind == Outcome::Kind::Failed && badHead_) outcome.kind = Outcome::Kind::BadHead;
  {
    std::lock_guard lock(mutex_);
    if (!outcome_) outcome_ = std::move(outcome);
    dirty_ = true;
  }
  settle();
}

void TransferState::settle() {
  if (!std::exchange(dirty_, false)) return;
  std::shared_ptr<runtime::Signal> signal;
  {
    std::lock_guard lock(mutex_);
    signal = signal_;
  }
  if (signal) signal->notify();
}

void TransferState::detach() {
  std::lock_guard lock(mutex_);
  signal_.reset();
}

bool TransferState::hasHead() const {
  std::lock_guard lock(mutex_);
  return headComplete_;
}

std::optional<Outcome> TransferState::outcome() const {
  std::lock_guard lock(mutex_);
  return outcome_;
}

bool TransferState::consume(std::size_t bytes) {
  buffer_.consume(bytes);
  // Asks for room for a whole read even where less is left: only the driver knows how much that is. An emptied buffer
  // always has that room, so that nothing stalls.
  return paused_.load() && buffer_.hasRoom(readBytes_);
}

}  // namespace larder::upstream
