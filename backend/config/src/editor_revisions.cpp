// Noting what the files say as revisions: who holds the turn, which directory they are kept in, and what number is
// whose.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "editor_impl.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;

constexpr std::size_t kMostPaths = 50;             // of a revision
constexpr std::chrono::seconds kLockPatience{10};  // with another process

// A revision that was kept before rules had identities gets those that it would have got.
RuleIds keptRules(const Revision& revision, const Json& document) {
  if (revision.rules.size() == countRules(document)) return revision.rules;
  return identifyRules(document, {}, {});
}

}  // namespace

Editor::Impl::Turn::Turn(Impl& impl) : impl_(impl), lock_(impl.editing) {
  if (impl_.turns++ > 0) return;
  std::filesystem::path place;
  {
    std::lock_guard lock(impl_.mutex);
    place = impl_.shared;
  }
  if (place.empty()) return;
  auto taken = ProcessLock::take(place / "lock", kLockPatience);
  if (taken) {
    impl_.among = std::move(*taken);
  } else {
    error_ = std::move(taken.error());
  }
}

Editor::Impl::Turn::~Turn() {
  if (--impl_.turns == 0) impl_.among = ProcessLock();
}

void Editor::Impl::findDirectory() {
  {
    std::lock_guard lock(mutex);
    if (!shared.empty()) return;
  }
  auto base = readLayers(file, builtIn, {});
  if (!base) return;
  auto found = rootOf(base->base) / "_larder" / "config";
  keepPrivate(found);
  auto own = ownDirectory(found, nameOfFile(file));
  std::lock_guard lock(mutex);
  shared = std::move(found);
  directory = std::move(own);
}

// Before the first turn, whose lock is in it.
void Editor::Impl::makeDirectory() const {
  std::filesystem::path common;
  {
    std::lock_guard lock(mutex);
    common = shared;
  }
  makePrivate(common);
}

// Not before a first load went well: a start that fails must not take the directory of another daemon.
void Editor::Impl::claim() {
  std::filesystem::path common;
  {
    std::lock_guard lock(mutex);
    common = shared;
  }
  auto own = claimDirectory(common, nameOfFile(file));
  if (own != common) makePrivate(own.parent_path());
  if (own != common && stampOf(common / "overlay.json").exists) {
    spdlog::warn(
        "config_overlay_of_another_file file={} overlay={} own={} message=\"These edits belong to another "
        "configuration file and are not applied. If this file replaces that one, move them to its own directory.\"",
        ownerOf(common), (common / "overlay.json").string(), own.string());
  }
  std::lock_guard lock(mutex);
  directory = std::move(own);
}

std::optional<Revision> Editor::Impl::newest() const {
  {
    std::lock_guard lock(mutex);
    if (unkept) return unkept->revision;
  }
  return history().newest();
}

core::Result<Json> Editor::Impl::documentOf(std::uint64_t number) const {
  {
    std::lock_guard lock(mutex);
    if (unkept && unkept->revision.number == number) return unkept->document;
  }
  return history().document(number);
}

std::optional<Revision> Editor::Impl::headOf(std::uint64_t number) const {
  {
    std::lock_guard lock(mutex);
    if (unkept && unkept->revision.number == number) return unkept->revision;
  }
  return history().head(number);
}

core::Result<Json> Editor::Impl::carrying(std::uint64_t number) const {
  auto document = documentOf(number);
  if (!document) return document;
  auto rules = keptRules(headOf(number).value_or(Revision{}), *document);
  return withRuleIds(std::move(*document), rules);
}

Editor::Impl::Noted Editor::Impl::identify(const Json& document, const Stamps& stamps) const {
  auto hash = hashOf(document);
  auto latest = newest();
  if (latest && latest->hash == hash) {
    auto rules = keptRules(*latest, document);
    return {latest->number, std::move(rules), std::move(hash), stamps};
  }
  // Another daemon may have noted another text meanwhile, of a file of its own by the same name. This one says what it
  // said.
  if (last.number != 0 && last.hash == hash && last.stamps == stamps) return last;
  auto before = latest ? documentOf(latest->number) : core::Result<Json>(Json::object());
  auto rules = latest && before ? identifyRules(document, *before, keptRules(*latest, *before))
                                : identifyRules(document, {}, {});
  return {0, std::move(rules), std::move(hash), stamps};
}

Editor::Impl::Noted Editor::Impl::note(const Json& document, Origin origin, const Stamps& stamps) {
  auto noted = identify(document, stamps);
  if (noted.number == 0) {
    auto latest = newest();
    Revision revision{0,  noted.hash,  std::chrono::system_clock::now(), {}, origin,
                      {}, noted.rules, latest ? latest->number : 0};
    keep(revision, document);
    noted.number = revision.number;
  } else if (auto latest = newest(); latest && latest->number == noted.number) {
    retryUnkept();
  }
  return last = std::move(noted);
}

std::uint64_t Editor::Impl::noteEdit(const Json& document, const EditOptions& options, const Noted& upon,
                                     const RuleIds& rules) {
  Revision revision{0,     hashOf(document), std::chrono::system_clock::now(), options.author, options.origin, {},
                    rules, upon.number};
  keep(revision, document);
  return revision.number;
}

void Editor::Impl::keep(Revision& revision, const Json& document) {
  if (auto before = carrying(revision.parent)) {
    auto after = withRuleIds(document, revision.rules);
    for (auto& change : differences(configSchema(), *before, after, kMostPaths)) {
      if (revision.paths.empty() || revision.paths.back() != change.path) revision.paths.push_back(change.path);
    }
  }
  given = std::max(given, history().highest()) + 1;
  revision.number = given;
  auto kept = history().add(revision, document);
  std::lock_guard lock(mutex);
  unkept.reset();
  if (kept) return;
  unkept = Unkept{revision, document};
  spdlog::warn("config_revision_not_kept revision={} where=\"{}\" message=\"{}\"", revision.number, kept.error().where,
               kept.error().message);
}

// There may be room again.
void Editor::Impl::retryUnkept() {
  std::optional<Unkept> waiting;
  {
    std::lock_guard lock(mutex);
    waiting = unkept;
  }
  if (!waiting || !history().add(waiting->revision, waiting->document)) return;
  std::lock_guard lock(mutex);
  unkept.reset();
}

void Editor::Impl::takeBack(std::uint64_t number) {
  history().remove(number);
  std::lock_guard lock(mutex);
  if (unkept && unkept->revision.number == number) unkept.reset();
}

std::optional<Written> Editor::Impl::remembered() const {
  std::shared_ptr<const Answer> known;
  {
    std::lock_guard lock(mutex);
    known = answer;
  }
  if (!known || known->stamps != stampsNow()) return std::nullopt;
  auto written = known->written;
  written.readOnly = readOnly(known->yaml);
  return written;
}

tl::unexpected<Refusal> Editor::Impl::stale(std::uint64_t number, std::uint64_t basedOn, const Json& current) const {
  Refusal refusal;
  refusal.kind = Refusal::Kind::Stale;
  refusal.revision = number;
  refusal.error = {ErrorCode::Conflict, "The configuration has changed since you read it."};
  if (auto seen = carrying(basedOn)) {
    refusal.meanwhile = differences(configSchema(), *seen, current, kMostDifferences);
  } else {
    refusal.baseUnknown = true;
    auto name = std::to_string(basedOn);
    refusal.error.message +=
        basedOn > number
            ? " There is no revision " + name + "."
            : " Revision " + name + ", which you read, is no longer kept, so what others changed is unknown.";
    refusal.error.message += " Compare your change with the current configuration and apply it to that.";
  }
  return tl::make_unexpected(std::move(refusal));
}

core::Result<Written> Editor::written() {
  if (auto known = impl_->remembered()) return std::move(*known);
  Impl::Turn turn(*impl_);
  if (turn.error()) return core::fail(*turn.error());
  auto layers = impl_->layers();
  if (!layers) return core::fail(layers.error());
  Impl::Answer answer;
  auto& written = answer.written;
  answer.stamps = layers->stamps();
  answer.yaml = isYaml(impl_->file, layers->file.text);
  written.document = layers->composed();
  auto noted = impl_->note(written.document, Origin::File, answer.stamps);
  written.revision = noted.number;
  written.rules = std::move(noted.rules);
  written.file = impl_->file;
  written.readOnly = impl_->readOnly(answer.yaml);
  written.overlaid = layers->overlay.has_value();
  auto result = written;
  std::lock_guard lock(impl_->mutex);
  impl_->answer = impl_->unkept ? nullptr : std::make_shared<const Impl::Answer>(std::move(answer));
  return result;
}

core::Result<std::vector<Revision>> Editor::history() const {
  auto revisions = impl_->history().list();
  std::lock_guard lock(impl_->mutex);
  if (impl_->unkept) revisions.insert(revisions.begin(), impl_->unkept->revision);
  return revisions;
}

core::Result<Json> Editor::revision(std::uint64_t number) const {
  return impl_->documentOf(number);
}

core::Result<Revision> Editor::revisionHead(std::uint64_t number) const {
  if (auto head = impl_->headOf(number)) return std::move(*head);
  return core::fail(ErrorCode::NotFound, "Revision " + std::to_string(number) + " is not kept.");
}

core::Result<std::vector<Difference>> Editor::between(std::uint64_t from, std::uint64_t to) const {
  auto before = impl_->carrying(from);
  if (!before) return core::fail(before.error());
  auto after = impl_->carrying(to);
  if (!after) return core::fail(after.error());
  return differences(configSchema(), *before, *after, kMostDifferences);
}

}  // namespace larder::config
