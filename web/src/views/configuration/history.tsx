import { useState } from "preact/hooks";
import type { Revision } from "../../api/schema.gen";
import { Button, EmptyState, Panel, Tag, Time } from "../../components/basics";
import { Loaded } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { ChangeList } from "../../config/diff_view";
import { useResource } from "../../store/resource";
import { usePages } from "../../store/pages";
import { mayConfigure } from "../../store/session";
import { RestorePlan, RevertPlan } from "./plans";

const kOrigins: Record<string, string> = {
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

export function History({ current, onChanged }: { current: number; onChanged: () => Promise<void> }) {
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
            Every saved change is kept here to be reviewed, reverted or restored.
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
        <RevisionSheet revision={opened} current={current} onChanged={changed} onClose={() => setOpened(null)} />
      )}
    </Panel>
  );
}

interface SheetProps {
  revision: Revision;
  current: number;
  onChanged: () => Promise<void>;
  onClose: () => void;
}

function RevisionSheet({ revision, current, onChanged, onClose }: SheetProps) {
  const number = revision.revision;
  const isCurrent = number === current;
  const [plan, setPlan] = useState<"revert" | "restore" | null>(null);
  const done = async () => {
    await onChanged();
    onClose();
  };
  const choose = (next: "revert" | "restore") => setPlan(plan === next ? null : next);
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
        mayConfigure.value && (
          <>
            {number > 1 && (
              <Button
                icon="undo"
                pressed={plan === "revert"}
                title="Undoes only what this revision changed"
                onClick={() => choose("revert")}
              >
                Revert this change…
              </Button>
            )}
            {!isCurrent && (
              <Button
                icon="refresh"
                pressed={plan === "restore"}
                title="Restores the entire configuration to this version"
                onClick={() => choose("restore")}
              >
                Restore this version…
              </Button>
            )}
          </>
        )
      }
    >
      {plan === "revert" && <RevertPlan revision={number} onDone={done} />}
      {plan === "restore" && <RestorePlan revision={number} current={current} onDone={done} />}
      {number > 1 && <Diff title="What it changed" from={number - 1} to={number} />}
      {isCurrent && <p class="muted">This revision is in effect.</p>}
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
