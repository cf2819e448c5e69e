// The sync rules in their order, who serves a name, and what the upstreams are logged in to with.
import { Tabs } from "../components/tabs";
import { query } from "../store/router";
import { Credentials } from "./mirrors/credentials";
import { Rules } from "./mirrors/rules";
import { Runs } from "./mirrors/runs";

const kTabs = [
  { value: "", label: "Rules" },
  { value: "credentials", label: "Upstream credentials" },
  { value: "runs", label: "Recent sync runs" },
];

export function Mirrors() {
  const tab = query.value.get("tab") ?? "";
  return (
    <div class="screen">
      <h1>Mirrors</h1>
      <Tabs label="Mirrors" tabs={kTabs} current={tab} />
      {tab === "credentials" ? <Credentials /> : tab === "runs" ? <Runs /> : <Rules />}
    </div>
  );
}
