// A dry run: what would be removed now, and why.
import { useState } from "preact/hooks";
import type { Removal } from "../../api/schema.gen";
import { Digest, EmptyState, Panel, Segments, Time } from "../../components/basics";
import { Loaded } from "../../components/loaded";
import { Table, type Column } from "../../components/table";
import { plural } from "../../format";
import { usePages } from "../../store/pages";

type Kind = "retention" | "eviction";

const kKinds: { value: Kind; label: string }[] = [
  { value: "retention", label: "Retention" },
  { value: "eviction", label: "Eviction" },
];

const kColumns: Column<Removal>[] = [
  {
    key: "repository",
    title: "Repository",
    narrow: "lead",
    cell: (one) => <span class="cut mono">{one.repository}</span>,
  },
  {
    key: "tag",
    title: "Tag",
    narrow: "end",
    cell: (one) => (one.tag ? <span class="mono">{one.tag}</span> : <span class="muted">untagged</span>),
  },
  { key: "digest", title: "Digest", wideOnly: true, cell: (one) => <Digest digest={one.digest} /> },
  { key: "reason", title: "Reason", narrow: "bare", cell: (one) => one.reason },
  {
    key: "used",
    title: "Last used",
    num: true,
    wideOnly: true,
    narrow: "below",
    cell: (one) => <Time at={one.usedAt} />,
  },
];

export function RemovalPreview() {
  const [kind, setKind] = useState<Kind>("retention");
  const pages = usePages("GET /storage/preview", { kind });
  const title =
    pages.total === undefined
      ? "Dry run: what would be removed now"
      : `Dry run: what would be removed now, ${plural(pages.total, "entry", "entries")}`;
  return (
    <Panel title={title} flush side={<Segments label="By" choices={kKinds} value={kind} onChange={setKind} />}>
      <Loaded
        from={pages}
        empty={
          kind === "retention" ? (
            <EmptyState title="Nothing to remove" action={<a href="configuration?q=retention">Retention settings</a>}>
              No tag falls under a retention policy now, or none is configured.
            </EmptyState>
          ) : (
            <EmptyState title="Nothing to remove" action={<a href="configuration?q=larder.storage">Storage limits</a>}>
              The store is below its high watermark, or has no limit.
            </EmptyState>
          )
        }
      >
        {(rows) => (
          <div class="short-list">
            <Table
              label="What would be removed"
              fill
              columns={kColumns}
              rows={rows}
              rowKey={(one) => `${one.repository}@${one.digest}:${one.tag ?? ""}`}
              onEnd={pages.more}
            />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
