// Downloads that are running, as they go.
import type { Transfer } from "../../api/schema.gen";
import { call } from "../../api/client";
import { Button, Digest, Panel, Progress, Time } from "../../components/basics";
import { act, Loaded } from "../../components/loaded";
import { ask } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { bytes, count, duration, percent, plural, rate, shortDigest } from "../../format";
import { useLive } from "../../store/live";
import { mayChange } from "../../store/session";
import { useUrlSort, type Sort } from "../../store/url_state";

function leftMs(transfer: Transfer): number | null {
  if (transfer.totalBytes === undefined || transfer.bytesPerSecond === 0) return null;
  return ((transfer.totalBytes - transfer.receivedBytes) / transfer.bytesPerSecond) * 1000;
}

/** Tells the layers of one image apart. */
function nameOf(transfer: Transfer): string {
  return `${shortDigest(transfer.digest)} of ${transfer.repository}`;
}

async function cancel(transfer: Transfer): Promise<void> {
  const waiting = transfer.clients > 0 ? `${plural(transfer.clients, "client")} will be interrupted. ` : "";
  const yes = await ask({
    title: "Cancel this download?",
    body: `${waiting}The part of ${nameOf(transfer)} already downloaded is kept; the next pull resumes from there.`,
    confirm: "Cancel the download",
    danger: true,
  });
  if (yes) await act(() => call("DELETE /transfers/{id}", { path: { id: transfer.id } }), "Cancelled");
}

const kColumns: Column<Transfer>[] = [
  {
    key: "repository",
    title: "Repository",
    sortable: true,
    narrow: "lead",
    cell: (one) => <span class="cut mono">{one.repository}</span>,
  },
  { key: "digest", title: "Blob", wideOnly: true, cell: (one) => <Digest digest={one.digest} /> },
  {
    key: "progress",
    title: "Progress",
    width: "180px",
    sortable: true,
    narrow: "bare",
    cell: (one) => (
      <span class="with-bar">
        <Progress done={one.receivedBytes} total={one.totalBytes ?? 0} label={`Progress of ${nameOf(one)}`} />
        <span class="num">{one.totalBytes ? percent(one.receivedBytes / one.totalBytes) : "size unknown"}</span>
      </span>
    ),
  },
  {
    key: "received",
    title: "Received",
    num: true,
    wideOnly: true,
    cell: (one) => `${bytes(one.receivedBytes)}${one.totalBytes ? ` of ${bytes(one.totalBytes)}` : ""}`,
  },
  { key: "rate", title: "Rate", num: true, sortable: true, narrow: "bare", cell: (one) => rate(one.bytesPerSecond) },
  { key: "left", title: "Remaining", num: true, narrow: "below", cell: (one) => duration(leftMs(one)) },
  { key: "clients", title: "Clients", num: true, sortable: true, cell: (one) => count(one.clients) },
  { key: "upstream", title: "Upstream", sortable: true, cell: (one) => one.upstream },
  { key: "started", title: "Started", sortable: true, widestOnly: true, cell: (one) => <Time at={one.startedAt} /> },
  {
    key: "cancel",
    title: "",
    narrow: "end",
    cell: (one) =>
      mayChange.value && (
        <Button
          kind="ghost"
          icon="close"
          label={`Cancel the download of ${nameOf(one)}`}
          onClick={() => void cancel(one)}
        />
      ),
  },
];

const kOrder: Record<string, (one: Transfer) => number | string> = {
  repository: (one) => one.repository,
  progress: (one) => (one.totalBytes ? one.receivedBytes / one.totalBytes : 0),
  rate: (one) => one.bytesPerSecond,
  clients: (one) => one.clients,
  upstream: (one) => one.upstream,
  started: (one) => one.startedAt,
};

function sorted(transfers: Transfer[], { key, descending }: Sort): Transfer[] {
  const value = kOrder[key];
  if (!value) return transfers;
  const sign = descending ? -1 : 1;
  return transfers.toSorted((a, b) => (value(a) < value(b) ? -sign : value(a) > value(b) ? sign : 0));
}

export function RunningTransfers() {
  const reading = useLive("transfers");
  const [sort, setSort] = useUrlSort({ key: "started", descending: false }, "run");
  const transfers = reading.data;
  const total = transfers?.reduce((sum, one) => sum + one.bytesPerSecond, 0);
  const title = transfers?.length
    ? `Running: ${plural(transfers.length, "download")}, ${rate(total)}`
    : "Running downloads";
  return (
    <Panel title={title} flush>
      <Loaded
        from={reading}
        lines={2}
        empty={
          <p class="muted small panel-note">
            Nothing is being fetched. A download appears here as soon as somebody pulls an image that is not cached yet.
          </p>
        }
      >
        {(rows) => (
          <Table
            label="Running downloads"
            columns={kColumns}
            rows={sorted(rows, sort)}
            rowKey={(one) => one.id}
            sort={sort}
            onSort={setSort}
          />
        )}
      </Loaded>
    </Panel>
  );
}
