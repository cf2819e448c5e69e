import { render, type ComponentChildren } from "preact";
import { describe, expect, it } from "vitest";
import { ApiError } from "../src/api/client";
import { Loaded, type Readable } from "../src/components/loaded";
import { runsOf } from "../src/components/sparkline";

function shown(from: Partial<Readable<string[]>>, empty: ComponentChildren = <p>No jobs yet</p>): string {
  const root = document.createElement("div");
  render(
    <Loaded from={{ data: undefined, error: null, reload: () => {}, ...from }} empty={empty}>
      {(rows) => <ul>{rows.join(",")}</ul>}
    </Loaded>,
    root,
  );
  return root.textContent ?? "";
}

const failed = new ApiError(0, "No answer", "No answer within 10 s.");

describe("what was read", () => {
  it("is empty only where that is known", () => {
    expect(shown({ data: [] })).toBe("No jobs yet");
    expect(shown({})).not.toContain("No jobs yet");
    expect(shown({ error: failed })).toContain("No answer within 10 s.");
    expect(shown({ error: failed })).not.toContain("No jobs yet");
    expect(shown({ data: [], error: failed })).not.toContain("No jobs yet");
  });
  it("keeps its age beside a later failure", () => {
    const text = shown({ data: ["a"], error: failed, at: Date.now() - 120_000 });
    expect(text).toMatch(/As of 2 min ago, incomplete or out of date/);
    expect(text).toContain("a");
  });
});

describe("a sparkline", () => {
  it("has a gap where there was no sample", () => {
    expect(runsOf([null, 1, 2, null, 3])).toEqual([
      { start: 1, run: [1, 2] },
      { start: 4, run: [3] },
    ]);
  });
});
