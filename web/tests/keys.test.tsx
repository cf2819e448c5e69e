// Keys that come before the next frame is drawn, as on a slow machine: none is lost, none reaches what is behind.
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConfirmButton } from "../src/components/basics";
import { Questions, Sheet } from "../src/components/overlay";
import { openPalette, Palette, type Command } from "../src/components/palette";
import { Table } from "../src/components/table";
import { mayLeaveFor } from "../src/store/router";

/** What a browser does between two keys: promises are settled, but no frame is drawn and no timer fires. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  document.body.innerHTML = "";
});
afterEach(() => {
  render(null, document.body);
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const focused = () => document.activeElement?.textContent;
const press = (key: string) =>
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));

describe("the next key", () => {
  it("meets the answer that destroys nothing, and after it the button that asked", async () => {
    render(
      <ConfirmButton question="Really?" confirm="Remove" onConfirm={() => {}}>
        Remove it
      </ConfirmButton>,
      document.body,
    );
    const button = document.querySelector("button")!;
    button.focus();
    button.click();
    await settle();
    expect(focused()).toBe("Cancel");
    press("Escape");
    await settle();
    expect(focused()).toBe("Remove it");
  });

  it("meets the row that an arrow led to, in a long list too", async () => {
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(330);
    const onOpen = vi.fn();
    const rows = Array.from({ length: 1000 }, (_, index) => ({ name: `row ${index}` }));
    const columns = [{ key: "name", title: "Name", cell: (row: { name: string }) => row.name }];
    render(<Table label="t" columns={columns} rows={rows} rowKey={(row) => row.name} onOpen={onOpen} />, document.body);
    await settle();
    document.querySelector<HTMLElement>("tr[data-index='0']")!.focus();
    press("ArrowDown");
    await settle();
    press("Enter");
    expect(onOpen).toHaveBeenLastCalledWith({ name: "row 1" });
    press("End");
    await settle();
    press("Enter");
    expect(onOpen).toHaveBeenLastCalledWith({ name: "row 999" });
  });

  it("does not leave a sheet in which something was just typed", async () => {
    const sheet = (unsaved: boolean) => (
      <>
        <Sheet title="A rule" unsaved={unsaved} onClose={() => {}}>
          content
        </Sheet>
        <Questions />
      </>
    );
    render(sheet(false), document.body);
    render(sheet(true), document.body);
    let left = false;
    void mayLeaveFor(new URL("http://localhost/elsewhere")).then((yes) => (left = yes));
    await settle();
    expect(left).toBe(false);
    expect(document.body.textContent).toContain("Discard unsaved changes?");
  });
});

describe("Enter in the search", () => {
  const command = (title: string, run: () => void): Command => ({ id: title, title, hint: "", icon: "search", run });
  const type = async (text: string) => {
    const input = document.querySelector("input")!;
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
  };
  const enter = () =>
    document.querySelector("input")!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));

  it("waits for what is still searched", async () => {
    const run = vi.fn();
    const searched = (text: string) => Promise.resolve(text === "team" ? [command("team/app", run)] : []);
    render(<Palette sources={{ instant: [], searched: [searched] }} />, document.body);
    openPalette();
    await settle();
    await type("team");
    enter();
    expect(run).not.toHaveBeenCalled();
    // The search begins by an effect, which comes with the frame that this test withholds, or soon after.
    await vi.advanceTimersByTimeAsync(1000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("runs the first of what the new text finds, not what was chosen of the old", async () => {
    const ran: string[] = [];
    const all = ["storage", "settings", "shop"];
    const instant = (text: string) =>
      all.filter((name) => name.startsWith(text)).map((name) => command(name, () => ran.push(name)));
    render(<Palette sources={{ instant: [instant], searched: [] }} />, document.body);
    openPalette();
    await settle();
    await type("s");
    for (let step = 0; step < 2; step++) {
      document.querySelector("input")!.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
      await settle();
    }
    await type("se");
    enter();
    expect(ran).toEqual(["settings"]);
  });
});
