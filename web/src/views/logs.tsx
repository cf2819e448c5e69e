// Who did what, and what the daemon says.
import { Tabs } from "../components/tabs";
import { query } from "../store/router";
import { Audit } from "./logs/audit";
import { LogTail } from "./logs/tail";

const kTabs = [
  { value: "", label: "Audit" },
  { value: "log", label: "Log" },
];

export function Logs() {
  const tab = query.value.get("tab") ?? "";
  return (
    <div class="screen fill">
      <h1>Audit and logs</h1>
      <Tabs label="Audit and logs" tabs={kTabs} current={tab} />
      {tab === "log" ? <LogTail /> : <Audit />}
    </div>
  );
}
