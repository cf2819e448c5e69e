import type { Run } from "../../api/schema.gen";
import { Badge, EmptyState, Panel, Time } from "../../components/basics";
import { Loaded } from "../../components/loaded";
import { Table, type Column } from "../../components/table";
import { bytes, count, duration } from "../../format";
import { usePages } from "../../store/pages";

const kColumns: Column<Run>[] = [
  { key: "rule", title: "Rule", cell: (one) => `Rule ${one.index + 1}`, narrow: "lead" },
  { key: "start", title: "Started", narrow: "bare", cell: (one) => <Time at={one.startedAt} /> },
  {
    key: "took",
    title: "Duration",
    num: true,
    wideOnly: true,
    cell: (one) => (one.endedAt ? duration(Date.parse(one.endedAt) - Date.parse(one.startedAt)) : "running"),
  },
  { key: "repositories", title: "Repositories", num: true, wideOnly: true, cell: (one) => count(one.repositories) },
  { key: "tags", title: "Tags", num: true, narrow: "below", cell: (one) => count(one.tags) },
  { key: "copied", title: "Copied", num: true, narrow: "below", cell: (one) => count(one.copied) },
  { key: "skipped", title: "Skipped", num: true, wideOnly: true, cell: (one) => count(one.skipped) },
  { key: "bytes", title: "Fetched", num: true, wideOnly: true, cell: (one) => bytes(one.bytes) },
  {
    key: "errors",
    title: "Result",
    narrow: "end",
    cell: (one) =>
      one.errors > 0 ? (
        <Badge role="bad" title={one.messages.join("\n")}>{`${count(one.errors)} failed`}</Badge>
      ) : (
        <Badge role="good">OK</Badge>
      ),
  },
  {
    key: "message",
    title: "First error",
    wideOnly: true,
    fills: true,
    cell: (one) => (
      <span class="cut" title={one.messages.join("\n")}>
        {one.messages[0] ?? ""}
      </span>
    ),
  },
];

export function Runs() {
  const runs = usePages("GET /sync/runs", {});
  return (
    <Panel title="Recent sync runs" flush>
      <Loaded
        from={runs}
        empty={
          <EmptyState title="No sync runs yet">
            A rule with a poll interval syncs on its own schedule; "Run now" on the rule syncs at once.
          </EmptyState>
        }
      >
        {(rows) => (
          <Table
            label="Sync runs"
            columns={kColumns}
            rows={rows}
            rowKey={(one) => `${one.index}-${one.startedAt}`}
            onEnd={runs.more}
          />
        )}
      </Loaded>
    </Panel>
  );
}
