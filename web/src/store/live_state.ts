// What the live stream says, as plain functions from one state of a topic to the next.
import type {
  Event,
  Job,
  LiveTopic,
  LogRecord,
  MetricsHistory,
  MetricsSample,
  Transfer,
  UpstreamHealth,
} from "../api/schema.gen";

export interface LiveData {
  metrics: MetricsHistory;
  transfers: Transfer[];
  jobs: Job[]; // the latest start first
  events: Event[]; // the newest first
  logs: LogRecord[]; // the newest first
  upstreams: UpstreamHealth[];
}

interface Items<T> {
  items: T[];
  ended?: string[];
}

const kKeptEvents = 200;
const kKeptLogs = 2000;

type Snapshots = { [T in LiveTopic]: (payload: unknown) => LiveData[T] };
type Changes = { [T in LiveTopic]: (data: LiveData[T], payload: unknown) => LiveData[T] };

const kSnapshots: Snapshots = {
  metrics: (payload) => wholeWindow(payload as MetricsHistory),
  transfers: (payload) => (payload as Items<Transfer>).items,
  jobs: (payload) => newestStart((payload as Items<Job>).items),
  events: (payload) => newestFirst((payload as Items<Event>).items),
  logs: (payload) => newestFirst((payload as Items<LogRecord>).items),
  upstreams: (payload) => (payload as Items<UpstreamHealth>).items,
};

const kChanges: Changes = {
  metrics: (data, payload) => appended(data, payload as MetricsSample),
  transfers: (data, payload) => merged(data, payload as Items<Transfer>, idOf),
  jobs: (data, payload) => newestStart(merged(data, payload as Items<Job>, idOf)),
  events: (data, payload) => prepended(data, payload as Items<Event>, kKeptEvents),
  logs: (data, payload) => prepended(data, payload as Items<LogRecord>, kKeptLogs),
  upstreams: (data, payload) => merged(data, payload as Items<UpstreamHealth>, (one) => one.host),
};

export function fromSnapshot<T extends LiveTopic>(topic: T, payload: unknown): LiveData[T] {
  return kSnapshots[topic](payload);
}

export function withChange<T extends LiveTopic>(topic: T, data: LiveData[T], payload: unknown): LiveData[T] {
  return kChanges[topic](data, payload);
}

function newestFirst<T extends { at: string }>(items: T[]): T[] {
  return items.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

function newestStart(jobs: Job[]): Job[] {
  return jobs.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

function prepended<T extends { at: string }>(old: T[], { items }: Items<T>, kept: number): T[] {
  return [...newestFirst(items), ...old].slice(0, kept);
}

const idOf = (item: { id: string }) => item.id;

/** Items with a known key take the place of the old one; what has ended goes. */
function merged<T>(old: T[], { items, ended = [] }: Items<T>, keyOf: (item: T) => string): T[] {
  const changed = new Map(items.map((item) => [keyOf(item), item]));
  const gone = new Set(ended);
  const kept = old.filter((item) => !gone.has(keyOf(item))).map((item) => changed.get(keyOf(item)) ?? item);
  const known = new Set(old.map(keyOf));
  return [...kept, ...items.filter((item) => !known.has(keyOf(item)) && !gone.has(keyOf(item)))];
}

/** The live window, whatever the server calls it: as long as its steps fill. */
const kWindowMs = 600_000;

/** Nulls before the first sample, so that a daemon that was just started has charts of the same width. */
function wholeWindow(history: MetricsHistory, now = Date.now()): MetricsHistory {
  const length = Math.round(kWindowMs / history.stepMs);
  const known = history.series[0]?.values.length ?? 0;
  if (known >= length) return history;
  const last = known > 0 ? Date.parse(history.startAt) + (known - 1) * history.stepMs : now;
  return {
    ...history,
    startAt: new Date(last - (length - 1) * history.stepMs).toISOString(),
    series: history.series.map((one) => ({
      ...one,
      values: [...new Array<null>(length - known).fill(null), ...one.values],
    })),
  };
}

/** The window moves on by as many steps as have passed; steps without a sample are null. */
function appended(history: MetricsHistory, sample: MetricsSample): MetricsHistory {
  const length = history.series[0]?.values.length ?? 0;
  const start = Date.parse(history.startAt);
  const index = Math.round((Date.parse(sample.at) - start) / history.stepMs);
  const shift = Math.max(0, index - length + 1);
  if (index < 0) return history;
  const series = history.series.map((one) => {
    const values = shift > 0 ? one.values.slice(shift) : one.values.slice();
    for (let gap = 0; gap < Math.min(shift, length); gap++) values.push(null);
    values[index - shift] = sample.values[one.key] ?? null;
    return { ...one, values };
  });
  return { ...history, startAt: new Date(start + shift * history.stepMs).toISOString(), series };
}

/** The values of one series, gaps among them. */
export function valuesOf(history: MetricsHistory | null, key: string): (number | null)[] {
  return history?.series.find((one) => one.key === key)?.values ?? [];
}

/** The value of the last step; nothing where that is a gap. */
export function lastOf(history: MetricsHistory | null, key: string): number | undefined {
  return valuesOf(history, key).at(-1) ?? undefined;
}
