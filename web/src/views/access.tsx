// Users, groups, policies as a grid, and why somebody may or may not.
import type { ComponentType } from "preact";
import { Tabs } from "../components/tabs";
import { query } from "../store/router";
import { EffectiveAccess } from "./access/effective";
import { Groups } from "./access/groups";
import { Policies } from "./access/policies";
import { Users } from "./access/users";

const kTabs = [
  { value: "", label: "Users" },
  { value: "groups", label: "Groups" },
  { value: "policies", label: "Policies" },
  { value: "effective", label: "Effective access" },
];

const kViews: Record<string, ComponentType> = { groups: Groups, policies: Policies, effective: EffectiveAccess };

export function Access() {
  const tab = query.value.get("tab") ?? "";
  const Tab = kViews[tab] ?? Users;
  return (
    <div class="screen">
      <h1>Access</h1>
      <Tabs label="Access" tabs={kTabs} current={tab} />
      <Tab />
    </div>
  );
}
