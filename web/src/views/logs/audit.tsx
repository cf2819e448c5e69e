import { useMemo, useState } from "preact/hooks";
import type { AuditRecord } from "../../api/schema.gen";
import { Badge, Button, EmptyState, Facts, Panel, Time } from "../../components/basics";
import { SearchBox } from "../../components/field";
import { Loaded } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { LineDiff } from "../../config/diff_view";
import { absolute, count } from "../../format";
import { useDebounced } from "../../store/debounced";
import { usePages } from "../../store/pages";
import { query, setQuery } from "../../store/router";

function StatusBadge({ status }: { status: number }) {
  if (status < 400) return <Badge role="good">{status}</Badge>;
  return <Badge role={status < 500 ? "warn" : "bad"}>{status}</Badge>;
}

/** Who did not log in is told apart from a user. */
function Who({ of }: { of: AuditRecord }) {
  if (of.user) return <>{of.user}</>;
  const nobody = of.action === "login" && of.status === 401 ? "unknown user" : "anonymous";
  return <span class="muted">{of.tried ? `tried as ${of.tried}` : nobody}</span>;
}

const timesText = (times: number) => (times === 1 ? "once more" : `${count(times)} more times`);

const kColumns: Column<AuditRecord>[] = [
  { key: "at", title: "When", narrow: "bare", cell: (one) => <Time at={one.at} /> },
  { key: "user", title: "User", narrow: "bare", cell: (one) => <Who of={one} /> },
  {
    key: "action",
    title: "Action",
    narrow: "lead",
    cell: (one) => (
      <>
        {one.action}
        {one.repeated !== undefined && <span class="muted"> {timesText(one.repeated)}</span>}
      </>
    ),
  },
  {
    key: "object",
    title: "Object",
    narrow: "lead",
    fills: true,
    cell: (one) => (
      <span class="cut mono small" title={one.object}>
        {one.object}
      </span>
    ),
  },
  { key: "status", title: "Result", narrow: "end", cell: (one) => <StatusBadge status={one.status} /> },
  {
    key: "remote",
    title: "Client",
    wideOnly: true,
    narrow: "bare",
    cell: (one) => <span class="mono small">{one.remote}</span>,
  },
];

const kRanges = [
  { value: "", label: "all time", ms: 0 },
  { value: "1h", label: "last hour", ms: 3600_000 },
  { value: "24h", label: "last 24 h", ms: 86_400_000 },
  { value: "7d", label: "last 7 days", ms: 7 * 86_400_000 },
];

export function Audit() {
  const at = (name: string) => query.value.get(name) ?? "";
  const [user, action, range] = [at("user"), at("action"), at("range")];
  const filter = (name: string) => (value: string) => setQuery({ [name]: value || null });
  const from = useMemo(() => {
    const ms = kRanges.find((one) => one.value === range)?.ms ?? 0;
    return ms ? new Date(Date.now() - ms).toISOString() : undefined;
  }, [range]);
  const [opened, setOpened] = useState<AuditRecord | null>(null);
  const records = usePages("GET /audit", {
    user: useDebounced(user.trim(), 200) || undefined,
    action: useDebounced(action.trim(), 200) || undefined,
    from,
  });
  return (
    <>
      <div class="row">
        <SearchBox label="User" value={user} onInput={filter("user")} />
        <SearchBox label="Action, e.g. push or login" value={action} onInput={filter("action")} />
        <select
          aria-label="Time"
          class="narrow"
          value={range}
          onChange={(event) => filter("range")(event.currentTarget.value)}
        >
          {kRanges.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
        <Button icon="refresh" onClick={() => void records.reload()}>
          Refresh
        </Button>
      </div>
      <Panel flush>
        <Loaded
          from={records}
          lines={8}
          empty={
            user || action || range ? (
              <EmptyState title="No audit records match">Nothing recorded matches these filters.</EmptyState>
            ) : (
              <EmptyState title="Nothing recorded yet">
                Pushes, removals, logins and configuration changes are recorded here.
              </EmptyState>
            )
          }
        >
          {(rows) => (
            <Table
              label="Audit records"
              fill
              columns={kColumns}
              rows={rows}
              rowKey={(one) => `${one.at} ${one.user} ${one.tried ?? ""} ${one.action} ${one.object}`}
              onEnd={records.more}
              onOpen={setOpened}
            />
          )}
        </Loaded>
      </Panel>
      {opened && <RecordSheet record={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

function RecordSheet({ record, onClose }: { record: AuditRecord; onClose: () => void }) {
  const shown = (value: unknown) => (value === undefined ? "" : JSON.stringify(value, null, 2));
  const changed = record.before !== undefined || record.after !== undefined;
  return (
    <Sheet title={record.action} subtitle={absolute(record.at)} onClose={onClose} size={changed ? "wide" : undefined}>
      <Facts
        items={[
          ["User", <Who key="who" of={record} />],
          ...(record.repeated === undefined ? [] : [["Repeated", timesText(record.repeated)] as [string, string]]),
          [
            "Client",
            <span key="from" class="mono">
              {record.remote}
            </span>,
          ],
          [
            "Object",
            <span key="what" class="mono">
              {record.object}
            </span>,
          ],
          ["Method", record.method],
          ["Result", <StatusBadge key="result" status={record.status} />],
        ]}
      />
      {changed && <LineDiff before={shown(record.before)} after={shown(record.after)} />}
    </Sheet>
  );
}
