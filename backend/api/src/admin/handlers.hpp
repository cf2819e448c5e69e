// The handlers that the route table names: one file for each area. A handler gets a call whose sender may make it.
#pragma once

#include "admin/call.hpp"

namespace larder::api::admin {

using Answer = runtime::Task<http::Response>;

// session.cpp
Answer getSession(Call call);
Answer createSession(Call call);
Answer deleteSession(Call call);

// status.cpp
Answer getStatus(Call call);
Answer getOpenApi(Call call);

// config.cpp
Answer getConfig(Call call);
Answer getConfigSchema(Call call);
Answer patchConfig(Call call);
Answer validateConfig(Call call);

// config_history.cpp
Answer listConfigHistory(Call call);
Answer diffConfig(Call call);
Answer getRevision(Call call);
Answer rollBackConfig(Call call);
Answer previewRollBack(Call call);
Answer getConfigDrift(Call call);

// config_merge.cpp
Answer mergeConfig(Call call);
Answer previewMerge(Call call);
Answer revertConfig(Call call);
Answer previewRevert(Call call);

// config_export.cpp
Answer exportConfig(Call call);

// users.cpp
Answer listUsers(Call call);
Answer addUser(Call call);
Answer setPassword(Call call);
Answer removeUser(Call call);
Answer listGroups(Call call);

// access.cpp
Answer getPolicies(Call call);
Answer explainAccess(Call call);
Answer explainDraft(Call call);

// access_effective.cpp
Answer effectiveAccess(Call call);

// access_review.cpp
Answer reviewAccess(Call call);

// transfers.cpp
Answer listTransfers(Call call);
Answer listEndedTransfers(Call call);
Answer listPulls(Call call);
Answer cancelTransfer(Call call);

// jobs.cpp
Answer listJobs(Call call);
Answer startJob(Call call);
Answer getJob(Call call);
Answer cancelJob(Call call);
Answer prefetch(Call call);

// sync_runs.cpp
Answer runRule(Call call);
Answer pauseRule(Call call);
Answer listRuns(Call call);

// sync_presets.cpp
Answer listPresets(Call call);

// sync_trials.cpp
Answer previewRule(Call call);
Answer testRule(Call call);
Answer tryRoute(Call call);

// metrics.cpp
Answer getMetricsHistory(Call call);

// logs.cpp
Answer listLogs(Call call);

// ../live/open.cpp
Answer openLive(Call call);

// sync_rules.cpp
Answer listRules(Call call);
Answer getRule(Call call);
Answer addRule(Call call);
Answer replaceRule(Call call);
Answer removeRule(Call call);
Answer orderRules(Call call);
Answer explainRoute(Call call);

// credentials.cpp
Answer listCredentials(Call call);
Answer setCredential(Call call);
Answer removeCredential(Call call);

// repositories.cpp
Answer listRepositories(Call call);
Answer getRepository(Call call);
Answer deleteRepository(Call call);
Answer listTags(Call call);

// images.cpp
Answer getManifest(Call call);
Answer deleteManifest(Call call);
Answer getImage(Call call);
Answer listReferrers(Call call);
Answer recheck(Call call);

// blocks.cpp
Answer listBlocks(Call call);
Answer addBlock(Call call);
Answer removeBlock(Call call);

// pins.cpp
Answer listPins(Call call);
Answer pin(Call call);
Answer unpin(Call call);

// storage.cpp
Answer getStorage(Call call);
Answer storageTree(Call call);
Answer previewRemoval(Call call);

// audit.cpp
Answer listAudit(Call call);

// node_setup.cpp
Answer getNodeSetup(Call call);
Answer checkNodeSetup(Call call);

}  // namespace larder::api::admin
