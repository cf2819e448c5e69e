// Pulls that have ended: who pulled what from where, how long it took, and why it failed.
import type { Pull } from "../../api/schema.gen";
import { EmptyState, Panel, Segments, Time } from "../../components/basics";
import { SearchBox } from "../../components/field";
import { Loaded } from "../../components/loaded";
import { Table, type Column } from "../../components/table";
import { bytes, count, duration } from "../../format";
import { useDebounced } from "../../store/debounced";
import { usePages } from "../../store/pages";
import { addressWith, query, setQuery } from "../../store/router";
import { useUrlRow, useUrlSort } from "../../store/url_state";
import { imageOf, OutcomeBadge, reasonOf, shortImageOf } from "./outcome";
import { PullSheet } from "./pull_sheet";

type EndedSort = "ended" | "duration" | "wait" | "firstByte" | "bytes";

const kColumns: Column<Pull>[] = [
  {
    key: "ended",
    width: "110px",
    title: "Ended",
    sortable: true,
    narrow: "bare",
    cell: (one) => <Time at={one.endedAt} />,
  },
  {
    key: "image",
    title: "Image",
    narrow: "lead",
    fills: true,
    cell: (one) => (
      <span class="cut mono" title={imageOf(one)}>
        {shortImageOf(one)}
      </span>
    ),
  },
  { key: "outcome", width: "130px", title: "Outcome", narrow: "end", cell: (one) => <OutcomeBadge of={one} /> },
  {
    key: "who",
    width: "170px",
    title: "Client",
    wideOnly: true,
    narrow: "bare",
    cell: (one) => (
      <span>
        {one.user && `${one.user} `}
        <span class="mono small muted">{one.client}</span>
      </span>
    ),
  },
  {
    key: "upstream",
    width: "150px",
    title: "Upstream",
    wideOnly: true,
    cell: (one) => one.upstream ?? <span class="muted">{one.outcome === "served" ? "cache" : "–"}</span>,
  },
  {
    key: "duration",
    width: "90px",
    title: "Took",
    num: true,
    sortable: true,
    narrow: "bare",
    cell: (one) => duration(one.tookMs),
  },
  {
    key: "wait",
    width: "90px",
    title: "Queued",
    num: true,
    sortable: true,
    widestOnly: true,
    cell: (one) => duration(one.waitedMs),
  },
  {
    key: "firstByte",
    width: "140px",
    title: "Time to first byte",
    num: true,
    sortable: true,
    wideOnly: true,
    cell: (one) => duration(one.firstByteMs),
  },
  {
    key: "bytes",
    width: "90px",
    title: "Size",
    num: true,
    sortable: true,
    wideOnly: true,
    cell: (one) => bytes(one.bytes),
  },
  {
    key: "reason",
    width: "clamp(220px, 16vw, 520px)",
    title: "Why",
    widestOnly: true,
    cell: (one) => (
      <span class="cut" title={reasonOf(one)}>
        {reasonOf(one)}
      </span>
    ),
  },
];

const kKinds = [
  { value: "all", label: "All" },
  { value: "failed", label: "Failed" },
  { value: "slow", label: "Slow" },
];

export function PastPulls() {
  const at = (name: string) => query.value.get(name) ?? "";
  const kind = at("show") || "all";
  const [sort, setSort] = useUrlSort({ key: "ended", descending: true });
  const [firstRow, noteRow] = useUrlRow();
  const pulls = usePages(
    "GET /pulls",
    {
      failed: kind === "failed" || undefined,
      slow: kind === "slow" || undefined,
      upstream: useDebounced(at("upstream").trim(), 200) || undefined,
      client: useDebounced(at("client").trim(), 200) || undefined,
      q: useDebounced(at("q").trim(), 200) || undefined,
      sort: sort.key as EndedSort,
    },
    firstRow + 60,
  );
  const filter = (name: string) => (value: string) => setQuery({ [name]: value || null, row: null });
  const filtered = ["show", "upstream", "client", "q"].some((name) => at(name) !== "");
  const opened = at("pull");
  const pull = pulls.items.find((one) => one.id === opened);
  return (
    <Panel
      flush
      title={pulls.total === undefined ? "Ended pulls" : `Ended pulls: ${count(pulls.total)}`}
      side={
        <>
          <Segments
            label="Show"
            choices={kKinds}
            value={kind}
            onChange={(value) => filter("show")(value === "all" ? "" : value)}
          />
          <SearchBox label="Search images" value={at("q")} onInput={filter("q")} />
          <SearchBox label="Upstream" value={at("upstream")} onInput={filter("upstream")} />
          <SearchBox label="Client address" value={at("client")} onInput={filter("client")} />
        </>
      }
    >
      <Loaded
        from={pulls}
        empty={
          filtered ? (
            <EmptyState title="No pull matches">Remove a filter to see others.</EmptyState>
          ) : (
            <EmptyState title="No pulls yet">
              Pulls that went to an upstream, were slow or failed stay here: the last 500, and failures for 24 hours.
            </EmptyState>
          )
        }
      >
        {(rows) => (
          <Table
            label="Ended pulls"
            fill
            columns={kColumns}
            rows={rows}
            total={pulls.total}
            rowKey={(one) => one.id}
            sort={sort}
            onSort={(next) => setSort({ ...next, descending: true })}
            onEnd={pulls.more}
            firstRow={firstRow}
            onScrolled={noteRow}
            href={(one) => addressWith({ pull: one.id })}
            opened={opened}
          />
        )}
      </Loaded>
      {pull && <PullSheet pull={pull} onClose={() => setQuery({ pull: null })} />}
    </Panel>
  );
}
