#include "larder/runtime/turn.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace larder::runtime {

namespace {
constexpr std::chrono::milliseconds kSlow{20};
// How old what is known of the waits for a processor may be.
constexpr std::chrono::milliseconds kSampleAge{50};
}  // namespace

constinit thread_local TurnWatch* TurnWatch::current = nullptr;

TurnName::TurnName(std::string_view first, std::string_view second) {
  auto add = [this](std::string_view part) {
    auto take = std::min(part.size(), text_.size() - length_);
    std::memcpy(text_.data() + length_, part.data(), take);
    length_ = static_cast<std::uint8_t>(length_ + take);
  };
  add(first);
  if (second.empty()) return;
  add(" ");
  add(second);
}

void nameTurn(const TurnName& name) {
  if (TurnWatch::current) TurnWatch::current->name_ = name;
}

TurnName turnName() {
  return TurnWatch::current ? TurnWatch::current->name_ : TurnName();
}

TurnWatch::TurnWatch(std::size_t thread, const TurnObserver& observer)
    : thread_(thread), observer_(observer), schedstat_(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {
  current = this;
}

TurnWatch::~TurnWatch() {
  current = nullptr;
  if (schedstat_ >= 0) ::close(schedstat_);
}

void TurnWatch::began() noexcept {
  began_ = std::chrono::steady_clock::now();
  name_ = TurnName();
  if (began_ - sampled_ < kSampleAge) return;
  delayBefore_ = runDelay();
  sampled_ = began_;
}

void TurnWatch::ended() noexcept {
  auto took = std::chrono::steady_clock::now() - began_;
  observer_.ended(thread_, took);
  if (took < kSlow) return;
  auto delay = runDelay();
  auto waited = std::min<std::chrono::nanoseconds>(took, delay - delayBefore_);
  delayBefore_ = delay;
  sampled_ = began_ + took;
  if (took - waited >= kSlow) observer_.slow({thread_, took, waited, name_.text()});
}

// The second number of proc(5)'s schedstat; 0 where the kernel keeps none.
std::chrono::nanoseconds TurnWatch::runDelay() const {
  char text[96];
  auto length = schedstat_ < 0 ? 0 : ::pread(schedstat_, text, sizeof text - 1, 0);
  if (length <= 0) return {};
  text[length] = '\0';
  const char* second = std::strchr(text, ' ');
  return std::chrono::nanoseconds(second ? std::strtoll(second, nullptr, 10) : 0);
}

}  // namespace larder::runtime
