// The configuration as a file: config.json, or values for Zot's Helm chart, whose keys they are. Secrets stay here.
#include <optional>
#include <string>

#include "admin/config_answers.hpp"
#include "admin/handlers.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {
namespace {

constexpr const char* kMounted = "/etc/zot/";  // where the chart mounts configFiles
constexpr const char* kMountedSecrets = "/secret/";

// A block scalar's lines (YAML 1.2, section 8.1.2).
std::string block(std::string_view text, std::string_view indent) {
  std::string out;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    out += std::string(indent) + std::string(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Names the file under the secrets' mount in `document`, if one is configured. Returns its name there.
std::optional<std::string> mountSecret(Json& document, const Json::json_pointer& place) {
  if (!document.contains(place) || !document[place].is_string()) return std::nullopt;
  auto path = document[place].get<std::string>();
  if (path.empty()) return std::nullopt;
  auto name = path.substr(path.rfind('/') + 1);
  document[place] = kMountedSecrets + name;
  return name;
}

std::string helmValues(Json document) {
  auto users = mountSecret(document, "/http/auth/htpasswd/path"_json_pointer);
  auto credentials = mountSecret(document, "/extensions/sync/credentialsFile"_json_pointer);
  std::string out = "# Mounted at " + std::string(kMounted) + "config.json\n";
  out += "mountConfig: true\nconfigFiles:\n  config.json: |-\n" + block(document.dump(2), "    ");
  if (!users && !credentials) return out + "mountSecret: false\n";
  out += "# Mounted at " + std::string(kMountedSecrets) +
         ". Secrets are not exported: fill them in, or name a secret of\n"
         "# your own in externalSecrets.\n";
  out += "mountSecret: true\nsecretFiles:\n";
  if (users) out += "  " + *users + ": |-\n    # name:hash of each user, as htpasswd -B makes it\n";
  if (credentials) out += "  " + *credentials + ": |-\n    {}\n";
  return out;
}

}  // namespace

Answer exportConfig(Call call) {
  auto format = call.head().queryParameter("format").value_or("config");
  if (format != "config" && format != "helm") {
    co_return problemResponse(400, "The format must be config or helm.");
  }
  auto& editor = call.services->parts.editor;
  auto written = co_await runtime::offload(call.blocking(), [&editor] { return editor.written(); });
  if (!written) co_return failed(call, written.error());
  auto document = editor.shown(written->document);
  bool isHelm = format == "helm";
  http::Response response(200);
  response.set("Content-Type", isHelm ? "application/yaml" : "application/json");
  response.set("Content-Disposition",
               isHelm ? "attachment; filename=\"values.yaml\"" : "attachment; filename=\"config.json\"");
  response.body = isHelm ? helmValues(std::move(document)) : document.dump(2) + "\n";
  co_return response;
}

}  // namespace larder::api::admin
