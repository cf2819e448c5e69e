#include "columns.hpp"

#include <QCoreApplication>

#include "console/client/text.hpp"
#include "console/models/format.hpp"
#include "console/models/words.hpp"

namespace console::screens {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::number;
using models::Tone;

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Transfers)
};

Cell progressCell(const api::Transfer& one) {
  if (!one.totalBytes || *one.totalBytes == 0) return {.text = Words::tr("size unknown"), .order = -1.0, .bar = 0};
  const double share = number(one.receivedBytes) / number(*one.totalBytes);
  return {.text = models::percent(share), .order = share, .bar = share};
}

Cell remainingCell(const api::Transfer& one) {
  if (!one.totalBytes || one.bytesPerSecond == 0) return models::durationCell(models::kUnknown);
  return models::durationCell((number(*one.totalBytes) - number(one.receivedBytes)) / number(one.bytesPerSecond) *
                              1000);
}

}  // namespace

models::RowsModel<api::Transfer>::Columns runningColumns() {
  using One = api::Transfer;
  return {
      {{"repository", Words::tr("Repository"), false, 180},
       [](const One& one) { return models::monoCell(one.repository); }},
      {{"digest", Words::tr("Blob"), false, 120}, [](const One& one) { return models::digestCell(one.digest); }},
      {{"progress", Words::tr("Progress"), false, 140}, &progressCell},
      {{"received", Words::tr("Received"), true, 130},
       [](const One& one) {
         const auto received = models::bytes(number(one.receivedBytes));
         return Cell{.text = one.totalBytes
                                 ? Words::tr("%1 of %2").arg(received, models::bytes(number(*one.totalBytes)))
                                 : received,
                     .order = number(one.receivedBytes)};
       }},
      {{"rate", Words::tr("Rate"), true, 100},
       [](const One& one) {
         return Cell{.text = models::rate(number(one.bytesPerSecond)), .order = number(one.bytesPerSecond)};
       }},
      {{"left", Words::tr("Remaining"), true, 90}, &remainingCell},
      {{"clients", Words::tr("Clients"), true, 70},
       [](const One& one) { return models::countCell(number(one.clients)); }},
      {{"upstream", Words::tr("Upstream"), false, 130}, [](const One& one) { return models::monoCell(one.upstream); }},
      {{"started", Words::tr("Started"), false, 90}, [](const One& one) { return models::timeCell(one.startedAt); }},
  };
}

models::RowsModel<api::Pull>::Columns pullColumns() {
  using One = api::Pull;
  return {
      {{"ended", Words::tr("Ended"), false, 90}, [](const One& one) { return models::timeCell(one.endedAt); }},
      {{"image", Words::tr("Image"), false, 260, false, false},
       [](const One& one) { return Cell{.text = imageOf(one), .tip = imageOf(one), .mono = true}; }},
      {{"outcome", Words::tr("Outcome"), false, 130, false, false},
       [](const One& one) { return models::cellOf(models::outcome(one.outcome, one.error.has_value())); }},
      {{"who", Words::tr("Client"), false, 150, false, false},
       [](const One& one) {
         return Cell{.text = text(one.user.empty() ? one.client : one.user + " at " + one.client)};
       }},
      {{"upstream", Words::tr("Upstream"), false, 150, false, false},
       [](const One& one) {
         return one.upstream ? models::monoCell(*one.upstream) : Cell{.text = Words::tr("cache"), .tone = Tone::Muted};
       }},
      {{"duration", Words::tr("Took"), true, 80},
       [](const One& one) { return models::durationCell(number(one.tookMs)); }},
      {{"wait", Words::tr("Waited"), true, 80},
       [](const One& one) { return models::durationCell(number(one.waitedMs)); }},
      {{"firstByte", Words::tr("Time to first byte"), true, 126},
       [](const One& one) { return models::durationCell(number(one.firstByteMs)); }},
      {{"bytes", Words::tr("Size"), true, 90}, [](const One& one) { return models::sizeCell(number(one.bytes)); }},
      {{"reason", Words::tr("Why"), false, 200, false, false},
       [](const One& one) {
         const auto error = text(one.error.value_or(""));
         return Cell{.text = error, .tip = error};
       }},
  };
}

models::RowsModel<api::EndedTransfer>::Columns requestColumns() {
  using One = api::EndedTransfer;
  return {
      {{"name", Words::tr("Request"), false, 150},
       [](const One& one) {
         return Cell{.text = nameOf(one), .tip = text(one.digest.value_or(one.reference)), .mono = true};
       }},
      {{"outcome", Words::tr("Outcome"), false, 110},
       [](const One& one) {
         return models::cellOf(models::outcome(one.outcome, one.error.has_value()), text(one.error.value_or("")));
       }},
      {{"status", Words::tr("Status"), true, 60}, [](const One& one) { return models::countCell(one.status); }},
      {{"took", Words::tr("Took"), true, 80}, [](const One& one) { return models::durationCell(number(one.tookMs)); }},
      {{"waited", Words::tr("Waited"), true, 80},
       [](const One& one) { return models::durationCell(number(one.waitedMs)); }},
      {{"first", Words::tr("First byte"), true, 80},
       [](const One& one) { return models::durationCell(number(one.firstByteMs)); }},
      {{"cache", Words::tr("From cache"), true, 90},
       [](const One& one) { return models::sizeCell(number(one.cacheBytes)); }},
      {{"fetched", Words::tr("Fetched"), true, 90},
       [](const One& one) { return models::sizeCell(number(one.upstreamBytes)); }},
      {{"rate", Words::tr("Rate"), true, 90},
       [](const One& one) {
         return Cell{.text = models::rate(number(one.bytesPerSecond)), .order = number(one.bytesPerSecond)};
       }},
      {{"id", Words::tr("Request id"), false, 130}, [](const One& one) { return models::monoCell(one.id); }},
  };
}

QString imageOf(const api::Pull& pull) {
  const auto separator = pull.reference.find(':') == std::string::npos ? ":" : "@";
  return text(pull.repository + separator + pull.reference);
}

QString nameOf(const api::EndedTransfer& transfer) {
  if (transfer.kind != api::EndedKind::Manifest)
    return models::shortDigest(transfer.digest.value_or(transfer.reference));
  const bool byDigest = transfer.reference.find(':') != std::string::npos;
  return Words::tr("manifest %1").arg(byDigest ? models::shortDigest(transfer.reference) : text(transfer.reference));
}

}  // namespace console::screens
