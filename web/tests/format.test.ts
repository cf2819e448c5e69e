import { describe, expect, it } from "vitest";
import {
  absolute,
  bytes,
  clock,
  compact,
  count,
  duration,
  percent,
  plural,
  rate,
  relative,
  resultText,
  shortDigest,
} from "../src/format";

describe("sizes", () => {
  it("are IEC with at most one decimal", () => {
    expect(bytes(0)).toBe("0 B");
    expect(bytes(1023)).toBe("1023 B");
    expect(bytes(1024)).toBe("1.0 KiB");
    expect(bytes(1536)).toBe("1.5 KiB");
    expect(bytes(52428800000)).toBe("48.8 GiB");
    expect(bytes(123 * 1024 ** 3)).toBe("123 GiB");
  });
  it("never show 1024 of a unit", () => {
    expect(bytes(1024 * 1024 - 1)).toBe("1.0 MiB");
  });
  it("are a dash when not known", () => {
    expect(bytes(undefined)).toBe("–");
    expect(bytes(Number.NaN)).toBe("–");
  });
  it("have a rate", () => expect(rate(2048)).toBe("2.0 KiB/s"));
});

describe("numbers", () => {
  it("group thousands", () => expect(count(1234567)).toBe("1,234,567"));
  it("are shortened on axes", () => expect(compact(12345)).toBe("12.3K"));
  it("have at most one decimal as percentages", () => {
    expect(percent(0.9091)).toBe("90.9 %");
    expect(percent(1)).toBe("100 %");
    expect(percent(0)).toBe("0 %");
  });
  it("do not say all or nothing of what is nearly so", () => {
    expect(percent(0.9999)).toBe("99.9 %");
    expect(percent(0.0001)).toBe("0.1 %");
  });
  it("agree with their noun", () => {
    expect(plural(1, "tag")).toBe("1 tag");
    expect(plural(0, "entry", "entries")).toBe("0 entries");
  });
});

describe("times", () => {
  it("are in at most two units", () => {
    expect(duration(340)).toBe("340 ms");
    expect(duration(9500)).toBe("9.5 s");
    expect(duration(65_000)).toBe("1 min 5 s");
    expect(duration(3_900_000)).toBe("1 h 5 min");
    expect(duration(86_400_000)).toBe("1 d");
  });
  it("are relative to now", () => {
    const now = Date.parse("2026-03-01T12:00:00Z");
    expect(relative("2026-03-01T11:59:58Z", now)).toBe("just now");
    expect(relative("2026-03-01T11:55:00Z", now)).toBe("5 min ago");
    expect(relative("2026-03-11T12:00:00Z", now)).toBe("in 10 days");
    expect(relative("nonsense", now)).toBe("–");
  });
  it("are ISO with their zone", () => {
    const time = new Date(2026, 2, 1, 9, 5, 7);
    expect(absolute(time)).toMatch(/^2026-03-01 09:05:07 \S+$/);
    expect(clock(time, new Date(2026, 2, 1, 23).getTime())).toMatch(/^09:05:07 \S+$/);
    expect(clock(time, new Date(2026, 2, 2, 1).getTime())).toMatch(/^2026-03-01 09:05:07 \S+$/);
    expect(absolute("nonsense")).toBe("–");
  });
});

it("shortens a digest to twelve characters of its hash", () => {
  expect(shortDigest("sha256:9834876dcfb05cb167a5c24953eba58c")).toBe("9834876dcfb0");
});

it("says what a job did as a person would", () => {
  expect(resultText("readBlobs", 312)).toBe("312 blobs read");
  expect(resultText("removedRepositories", 1)).toBe("1 repository removed");
  expect(resultText("manifests", 1)).toBe("1 manifest");
  expect(resultText("copied", 12)).toBe("12 copied");
  expect(resultText("freedBytes", 2048)).toBe("2.0 KiB freed");
});
