import type { UpstreamHealth } from "../../api/schema.gen";
import { EmptyState, Panel } from "../../components/basics";
import { Loaded } from "../../components/loaded";
import { Table, type Column } from "../../components/table";
import { quotaText, UpstreamBadge } from "../../components/upstream_state";
import { count, duration } from "../../format";
import { useLive } from "../../store/live";
import { isAdmin } from "../../store/session";

const kColumns: Column<UpstreamHealth>[] = [
  { key: "host", title: "Upstream", narrow: "lead", cell: (one) => <span class="mono">{one.host}</span> },
  { key: "state", title: "State", narrow: "end", cell: (one) => <UpstreamBadge upstream={one} /> },
  {
    key: "latency",
    title: "Time to first byte",
    num: true,
    narrow: "below",
    cell: (one) => (one.lastFirstByteMs === undefined ? "–" : duration(one.lastFirstByteMs)),
  },
  { key: "waiting", title: "Queued", num: true, wideOnly: true, cell: (one) => count(one.waiting) },
  { key: "quota", title: "Pull quota", num: true, narrow: "below", cell: quotaText },
  {
    key: "budget",
    title: "Hourly request budget",
    num: true,
    wideOnly: true,
    cell: (one) => (one.budget === undefined ? "–" : `${count(one.budgetLeft)} of ${count(one.budget)} left`),
  },
  {
    key: "error",
    title: "Last error",
    wideOnly: true,
    fills: true,
    cell: (one) => (
      <span class="cut" title={one.lastError}>
        {one.lastError ?? ""}
      </span>
    ),
  },
];

export function Upstreams() {
  return (
    <Panel title="Upstreams" flush>
      <Loaded
        from={useLive("upstreams")}
        empty={
          <EmptyState title="No upstreams yet" action={isAdmin.value && <a href="mirrors?edit=new">Add a mirror</a>}>
            The registries that mirror rules name are listed here, with their state and quota.
          </EmptyState>
        }
      >
        {(rows) => (
          <Table
            label="Upstreams"
            columns={kColumns}
            rows={rows}
            rowKey={(one) => one.host}
            href={(one) => `transfers?upstream=${encodeURIComponent(one.host)}`}
          />
        )}
      </Loaded>
    </Panel>
  );
}
