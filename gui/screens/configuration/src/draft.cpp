#include "draft.hpp"

#include "findings.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;

constexpr int kCheckAfterMs = 400;

}  // namespace

Draft::Draft(client::ApiClient& api, QObject* parent) : QObject(parent), api_(api) {
  checkSoon_.setSingleShot(true);
  checkSoon_.setInterval(kCheckAfterMs);
  connect(&checkSoon_, &QTimer::timeout, this, &Draft::check);
}

void Draft::reload() {
  api_.send<api::ConfigState>(client::get("/config"), this, [this](client::Outcome<api::ConfigState> outcome) {
    trouble_ = outcome ? QString() : outcome.error().message();
    if (outcome) {
      config_ = std::move(outcome->value);
      if (!base_) value_ = config_->written;
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
  emit changed();
}

void Draft::discard() {
  base_.reset();
  choices_.clear();
  verdict_.reset();
  merge_.reset();
  failed_.clear();
  checkSoon_.stop();
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
