// Turning the sampled history into what charts take.
import type { MetricsHistory, Series } from "../api/schema.gen";
import { bytes, compact, duration, percent, rate } from "../format";

/** The time of each value, in seconds. */
export function timesOf(history: MetricsHistory): number[] {
  const start = Date.parse(history.startAt) / 1000;
  const step = history.stepMs / 1000;
  return Array.from({ length: history.series[0]?.values.length ?? 0 }, (_, index) => start + index * step);
}

/** The end of a history: so many milliseconds of it. */
export function lastPart(history: MetricsHistory, spanMs: number): MetricsHistory {
  const length = history.series[0]?.values.length ?? 0;
  const first = Math.max(0, length - Math.round(spanMs / history.stepMs));
  if (first === 0) return history;
  return {
    ...history,
    startAt: new Date(Date.parse(history.startAt) + first * history.stepMs).toISOString(),
    series: history.series.map((one) => ({ ...one, values: one.values.slice(first) })),
  };
}

const kUnits: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

/** The window that a query averages over: "rate(x[1m])" → 60,000 ms. */
export function windowOf(promql: string): number {
  const found = /\[(\d+)([smh])\]/.exec(promql);
  return found ? Number(found[1]) * kUnits[found[2]!]! : 0;
}

/** The sampler may be late by a step or two on a busy machine; from here on it is a gap that has to be seen. */
const kGapSteps = 3;

/** With steps that the sampler was late for filled in between their neighbours; longer gaps stay. */
export function bridged(values: (number | null)[]): (number | null)[] {
  let last = -1;
  const filled = values.slice();
  values.forEach((value, index) => {
    if (value === null) return;
    const missing = index - last - 1;
    if (last >= 0 && missing > 0 && missing < kGapSteps) {
      const from = values[last]!;
      for (let at = last + 1; at < index; at++) filled[at] = from + ((value - from) * (at - last)) / (index - last);
    }
    last = index;
  });
  return filled;
}

/** The mean over the window of the series' own query, so that the line is what Prometheus would draw. Gaps stay. */
export function smoothed(series: Series, stepMs: number): (number | null)[] {
  const width = Math.round(windowOf(series.promql) / stepMs);
  // A ratio has none where there was nothing to count.
  const values = series.unit === "ratio" ? series.values : bridged(series.values);
  if (width < 2 || (series.unit !== "perSecond" && series.unit !== "bytesPerSecond")) return values;
  let sum = 0;
  let known = 0;
  // What was before the history is not known: a mean of its first few values would be a spike.
  const first = values[0] != null && values.length > 2 * width ? width - 1 : 0;
  return values.map((value, index) => {
    if (value !== null) {
      sum += value;
      known++;
    }
    const left = values[index - width];
    if (left !== undefined && left !== null) {
      sum -= left;
      known--;
    }
    return value === null || index < first ? null : Math.max(0, sum / known);
  });
}

export function formatOf(unit: Series["unit"]): (value: number) => string {
  switch (unit) {
    case "bytes":
      return bytes;
    case "bytesPerSecond":
      return rate;
    case "ratio":
      return percent;
    case "seconds":
      return (value) => duration(value * 1000);
    case "perSecond":
      return (value) => `${compact(value)}/s`;
    case "count":
      return compact;
  }
}
