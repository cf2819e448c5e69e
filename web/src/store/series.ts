// Turning the sampled history into what charts take.
import type { MetricsHistory, Series } from "../api/schema.gen";
import { bytes, compact, duration, percent, rate } from "../format";

/** The time of each value, in seconds. */
export function timesOf(history: MetricsHistory): number[] {
  const start = Date.parse(history.startAt) / 1000;
  const step = history.stepMs / 1000;
  return Array.from({ length: history.series[0]?.values.length ?? 0 }, (_, index) => start + index * step);
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
