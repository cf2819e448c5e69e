#include "channel.hpp"

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <string>

namespace larder::http {
namespace {

using namespace std::chrono_literals;

// A peer that takes nothing more; the test says what its kernel has confirmed.
class FullTransport final : public Transport {
 public:
  FullTransport(boost::asio::io_context& io, std::uint64_t& open) : timer_(io), open_(open) {}
  IoResult read(std::span<std::byte>) override { return {IoStatus::WantRead, 0}; }
  IoResult write(std::span<const iovec>, bool) override { return {IoStatus::WantWrite, 0}; }
  IoResult sendFile(int, std::uint64_t, std::size_t) override { return {IoStatus::WantWrite, 0}; }
  IoResult handshake() override { return {}; }
  std::string certificateName() const override { return {}; }
  bool certificateHolds(const TlsContext&) const override { return true; }
  void finishWriting() override {}
  runtime::Task<bool> wait(IoStatus) override {
    timer_.expires_after(1h);
    auto [error] = co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::deferred));
    co_return !error;
  }
  runtime::Task<IoResult> receive(std::span<std::byte>) override {
    co_await wait(IoStatus::WantRead);
    co_return IoResult{IoStatus::Closed, 0};
  }
  void interrupt() override { timer_.cancel(); }
  void cancel() override { timer_.cancel(); }
  bool peerLeft() override { return false; }
  std::uint64_t unacknowledged() override { return open_; }

 private:
  boost::asio::steady_timer timer_;
  std::uint64_t& open_;
};

class ChannelTest : public ::testing::Test {
 protected:
  // How many minutes, of 100, a peer is given that takes `bytes` in each.
  int minutesGiven(Pace pace, std::uint64_t bytes) {
    open_ = 1'000'000'000;
    Channel channel(std::make_unique<FullTransport>(io_, open_), io_.get_executor());
    channel.beginMessage(pace);
    std::string text = "text";
    iovec part{text.data(), text.size()};
    auto sent = boost::asio::co_spawn(io_, channel.send({&part, 1}, false, 60s), boost::asio::use_future);
    io_.restart();
    io_.poll();
    auto now = std::chrono::steady_clock::now();
    int minutes = 0;
    while (minutes < 100 && !channel.timedOut()) {
      open_ -= bytes;
      now += 60s;
      ++minutes;
      channel.expireIfOverdue(now);
    }
    if (!channel.timedOut()) channel.expire();
    io_.restart();
    io_.poll();
    EXPECT_FALSE(sent.get());
    return minutes;
  }

  boost::asio::io_context io_{1};
  std::uint64_t open_ = 0;
};

TEST_F(ChannelTest, KeepsAReaderWhoseKernelConfirmsEnough) {
  EXPECT_EQ(minutesGiven({1024, 60s}, 60 * 1024), 100);
}

TEST_F(ChannelTest, CutsAReaderOffThatFallsBehindThePace) {
  EXPECT_LE(minutesGiven({1024, 60s}, 30 * 1024), 3);
}

TEST_F(ChannelTest, CutsAReaderOffThatStandsStill) {
  EXPECT_EQ(minutesGiven({1024, 60s}, 0), 1);
  EXPECT_EQ(minutesGiven({0, 60s}, 0), 1);
}

TEST_F(ChannelTest, KeepsAReaderThatMovesIfThereIsNoPace) {
  EXPECT_EQ(minutesGiven({0, 60s}, 1), 100);
}

}  // namespace
}  // namespace larder::http
