// The registries that most mirrors are of, each as the rule that mirrors it.
#include <string>
#include <string_view>
#include <vector>

#include "admin/handlers.hpp"
#include "larder/apitypes/sync.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

using apitypes::PresetCredentials;

struct Known {
  const char* id;
  const char* title;
  const char* url;
  const char* destination;  // keeps the names of several registries apart
  PresetCredentials credentials;
  const char* helper = "";  // credentialHelper
  const char* note = "";
};

constexpr Known kKnown[] = {
    {.id = "docker.io",
     .title = "Docker Hub",
     .url = "https://registry-1.docker.io",
     .destination = "/docker.io",
     .credentials = PresetCredentials::Optional,
     .note = "Docker Hub has a higher pull rate limit for logged-in users. A personal access token is enough."},
    {.id = "ghcr.io",
     .title = "GitHub Container Registry",
     .url = "https://ghcr.io",
     .destination = "/ghcr.io",
     .credentials = PresetCredentials::Optional,
     .note = "Private packages need a personal access token with read:packages."},
    {.id = "quay.io",
     .title = "Quay",
     .url = "https://quay.io",
     .destination = "/quay.io",
     .credentials = PresetCredentials::Optional,
     .note = "Private repositories need a robot account with read permission."},
    {.id = "registry.k8s.io",
     .title = "registry.k8s.io",
     .url = "https://registry.k8s.io",
     .destination = "/registry.k8s.io",
     .credentials = PresetCredentials::None},
    {.id = "gcr.io",
     .title = "Google Container Registry",
     .url = "https://gcr.io",
     .destination = "/gcr.io",
     .credentials = PresetCredentials::Optional,
     .note = "For private projects, use the user name _json_key with a service account key, or set credentialHelper to "
             "gcp under All settings."},
    {.id = "mcr.microsoft.com",
     .title = "Microsoft Artifact Registry",
     .url = "https://mcr.microsoft.com",
     .destination = "/mcr.microsoft.com",
     .credentials = PresetCredentials::None},
    {.id = "public.ecr.aws",
     .title = "Amazon ECR Public",
     .url = "https://public.ecr.aws",
     .destination = "/public.ecr.aws",
     .credentials = PresetCredentials::None},
    {.id = "ecr",
     .title = "Amazon ECR, private",
     .url = "https://123456789012.dkr.ecr.us-east-1.amazonaws.com",
     .destination = "/ecr",
     .credentials = PresetCredentials::None,
     .helper = "ecr",
     .note = "Put your account and region in the URL. Larder gets tokens with the AWS identity of this machine or pod, "
             "which needs the AmazonEC2ContainerRegistryReadOnly policy."},
    {.id = "registry.gitlab.com",
     .title = "GitLab",
     .url = "https://registry.gitlab.com",
     .destination = "/registry.gitlab.com",
     .credentials = PresetCredentials::Optional,
     .note = "Private projects need a deploy token with read_registry."},
    {.id = "other",
     .title = "Another registry",
     .url = "",
     .destination = "",
     .credentials = PresetCredentials::Optional},
};

apitypes::Preset presetOf(const Known& known) {
  Json content{{"prefix", "**"}};
  if (*known.destination != '\0') content["destination"] = known.destination;
  apitypes::Preset preset;
  preset.id = known.id;
  preset.title = known.title;
  if (*known.url != '\0') preset.urls.emplace_back(known.url);
  preset.content.push_back(content);
  preset.credentials = known.credentials;
  preset.note = unlessEmpty(known.note);
  preset.rule = {{"urls", preset.urls}, {"onDemand", true}, {"content", Json::array({content})}};
  if (*known.helper != '\0') preset.rule["credentialHelper"] = known.helper;
  return preset;
}

}  // namespace

Answer listPresets(Call) {
  std::vector<apitypes::Preset> presets;
  for (const auto& known : kKnown) presets.push_back(presetOf(known));
  co_return jsonResponse(200, wholeList(std::move(presets)));
}

}  // namespace larder::api::admin
