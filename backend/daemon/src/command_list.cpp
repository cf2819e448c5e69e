#include "command_list.hpp"

#include <nlohmann/json.hpp>

namespace larder::daemon {
namespace {

using Json = nlohmann::ordered_json;

Json describeOption(const CLI::Option& option) {
  Json names = Json::array();
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  bool isPositional = names.empty();
  if (isPositional) names.push_back(option.get_single_name());
  return {{"names", std::move(names)},
          {"positional", isPositional},
          {"takesValue", option.get_items_expected_max() > 0},
          {"required", option.get_required()},
          {"default", option.get_default_str()},
          {"description", option.get_description()}};
}

Json describe(const CLI::App& app) {
  Json options = Json::array();
  for (const auto* option : app.get_options()) {
    if (!option->get_group().empty()) options.push_back(describeOption(*option));
  }
  Json commands = Json::array();
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) commands.push_back(describe(*command));
  }
  return {{"name", app.get_name()},
          {"aliases", app.get_aliases()},
          {"description", app.get_description()},
          {"options", std::move(options)},
          {"commands", std::move(commands)}};
}

}  // namespace

std::string describeCommands(const CLI::App& app) {
  return describe(app).dump(2);
}

}  // namespace larder::daemon
