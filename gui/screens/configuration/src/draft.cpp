#include "draft.hpp"

#include <utility>

#include "console/forms/check.hpp"
#include "findings.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;

constexpr int kCheckAfterMs = 400;

}  // namespace

Draft::Draft(client::ApiClient& api, QObject* parent) : Edited(parent), api_(api) {
  checkSoon_.setSingleShot(true);
  checkSoon_.setInterval(kCheckAfterMs);
  connect(&checkSoon_, &QTimer::timeout, this, &Draft::check);
  connect(&keepSoon_, &QTimer::timeout, this, &Draft::keep);
}

Draft::~Draft() {
  if (base_ && store_) store_->drop();
}

void Draft::reload() {
  api_.send<api::ConfigState>(client::get("/config"), this, [this](client::Outcome<api::ConfigState> outcome) {
    trouble_ = outcome ? QString() : outcome.error().message();
    if (outcome) {
      config_ = std::move(outcome->value);
      if (!base_) value_ = config_->written;
      if (const auto offered = std::exchange(offered_, std::nullopt)) replace(*offered);
      if (isBehind()) check();
    }
    emit changed();
  });
}

void Draft::replace(const forms::Json& value) {
  if (!config_) return;
  if (!base_) base_ = Base{config_->revision, config_->written};
  value_ = value;
  verdict_.reset();
  if (forms::equal(value, base_->written)) return discard();
  checkSoon_.start();
  keepSoon_.note();
  emit changed();
}

void Draft::keepAs(const QString& name, const forms::Json& schema) {
  schema_ = schema;
  store_ = std::make_unique<DraftStore>(name);
  store_->read(this, [this](const std::optional<KeptDraft>& kept) {
    if (kept && !base_) emit found(*kept);
  });
}

void Draft::keep() {
  if (!store_ || !base_) return;
  store_->keep({base_->revision, base_->written, forms::withoutSecrets(schema_, value_, base_->written),
                QDateTime::currentDateTimeUtc()});
}

void Draft::restore(const KeptDraft& kept) {
  base_ = Base{kept.revision, kept.written};
  value_ = kept.value;
  emit changed();
  check();
}

void Draft::replaceOnceRead(const forms::Json& value) {
  if (config_) return replace(value);
  offered_ = value;
}

std::vector<api::InputError> Draft::errors() const {
  return verdict_ ? verdict_->errors : std::vector<api::InputError>();
}

void Draft::discard() {
  base_.reset();
  choices_.clear();
  verdict_.reset();
  merge_.reset();
  failed_.clear();
  checkSoon_.stop();
  keepSoon_.stop();
  if (store_) store_->drop();
  if (checking_) checking_->cancel();
  if (config_) value_ = config_->written;
  emit changed();
  emit checked();
}

void Draft::choose(const ConflictList::Choices& choices) {
  choices_ = choices;
  check();
}

forms::Json Draft::patch() const {
  return forms::mergePatch(base_->written, forms::tidy(value_));
}

void Draft::check() {
  if (!base_) return;
  if (checking_) checking_->cancel();
  if (isBehind()) {
    api::MergeDraft body;
    body.base = base_->revision;
    body.patch = patch();
    body.choices = choices_;
    checking_ = api_.send<api::ConfigMerge>(client::post("/config/merge/preview", body), this,
                                            [this](client::Outcome<api::ConfigMerge> outcome) {
                                              if (!outcome) return takeFailure(outcome.error());
                                              failed_.clear();
                                              verdict_ = verdictOf(outcome->value);
                                              merge_ = std::move(outcome->value);
                                              emit checked();
                                            });
    return;
  }
  api::ConfigDraft body;
  body.patch = patch();
  checking_ = api_.send<api::ConfigVerdict>(client::post("/config/validate", body), this,
                                            [this](client::Outcome<api::ConfigVerdict> outcome) {
                                              if (!outcome) return takeFailure(outcome.error());
                                              failed_.clear();
                                              merge_.reset();
                                              verdict_ = std::move(outcome->value);
                                              emit checked();
                                            });
}

void Draft::takeFailure(const client::Failure& failure) {
  if (failure.conflict && failure.conflict->baseUnknown && config_) {
    // Against what is written now every change of the draft is shown, and it can be saved upon that.
    base_ = Base{config_->revision, config_->written};
    choices_.clear();
    return check();
  }
  verdict_.reset();
  failed_ = failure.message();
  emit checked();
}

void Draft::store() {
  if (!base_) return;
  client::Request request;
  if (isBehind() && merge_) {
    api::MergeDraft body;
    body.base = base_->revision;
    body.patch = patch();
    body.choices = choices_;
    request = client::post("/config/merge", body).match(client::etagOf(merge_->revision));
  } else {
    request = client::patch("/config", patch()).match(client::etagOf(base_->revision));
  }
  api_.send<api::ConfigSaved>(request, this, [this](client::Outcome<api::ConfigSaved> outcome) {
    if (outcome) {
      discard();
      emit saved(outcome->value);
      return reload();
    }
    const auto& failure = outcome.error();
    // The reading shows who was quicker, and the draft is merged with that.
    if (failure.status == 412 || failure.status == 409) reload();
    emit notSaved(failure.message());
  });
}

}  // namespace console::screens
