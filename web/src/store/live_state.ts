// What the live stream says, as plain functions from one state to the next.
import type { Event, Job, LiveTopic, LogRecord, MetricsHistory, MetricsSample, Transfer } from "../api/schema.gen";

export interface LiveData {
  metrics: MetricsHistory | null;
  transfers: Transfer[];
  jobs: Job[];
  events: Event[]; // the newest first
  logs: LogRecord[]; // the newest first
}

export const kNoData: LiveData = { metrics: null, transfers: [], jobs: [], events: [], logs: [] };

interface Items<T> {
  items: T[];
  ended?: string[];
}

const kKeptEvents = 200;
const kKeptLogs = 2000;

export function applySnapshot(data: LiveData, topic: LiveTopic, payload: unknown): LiveData {
  if (topic === "metrics") return { ...data, metrics: wholeWindow(payload as MetricsHistory) };
  const { items } = payload as Items<never>;
  return { ...data, [topic]: topic === "events" || topic === "logs" ? newestFirst(items) : items };
}

export function applyChange(data: LiveData, topic: LiveTopic, payload: unknown): LiveData {
  switch (topic) {
    case "metrics":
      return data.metrics ? { ...data, metrics: appended(data.metrics, payload as MetricsSample) } : data;
    case "transfers":
      return { ...data, transfers: merged(data.transfers, payload as Items<Transfer>) };
    case "jobs":
      return { ...data, jobs: newestStart(merged(data.jobs, payload as Items<Job>)) };
    case "events":
      return { ...data, events: prepended(data.events, payload as Items<Event>, kKeptEvents) };
    case "logs":
      return { ...data, logs: prepended(data.logs, payload as Items<LogRecord>, kKeptLogs) };
  }
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

/** Items with a known id take the place of the old one; what has ended goes. */
function merged<T extends { id: string }>(old: T[], { items, ended = [] }: Items<T>): T[] {
  const changed = new Map(items.map((item) => [item.id, item]));
  const gone = new Set(ended);
  const kept = old.filter((item) => !gone.has(item.id)).map((item) => changed.get(item.id) ?? item);
  const known = new Set(old.map((item) => item.id));
  return [...kept, ...items.filter((item) => !known.has(item.id) && !gone.has(item.id))];
}

const kSpanMs: Record<MetricsHistory["range"], number> = { "10m": 600_000, "6h": 6 * 3600_000, "7d": 7 * 86_400_000 };

/** Nulls before the first sample, so that a daemon that was just started has charts of the same width. */
function wholeWindow(history: MetricsHistory, now = Date.now()): MetricsHistory {
  const length = Math.round(kSpanMs[history.range] / history.stepMs);
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

/** The values of one series without its gaps. */
export function valuesOf(history: MetricsHistory | null, key: string): number[] {
  const series = history?.series.find((one) => one.key === key);
  return series ? series.values.filter((value): value is number => value !== null) : [];
}

export function lastOf(history: MetricsHistory | null, key: string): number | undefined {
  return valuesOf(history, key).at(-1);
}
