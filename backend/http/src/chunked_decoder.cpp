#include "chunked_decoder.hpp"

#include <algorithm>

#include "tokens.hpp"

namespace larder::http {

namespace {
// 16 digits say all that 64 bits hold; more would only be zeros in front.
constexpr std::size_t kMaxDigits = 16;
constexpr std::uint64_t kMaxChunk = INT64_MAX;
}  // namespace

ChunkedDecoder::Step ChunkedDecoder::decode(std::span<const std::byte> input) {
  Step step;
  while (step.consumed < input.size() && state_ != State::Done && state_ != State::Failed) {
    if (state_ == State::Data) {
      auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - step.consumed));
      step.data = input.subspan(step.consumed, size);
      step.consumed += size;
      left_ -= size;
      if (left_ == 0) state_ = State::DataCr;
      return step;
    }
    state_ = next(static_cast<unsigned char>(input[step.consumed++]));
  }
  step.done = state_ == State::Done;
  step.failed = state_ == State::Failed;
  return step;
}

ChunkedDecoder::State ChunkedDecoder::next(unsigned char c) {
  switch (state_) {
    case State::Size:
    case State::SizeRest:
      if (hexValue(c) >= 0) return sizeDigit(c);
      if (state_ == State::Size) return State::Failed;
      if (c == '\r') return State::SizeEnd;
      if (c == ';') return extension(State::Extension);
      return c == ' ' || c == '\t' ? extension(State::Space) : State::Failed;
    case State::Space:
      // Bad whitespace may stand before an extension, and nowhere else.
      if (c == ';') return extension(State::Extension);
      return c == ' ' || c == '\t' ? extension(State::Space) : State::Failed;
    case State::Extension:
      if (c == '\r') return State::SizeEnd;
      return isFieldCharacter(c) ? extension(State::Extension) : State::Failed;
    case State::SizeEnd:
      digits_ = 0;
      if (c != '\n') return State::Failed;
      return left_ > 0 ? State::Data : State::Trailer;
    case State::DataCr:
      return c == '\r' ? State::DataLf : State::Failed;
    case State::DataLf:
      return c == '\n' ? State::Size : State::Failed;
    case State::Trailer:
      if (c == '\r') return State::LastLf;
      return isTokenCharacter(c) ? trailer(State::TrailerName) : State::Failed;
    case State::TrailerName:
      if (c == ':') return trailer(State::TrailerValue);
      return isTokenCharacter(c) ? trailer(State::TrailerName) : State::Failed;
    case State::TrailerValue:
      if (c == '\r') return State::TrailerEnd;
      return isFieldCharacter(c) ? trailer(State::TrailerValue) : State::Failed;
    case State::TrailerEnd:
      return c == '\n' ? trailer(State::Trailer) : State::Failed;
    case State::LastLf:
      return c == '\n' ? State::Done : State::Failed;
    case State::Data:
    case State::Done:
    case State::Failed:
      break;
  }
  return State::Failed;
}

ChunkedDecoder::State ChunkedDecoder::sizeDigit(unsigned char c) {
  if (++digits_ > kMaxDigits) return State::Failed;
  left_ = left_ * 16 + static_cast<unsigned>(hexValue(c));
  return left_ > kMaxChunk ? State::Failed : State::SizeRest;
}

ChunkedDecoder::State ChunkedDecoder::extension(State state) {
  return ++extensionBytes_ > kMaxExtensionBytes ? State::Failed : state;
}

ChunkedDecoder::State ChunkedDecoder::trailer(State state) {
  return ++trailerBytes_ > kMaxTrailerBytes ? State::Failed : state;
}

}  // namespace larder::http
