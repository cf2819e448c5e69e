import { useState } from "preact/hooks";
import type { Revision } from "../../api/schema.gen";
import { request } from "../../api/client";
import { Button, EmptyState, Panel, Tag, Time } from "../../components/basics";
import { Loaded } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { ChangeList } from "../../config/diff_view";
import { save } from "../../config/save";
import { useResource } from "../../store/resource";
import { usePages } from "../../store/pages";
import { mayConfigure } from "../../store/session";

const kOrigins: Record<Revision["origin"], string> = {
  start: "loaded at start",
  file: "file changed",
  api: "edited",
  rollback: "restored",
  revert: "reverted",
  merge: "merged",
};

const kColumns: Column<Revision>[] = [
  { key: "revision", title: "Revision", width: "90px", narrow: "lead", cell: (one) => `#${one.revision}` },
  { key: "at", title: "When", narrow: "bare", cell: (one) => <Time at={one.at} /> },
  {
    key: "by",
    title: "By",
    narrow: "below",
    cell: (one) => one.by || <span class="muted">{one.origin === "api" ? "anonymous" : "the file"}</span>,
  },
  { key: "origin", title: "Source", narrow: "end", cell: (one) => <Tag>{kOrigins[one.origin]}</Tag> },
  {
    key: "paths",
    title: "Settings",
    wideOnly: true,
    fills: true,
    narrow: "lead",
    cell: (one) => <span class="cut mono small">{one.paths.join(", ")}</span>,
  },
];

export function History({
  current,
  etag,
  onChanged,
}: {
  current: number;
  etag: string;
  onChanged: () => Promise<void>;
}) {
  const revisions = usePages("GET /config/history", {});
  const [opened, setOpened] = useState<Revision | null>(null);
  const changed = async () => {
    await onChanged();
    await revisions.reload();
  };
  return (
    <Panel title="Revisions" flush>
      <Loaded
        from={revisions}
        empty={
          <EmptyState title="No revisions yet">
            Each saved change is kept here, to look at and to go back to.
          </EmptyState>
        }
      >
        {(rows) => (
          <Table
            label="Revisions of the configuration"
            columns={kColumns}
            rows={rows}
            rowKey={(one) => String(one.revision)}
            onEnd={revisions.more}
            onOpen={setOpened}
            opened={opened ? String(opened.revision) : undefined}
          />
        )}
      </Loaded>
      {opened && (
        <RevisionSheet
          revision={opened}
          current={current}
          etag={etag}
          onChanged={changed}
          onClose={() => setOpened(null)}
        />
      )}
    </Panel>
  );
}

interface SheetProps {
  revision: Revision;
  current: number;
  etag: string;
  onChanged: () => Promise<void>;
  onClose: () => void;
}

function RevisionSheet({ revision, current, etag, onChanged, onClose }: SheetProps) {
  const number = revision.revision;
  const isCurrent = number === current;
  const rollBack = async () => {
    const failed = await save((headers) => request("POST /config/rollback", { body: { revision: number }, headers }), {
      etag,
      done: `Rolled back to revision ${number}`,
      changed: onChanged,
    });
    if (!failed) onClose();
  };
  return (
    <Sheet
      size="wide"
      title={`Revision ${number}`}
      subtitle={
        <>
          {kOrigins[revision.origin]} <Time at={revision.at} /> {revision.by && `by ${revision.by}`}
        </>
      }
      onClose={onClose}
      footer={
        !isCurrent &&
        mayConfigure.value && (
          <Button kind="primary" icon="undo" onClick={() => void rollBack()}>
            Roll back to this
          </Button>
        )
      }
    >
      {number > 1 && <Diff title={`What it changed`} from={number - 1} to={number} />}
      {!isCurrent && <Diff title="What a roll-back would change now" from={current} to={number} />}
      {isCurrent && <p class="muted">This revision is in use.</p>}
    </Sheet>
  );
}

function Diff({ title, from, to }: { title: string; from: number; to: number }) {
  const diff = useResource("GET /config/diff", { query: { from, to } });
  return (
    <section class="stack tight">
      <h3>{title}</h3>
      <Loaded from={diff}>{(data) => <ChangeList changes={data.changes} />}</Loaded>
    </section>
  );
}
