#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "larder/telemetry/metrics.hpp"

namespace larder::telemetry {
namespace {

constexpr std::array<double, 2> kBounds = {0.5, 1};

// The exposition without the process's own metrics, which differ on each run.
std::string exposeOwn(MetricRegistry& registry) {
  std::istringstream lines(registry.expose());
  std::string own;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("process_") == std::string::npos) own += line + '\n';
  }
  return own;
}

double sampleOf(MetricRegistry& registry, const std::string& name) {
  std::istringstream lines(registry.expose());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + ' ')) return std::stod(line.substr(name.size() + 1));
  }
  return std::numeric_limits<double>::quiet_NaN();
}

TEST(MetricRegistry, ExposesFamiliesAndSeriesSorted) {
  MetricRegistry registry;
  registry.gauge("zot_up", "Whether it runs.")->set(1);
  registry.counter("larder_requests_total", "Requests.", {{"method", "PUT"}, {"code", "201"}})->add(2);
  registry.counter("larder_requests_total", "Requests.", {{"method", "GET"}, {"code", "200"}})->add();
  EXPECT_EQ(exposeOwn(registry),
            "# HELP larder_requests_total Requests.\n"
            "# TYPE larder_requests_total counter\n"
            "larder_requests_total{code=\"200\",method=\"GET\"} 1\n"
            "larder_requests_total{code=\"201\",method=\"PUT\"} 2\n"
            "# HELP zot_up Whether it runs.\n"
            "# TYPE zot_up gauge\n"
            "zot_up 1\n");
}

TEST(MetricRegistry, ExposesHistogramsAndSummaries) {
  MetricRegistry registry;
  auto histogram = registry.histogram("first_byte_seconds", "Time.", kBounds, {{"upstream", "ghcr.io"}});
  histogram->observe(0.25);
  histogram->observe(7);
  registry.summary("latency_seconds", "Latency.")->observe(1.5);
  EXPECT_EQ(exposeOwn(registry),
            "# HELP first_byte_seconds Time.\n"
            "# TYPE first_byte_seconds histogram\n"
            "first_byte_seconds_bucket{upstream=\"ghcr.io\",le=\"0.5\"} 1\n"
            "first_byte_seconds_bucket{upstream=\"ghcr.io\",le=\"1\"} 1\n"
            "first_byte_seconds_bucket{upstream=\"ghcr.io\",le=\"+Inf\"} 2\n"
            "first_byte_seconds_sum{upstream=\"ghcr.io\"} 7.25\n"
            "first_byte_seconds_count{upstream=\"ghcr.io\"} 2\n"
            "# HELP latency_seconds Latency.\n"
            "# TYPE latency_seconds summary\n"
            "latency_seconds_sum 1.5\n"
            "latency_seconds_count 1\n");
}

TEST(MetricRegistry, EscapesHelpAndLabelValues) {
  MetricRegistry registry;
  registry.gauge("g", "a \"b\"\\\nc", {{"l", "a \"b\"\\\nc"}})->set(0.1);
  EXPECT_EQ(exposeOwn(registry),
            "# HELP g a \"b\"\\\\\\nc\n"
            "# TYPE g gauge\n"
            "g{l=\"a \\\"b\\\"\\\\\\nc\"} 0.1\n");
}

TEST(MetricRegistry, ReplacesWhatIsNoUtf8InLabelValues) {
  MetricRegistry registry;
  // A stray continuation byte, an overlong slash, a surrogate, and a character that is cut off; é and € are kept.
  registry.gauge("g", "h", {{"l", "\x80|\xC0\xAF|\xED\xA0\x80|\xC3\xA9\xE2\x82\xAC|\xE2\x82"}})->set(1);
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_NE(exposeOwn(registry).find("l=\"" + bad + "|" + bad + bad + "|" + bad + bad + bad + "|\xC3\xA9\xE2\x82\xAC|" +
                                     bad + bad + "\""),
            std::string::npos);
}

TEST(MetricRegistry, WritesNumbersInTheirShortestForm) {
  MetricRegistry registry;
  auto gauge = registry.gauge("g", "h");
  for (const auto& [value, text] : std::vector<std::pair<double, std::string>>{
           {0, "0"},
           {-1.5, "-1.5"},
           {1073741824, "1073741824"},
           {1e300, "1e+300"},
           {std::numeric_limits<double>::infinity(), "+Inf"},
           {-std::numeric_limits<double>::infinity(), "-Inf"},
           {std::numeric_limits<double>::quiet_NaN(), "NaN"},
       }) {
    gauge->set(value);
    EXPECT_NE(exposeOwn(registry).find("\ng " + text + "\n"), std::string::npos) << text;
  }
}

TEST(MetricRegistry, FindsASeriesWhateverTheOrderOfItsLabels) {
  MetricRegistry registry;
  auto first = registry.counter("c_total", "h", {{"a", "1"}, {"b", "2"}});
  auto second = registry.counter("c_total", "h", {{"b", "2"}, {"a", "1"}});
  EXPECT_EQ(first, second);
}

TEST(MetricRegistry, RefusesAnotherTypeOrOtherBuckets) {
  MetricRegistry registry;
  registry.counter("c_total", "h");
  registry.histogram("h_seconds", "h", kBounds);
  EXPECT_THROW(registry.gauge("c_total", "h"), std::logic_error);
  EXPECT_THROW(registry.summary("h_seconds", "h"), std::logic_error);
  EXPECT_THROW(registry.histogram("h_seconds", "h", latencyBuckets()), std::logic_error);
}

TEST(MetricRegistry, RefusesNamesThatTheFormatDoesNotAllow) {
  MetricRegistry registry;
  for (const char* name : {"", "1a", "a-b", "a b", "\xC3\xA9"}) {
    EXPECT_THROW(registry.counter(name, "h"), std::logic_error) << name;
  }
  for (const char* label : {"", "1a", "a-b", "a:b", "__name__"}) {
    EXPECT_THROW(registry.counter("c_total", "h", {{label, "v"}}), std::logic_error) << label;
  }
  EXPECT_THROW(registry.counter("c_total", "h", {{"a", "1"}, {"a", "2"}}), std::logic_error);
  EXPECT_THROW(registry.histogram("h_seconds", "h", kBounds, {{"le", "1"}}), std::logic_error);
  EXPECT_THROW(registry.summary("s_seconds", "h", {{"quantile", "1"}}), std::logic_error);
}

TEST(MetricRegistry, ExposesNothingOfAHistogramThatWasRefused) {
  MetricRegistry registry;
  std::array<double, 2> down = {2, 1};
  EXPECT_THROW(registry.histogram("h_seconds", "h", down), std::logic_error);
  EXPECT_EQ(exposeOwn(registry), "");
}

TEST(MetricRegistry, DropsEverySeriesWithALabelAndKeepsTheHoldersAlive) {
  MetricRegistry registry;
  auto kept = registry.counter("downloads_total", "h", {{"repo", "a"}});
  auto dropped = registry.counter("downloads_total", "h", {{"repo", "b"}});
  registry.gauge("storage_bytes", "h", {{"repo", "b"}})->set(1);
  registry.gauge("other", "h", {{"upstream", "b"}})->set(1);

  registry.dropLabel("repo", "b");
  dropped->add();

  EXPECT_EQ(exposeOwn(registry),
            "# HELP downloads_total h\n"
            "# TYPE downloads_total counter\n"
            "downloads_total{repo=\"a\"} 0\n"
            "# HELP other h\n"
            "# TYPE other gauge\n"
            "other{upstream=\"b\"} 1\n");
  EXPECT_EQ(registry.counter("downloads_total", "h", {{"repo", "b"}})->value(), 0U);
}

TEST(MetricRegistry, DropsSeriesByOneOfSeveralLabels) {
  MetricRegistry registry;
  for (const char* repo : {"a", "b"}) {
    for (const char* method : {"GET", "PUT"}) registry.counter("c_total", "h", {{"repo", repo}, {"method", method}});
  }
  registry.dropLabel("repo", "a");
  registry.dropLabel("method", "GET");
  registry.dropLabel("method", "DELETE");
  registry.counter("c_total", "h", {{"repo", "a"}, {"method", "GET"}})->add(5);
  EXPECT_EQ(exposeOwn(registry),
            "# HELP c_total h\n"
            "# TYPE c_total counter\n"
            "c_total{method=\"GET\",repo=\"a\"} 5\n"
            "c_total{method=\"PUT\",repo=\"b\"} 0\n");
  registry.dropLabel("repo", "a");
  registry.dropLabel("repo", "b");
  EXPECT_EQ(exposeOwn(registry), "");
}

TEST(MetricRegistry, CollectsBeforeEachExposition) {
  MetricRegistry registry;
  int calls = 0;
  registry.onCollect([&] { registry.gauge("used", "h")->set(++calls); });
  EXPECT_EQ(sampleOf(registry, "used"), 1);
  EXPECT_EQ(sampleOf(registry, "used"), 2);
}

TEST(MetricRegistry, ExposesTheProcess) {
  MetricRegistry registry;
  EXPECT_GT(sampleOf(registry, "process_cpu_seconds_total"), 0);
  EXPECT_GT(sampleOf(registry, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(sampleOf(registry, "process_virtual_memory_bytes"), sampleOf(registry, "process_resident_memory_bytes"));
  EXPECT_GE(sampleOf(registry, "process_max_fds"), sampleOf(registry, "process_open_fds"));
  auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(sampleOf(registry, "process_start_time_seconds"), now, 3600);

  double before = sampleOf(registry, "process_open_fds");
  std::ifstream file("/proc/self/stat");
  EXPECT_EQ(sampleOf(registry, "process_open_fds"), before + 1);
}

TEST(MetricRegistry, LetsThreadsMakeDropAndExposeAtOnce) {
  MetricRegistry registry;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&registry, t] {
      for (int i = 0; i < 300; ++i) {
        std::string repo = std::to_string(i % 7);
        registry.counter("c_total", "h", {{"repo", repo}})->add();
        if (i % 20 == t) registry.dropLabel("repo", repo);
      }
    });
  }
  for (int i = 0; i < 50; ++i) registry.expose();
  for (auto& thread : threads) thread.join();
  registry.counter("c_total", "h", {{"repo", "last"}})->add();
  EXPECT_NE(registry.expose().find("c_total{repo=\"last\"} 1\n"), std::string::npos);
}

TEST(MetricRegistry, AddsUpTheSeriesOfAFamily) {
  MetricRegistry registry;
  registry.counter("requests_total", "", {{"result", "hit"}, {"type", "blob"}})->add(3);
  registry.counter("requests_total", "", {{"result", "hit"}, {"type", "manifest"}})->add(4);
  registry.counter("requests_total", "", {{"result", "miss"}, {"type", "blob"}})->add(5);
  registry.histogram("seconds", "", kBounds)->observe(0.7);
  EXPECT_EQ(registry.total("requests_total"), 12);
  EXPECT_EQ(registry.total("requests_total", "result", "hit"), 7);
  EXPECT_EQ(registry.total("seconds"), 1);
  EXPECT_EQ(registry.total("none"), 0);
}

TEST(MetricRegistry, SatisfiesPromtool) {
  if (std::system("command -v promtool > /dev/null") != 0) GTEST_SKIP() << "promtool is not installed";
  MetricRegistry registry;
  registry.counter("zot_http_requests_total", "Requests.", {{"method", "GET"}, {"code", "200"}})->add(3);
  registry.histogram("larder_first_byte_seconds", "Time \\ \"to\"\nfirst byte.", latencyBuckets())->observe(0.3);
  registry.summary("zot_http_repo_latency_seconds", "Latency.", {{"repo", "a\"b\\c\nd"}})->observe(1);
  registry.gauge("zot_repo_storage_bytes", "Bytes.", {{"repo", "\xFFx"}})->set(1e12);

  FILE* promtool = popen("promtool check metrics 2>&1", "w");
  ASSERT_NE(promtool, nullptr);
  std::string text = registry.expose();
  std::fwrite(text.data(), 1, text.size(), promtool);
  EXPECT_EQ(pclose(promtool), 0) << text;
}

}  // namespace
}  // namespace larder::telemetry
