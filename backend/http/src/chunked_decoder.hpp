// The chunked coding of a request's body (RFC 9112, section 7.1), read without leniency: line ends are CRLF, and what
// surrounds the data is bounded. A lenient reader behind a strict proxy, or the other way round, is what smuggles a
// request past it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace larder::http {

// Used for one body, on one thread.
class ChunkedDecoder {
 public:
  // Of one body, so that overhead cannot go on while hardly any data comes.
  static constexpr std::size_t kMaxExtensionBytes = 16 * 1024;
  static constexpr std::size_t kMaxTrailerBytes = 8 * 1024;

  struct Step {
    std::size_t consumed = 0;         // bytes of the input that were used, those of `data` among them
    std::span<const std::byte> data;  // a part of the input
    bool done = false;                // the body has ended; there is no data in this step
    bool failed = false;              // the coding is broken, here and in every later step
  };
  // Decodes up to the end of the next piece of data. Nothing done, failed or in `data`: all of the input was used, and
  // more is needed. Extensions and trailers are dropped, as the sections 7.1.1 and 7.1.2 let a recipient do.
  Step decode(std::span<const std::byte> input);

 private:
  enum class State : std::uint8_t {
    Size,       // before the first digit of a chunk-size
    SizeRest,   // in it
    Space,      // after it, before a ';'
    Extension,  // after the ';'
    SizeEnd,    // before the LF that ends the line of the size
    Data,
    DataCr,
    DataLf,
    Trailer,  // at the begin of a line of the trailer section
    TrailerName,
    TrailerValue,
    TrailerEnd,
    LastLf,
    Done,
    Failed,
  };

  State next(unsigned char c);
  State sizeDigit(unsigned char c);
  State extension(State state);
  State trailer(State state);

  State state_ = State::Size;
  std::uint64_t left_ = 0;  // of the chunk's data
  std::size_t digits_ = 0, extensionBytes_ = 0, trailerBytes_ = 0;
};

}  // namespace larder::http
