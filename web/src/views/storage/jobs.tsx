import { useState } from "preact/hooks";
import type { Job, JobState } from "../../api/schema.gen";
import { call } from "../../api/client";
import { Badge, Button, ConfirmButton, EmptyState, Panel, Progress, Time, type Role } from "../../components/basics";
import { act, Loaded } from "../../components/loaded";
import { Table, type Column } from "../../components/table";
import { bytes, count, duration, resultText } from "../../format";
import { useLive } from "../../store/live";
import { useResource } from "../../store/resource";
import { mayChange } from "../../store/session";
import { kJobStarts, startJob, type JobStart } from "./start_job";

const kKinds: Record<Job["kind"], string> = {
  gc: "Garbage collection",
  retention: "Retention",
  scrub: "Scrub",
  eviction: "Eviction",
  syncRun: "Sync run",
  prefetch: "Prefetch",
  import: "Import",
};

const kStates: Record<JobState, [Role, string]> = {
  running: ["accent", "running"],
  succeeded: ["good", "done"],
  failed: ["bad", "failed"],
  cancelled: ["info", "cancelled"],
  interrupted: ["warn", "interrupted"],
};

function resultOf(job: Job): string {
  if (job.error) return job.error;
  return Object.entries(job.counts)
    .map(([key, value]) => resultText(key, value))
    .join(", ");
}

function doneText(job: Job): string {
  const show = job.unit === "bytes" ? bytes : count;
  return job.total === undefined
    ? `${show(job.done)} ${job.unit === "bytes" ? "" : (job.unit ?? "")}`
    : `${show(job.done)} of ${show(job.total)}`;
}

function leftText(job: Job): string {
  if (!job.total || job.done === 0) return "";
  const took = Date.now() - Date.parse(job.startedAt);
  return `, ${duration((took / job.done) * (job.total - job.done))} left`;
}

const kColumns: Column<Job>[] = [
  { key: "kind", title: "Job", narrow: "lead", cell: (one) => kKinds[one.kind] },
  {
    key: "target",
    title: "Target",
    wideOnly: true,
    narrow: "lead",
    cell: (one) => <span class="cut mono small">{one.target || "everything"}</span>,
  },
  {
    key: "state",
    title: "State",
    narrow: "end",
    cell: (one) => {
      const [role, word] = kStates[one.state];
      return <Badge role={role}>{word}</Badge>;
    },
  },
  {
    key: "progress",
    title: "Progress or result",
    fills: true,
    narrow: "bare",
    cell: (one) =>
      one.state === "running" ? (
        <span class="with-bar">
          <Progress done={one.done} total={one.total ?? 0} label={`Progress of ${kKinds[one.kind]}`} />
          <span class="num">
            {doneText(one)}
            {leftText(one)}
          </span>
        </span>
      ) : (
        <span class="cut" title={resultOf(one)}>
          {resultOf(one)}
        </span>
      ),
  },
  { key: "started", title: "Started", num: true, narrow: "bare", cell: (one) => <Time at={one.startedAt} /> },
  {
    key: "took",
    title: "Duration",
    num: true,
    wideOnly: true,
    cell: (one) => (one.endedAt ? duration(Date.parse(one.endedAt) - Date.parse(one.startedAt)) : "–"),
  },
  { key: "by", title: "By", wideOnly: true, cell: (one) => one.by || <span class="muted">–</span> },
  {
    key: "cancel",
    title: "",
    narrow: "end",
    cell: (one) =>
      one.state === "running" &&
      mayChange.value && (
        <ConfirmButton
          kind="ghost"
          icon="close"
          label={`Cancel ${kKinds[one.kind]}`}
          question="What it has done so far is kept."
          confirm="Cancel job"
          onConfirm={() => act(() => call("DELETE /jobs/{id}", { path: { id: one.id } }), "Cancelled")}
        />
      ),
  },
];

export function Jobs() {
  const running = useLive("jobs");
  const past = useResource("GET /jobs", { query: { limit: 50 }, everyMs: 10_000 });
  const [starting, setStarting] = useState<string | null>(null);
  const known = new Map([...(past.data?.items ?? []), ...(running.data ?? [])].map((job) => [job.id, job]));
  const jobs = [...known.values()].toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  // Only with both is a list without a job an empty one.
  const reading = {
    data: past.data && running.data ? jobs : undefined,
    error: past.error ?? running.error,
    at: past.at,
    reload: past.reload,
  };
  const start = async (job: JobStart) => {
    setStarting(job.kind);
    if (await startJob(job)) await past.reload();
    setStarting(null);
  };
  return (
    <Panel
      title="Jobs"
      flush
      side={
        mayChange.value &&
        kJobStarts.map((one) => (
          <Button key={one.kind} title={one.about} busy={starting === one.kind} onClick={() => void start(one)}>
            {one.label}
          </Button>
        ))
      }
    >
      <Loaded
        from={reading}
        empty={
          <EmptyState title="No jobs yet">
            Garbage collection runs on its own schedule. Any job can be started here and continues when you leave this
            page.
          </EmptyState>
        }
      >
        {(rows) => <Table label="Jobs" columns={kColumns} rows={rows.slice(0, 30)} rowKey={(one) => one.id} />}
      </Loaded>
    </Panel>
  );
}
