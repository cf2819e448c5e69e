// One pull: its manifest and layers over time, and where to read on.
import type { EndedTransfer, Pull } from "../../api/schema.gen";
import { Facts, Time } from "../../components/basics";
import { Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { bytes, duration, rate, shortDigest } from "../../format";
import { addressOf } from "../repositories/list";
import { imageOf, OutcomeBadge } from "./outcome";

export function PullSheet({ pull, onClose }: { pull: Pull; onClose: () => void }) {
  return (
    <Sheet
      size="widest"
      title={<span class="mono">{imageOf(pull)}</span>}
      subtitle={
        <>
          <Time at={pull.startedAt} />, {duration(pull.tookMs)}
        </>
      }
      onClose={onClose}
    >
      {pull.error && <Notice role="bad">{pull.error}</Notice>}
      <Facts
        items={[
          ["Outcome", <OutcomeBadge key="outcome" of={pull} />],
          [
            "Client",
            <a key="client" href={`transfers?client=${encodeURIComponent(pull.client)}`}>
              {pull.user ? `${pull.user} at ${pull.client}` : pull.client}
            </a>,
          ],
          [
            "Repository",
            <a key="repository" class="mono" href={addressOf(pull.repository)}>
              {pull.repository}
            </a>,
          ],
          [
            "Upstream",
            pull.upstream ? (
              <a key="upstream" href={`transfers?upstream=${encodeURIComponent(pull.upstream)}`}>
                {pull.upstream}
              </a>
            ) : pull.outcome === "served" ? (
              "none: all served from cache"
            ) : (
              "none was asked"
            ),
          ],
          ["Size", `${bytes(pull.bytes)}, of which ${bytes(pull.upstreamBytes)} came from the upstream`],
          ["Longest wait", `${duration(pull.waitedMs)} in the queue for the upstream`],
          ["Longest time to first byte", duration(pull.firstByteMs)],
        ]}
      />
      <h3>Waterfall</h3>
      <Waterfall pull={pull} />
      <h3>Requests</h3>
      <Table label="Requests of this pull" columns={kColumns} rows={pull.transfers} rowKey={(one) => one.id} />
    </Sheet>
  );
}

function nameOf(transfer: EndedTransfer): string {
  if (transfer.kind === "manifest") {
    return `manifest ${transfer.reference.includes(":") ? shortDigest(transfer.reference) : transfer.reference}`;
  }
  return shortDigest(transfer.digest ?? transfer.reference);
}

function logLink(transfer: EndedTransfer): string {
  return `logs?tab=log&level=debug&q=${encodeURIComponent(transfer.id)}`;
}

const kColumns: Column<EndedTransfer>[] = [
  { key: "name", title: "Request", narrow: "lead", cell: (one) => <span class="mono">{nameOf(one)}</span> },
  { key: "outcome", title: "Outcome", narrow: "end", cell: (one) => <OutcomeBadge of={one} times={one.times} /> },
  { key: "status", title: "Status", num: true, wideOnly: true, cell: (one) => one.status },
  { key: "took", title: "Took", num: true, narrow: "bare", cell: (one) => duration(one.tookMs) },
  { key: "waited", title: "Queued", num: true, wideOnly: true, cell: (one) => duration(one.waitedMs) },
  { key: "first", title: "Time to first byte", num: true, wideOnly: true, cell: (one) => duration(one.firstByteMs) },
  { key: "cache", title: "From cache", num: true, wideOnly: true, cell: (one) => bytes(one.cacheBytes) },
  { key: "fetched", title: "Fetched", num: true, wideOnly: true, cell: (one) => bytes(one.upstreamBytes) },
  { key: "rate", title: "Rate", num: true, narrow: "bare", cell: (one) => rate(one.bytesPerSecond) },
  {
    key: "log",
    title: "Log",
    wideOnly: true,
    cell: (one) => (
      <a href={logLink(one)} class="mono small" title="Log lines for this request">
        {one.id}
      </a>
    ),
  },
];

/** A bar for each request: its time in the queue, the time to the first byte, the transfer. */
function Waterfall({ pull }: { pull: Pull }) {
  const start = Math.min(...pull.transfers.map((one) => Date.parse(one.startedAt)), Date.parse(pull.startedAt));
  const end = Math.max(...pull.transfers.map((one) => Date.parse(one.endedAt)), Date.parse(pull.endedAt));
  const span = Math.max(1, end - start);
  const share = (ms: number) => `${(Math.max(0, ms) / span) * 100}%`;
  return (
    <div class="waterfall">
      {pull.transfers.map((one) => {
        const offset = Date.parse(one.startedAt) - start;
        const waited = Math.min(one.waitedMs, one.tookMs);
        const first = Math.min(Math.max(one.firstByteMs - waited, 0), one.tookMs - waited);
        const parts = `${nameOf(one)}: started after ${duration(offset)}, queued ${duration(waited)}, first byte after ${duration(one.firstByteMs)}, took ${duration(one.tookMs)}`;
        return (
          <div key={one.id} class="waterfall-row" role="img" aria-label={parts} title={parts}>
            <span class="mono small cut">{nameOf(one)}</span>
            <span class="waterfall-track">
              <span class="gap" style={{ width: share(offset) }} />
              <span class="wait" style={{ width: share(waited) }} />
              <span class="first" style={{ width: share(first) }} />
              <span
                class={one.outcome === "failed" ? "failed" : "data"}
                style={{ width: share(one.tookMs - waited - first) }}
              />
            </span>
            <span class="num small">{duration(one.tookMs)}</span>
          </div>
        );
      })}
      <div class="row small muted" aria-hidden="true">
        <span class="key wait" /> queued
        <span class="key first" /> time to first byte
        <span class="key data" /> transfer
        <span class="key failed" /> failed
      </div>
    </div>
  );
}
