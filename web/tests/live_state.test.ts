import { describe, expect, it } from "vitest";
import type { MetricsHistory, Transfer } from "../src/api/schema.gen";
import { fromSnapshot, lastOf, valuesOf, withChange } from "../src/store/live_state";

function transfer(id: string, receivedBytes: number): Transfer {
  return {
    id,
    digest: "sha256:0",
    repository: "library/nginx",
    upstream: "docker.io",
    startedAt: "2026-03-01T12:00:00Z",
    receivedBytes,
    bytesPerSecond: 1,
    clients: 1,
  };
}

function history(values: (number | null)[]): MetricsHistory {
  return {
    range: "10m",
    stepMs: 1000,
    startAt: "2026-03-01T12:00:00.000Z",
    series: [{ key: "served", title: "Served", unit: "bytes", promql: "x", values }],
  };
}

describe("transfers", () => {
  const start = fromSnapshot("transfers", { items: [transfer("1", 10), transfer("2", 20)] });
  it("are changed in their place, added at the end, and go when they ended", () => {
    const next = withChange("transfers", start, { items: [transfer("1", 11), transfer("3", 1)], ended: ["2"] });
    expect(next.map((one) => [one.id, one.receivedBytes])).toEqual([
      ["1", 11],
      ["3", 1],
    ]);
  });
});

describe("events and logs", () => {
  it("have the newest first, whatever the order of the snapshot", () => {
    const data = fromSnapshot("logs", {
      items: [
        { at: "2026-03-01T12:00:00Z", level: "info", text: "old" },
        { at: "2026-03-01T12:00:02Z", level: "info", text: "new" },
      ],
    });
    const next = withChange("logs", data, { items: [{ at: "2026-03-01T12:00:03Z", level: "warn", text: "newest" }] });
    expect(next.map((one) => one.text)).toEqual(["newest", "new", "old"]);
  });
  it("are bounded", () => {
    const items = Array.from({ length: 3000 }, (_, index) => ({
      at: `2026-03-01T12:00:00.${String(index).padStart(4, "0")}Z`,
      level: "info",
      text: "x",
    }));
    const data = withChange("logs", fromSnapshot("logs", { items: [] }), { items });
    expect(data).toHaveLength(2000);
  });
});

describe("metrics", () => {
  const kSamples = 600;
  const at = (second: number) => new Date(Date.parse("2026-03-01T12:00:00Z") + second * 1000).toISOString();
  const full = () => history(Array.from({ length: kSamples }, (_, index) => index));
  const served = (data: MetricsHistory) => data.series[0]?.values ?? [];

  it("move on by the steps that have passed", () => {
    const data = fromSnapshot("metrics", full());
    const next = withChange("metrics", data, { at: at(kSamples), values: { served: 7 } });
    expect(served(next)).toHaveLength(kSamples);
    expect(served(next).slice(-2)).toEqual([599, 7]);
    expect(next.startAt).toBe(at(1));
  });
  it("have holes where samples were missed", () => {
    const data = fromSnapshot("metrics", full());
    const next = withChange("metrics", data, { at: at(kSamples + 1), values: { served: 5 } });
    expect(served(next).slice(-3)).toEqual([599, null, 5]);
    expect(valuesOf(next, "served").slice(-3)).toEqual([599, null, 5]);
    expect(lastOf(next, "served")).toBe(5);
  });
  it("forget everything after a long gap", () => {
    const data = fromSnapshot("metrics", full());
    const next = withChange("metrics", data, { at: at(5000), values: { served: 9 } });
    expect(valuesOf(next, "served").filter((value) => value !== null)).toEqual([9]);
  });
  it("have no last value where the last step is a gap", () => {
    expect(lastOf(history([1, null]), "served")).toBeUndefined();
  });
  it("have a whole window of a daemon that was just started", () => {
    const young = fromSnapshot("metrics", history([1, 2]));
    expect(served(young)).toHaveLength(kSamples);
    expect(served(young).slice(-3)).toEqual([null, 1, 2]);
    const next = withChange("metrics", young, { at: at(2), values: { served: 3 } });
    expect(served(next).slice(-3)).toEqual([1, 2, 3]);
    const unborn = fromSnapshot("metrics", { ...history([]), startAt: "1970-01-01T00:00:00Z" });
    const first = withChange("metrics", unborn, { at: new Date().toISOString(), values: { served: 1 } });
    expect(served(first).slice(-1)).toEqual([1]);
  });
});
