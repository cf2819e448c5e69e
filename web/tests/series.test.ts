import { describe, expect, it } from "vitest";
import type { Series } from "../src/api/schema.gen";
import { bridged, lastPart, smoothed, windowOf } from "../src/store/series";

const series = (values: (number | null)[], promql = "sum(rate(x_total[3s]))"): Series => ({
  key: "x",
  title: "X",
  unit: "perSecond",
  promql,
  values,
});

describe("a noisy series", () => {
  it("is averaged over the window of its own query", () => {
    expect(windowOf("sum(rate(larder_cache_served_bytes_total[1m]))")).toBe(60_000);
    expect(smoothed(series([3, 0, 0, 3, 0, 0]), 1000)).toEqual([3, 1.5, 1, 1, 1, 1]);
  });
  it("keeps its gaps", () => {
    expect(smoothed(series([2, null, null, null, 4, 4]), 1000)).toEqual([2, null, null, null, 4, 4]);
  });
  it("begins where its first window is whole", () => {
    expect(smoothed(series([9, 0, 0, 3, 0, 0, 3]), 1000)).toEqual([null, null, 3, 1, 1, 1, 1]);
  });
  it("has no gap where the sampler was only late", () => {
    expect(bridged([null, 2, null, null, 8, null])).toEqual([null, 2, 4, 6, 8, null]);
    expect(smoothed(series([3, null, 3]), 1000)).toEqual([3, 3, 3]);
  });
  it("has one where a ratio had nothing to count", () => {
    expect(smoothed({ ...series([1, null, 1]), unit: "ratio" }, 1000)).toEqual([1, null, 1]);
  });
  it("is left as it is where the steps are longer, and where it is no rate", () => {
    expect(smoothed(series([1, 5]), 10_000)).toEqual([1, 5]);
    expect(smoothed({ ...series([1, 5]), unit: "bytes" }, 1000)).toEqual([1, 5]);
  });
});

describe("a part of a history", () => {
  it("is its end", () => {
    const history = {
      range: "6h",
      stepMs: 10_000,
      startAt: "2026-03-01T12:00:00.000Z",
      series: [series([1, 2, 3, 4])],
    };
    const part = lastPart(history as Parameters<typeof lastPart>[0], 20_000);
    expect(part.series[0]?.values).toEqual([3, 4]);
    expect(part.startAt).toBe("2026-03-01T12:00:20.000Z");
  });
});
