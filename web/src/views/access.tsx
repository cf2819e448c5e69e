// Users, groups, policies as a grid, and why somebody may or may not.
import { Tabs } from "../components/tabs";
import { query } from "../store/router";
import { Groups } from "./access/groups";
import { Policies } from "./access/policies";
import { Users } from "./access/users";

const kTabs = [
  { value: "", label: "Users" },
  { value: "groups", label: "Groups" },
  { value: "policies", label: "Policies" },
];

export function Access() {
  const tab = query.value.get("tab") ?? "";
  return (
    <div class="screen">
      <h1>Access</h1>
      <Tabs label="Access" tabs={kTabs} current={tab} />
      {tab === "groups" ? <Groups /> : tab === "policies" ? <Policies /> : <Users />}
    </div>
  );
}
