import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Pages } from "../src/store/pages";
import { setQuery } from "../src/store/router";
import { useSelection, type Selection } from "../src/store/selection";

const all = ["a", "b", "c", "d"];
let selection: Selection<string>;

function Probe({ items, total }: { items: string[]; total: number }) {
  const pages: Pages<string> = {
    answer: undefined,
    items,
    data: items,
    total,
    error: null,
    loading: false,
    at: 1,
    more: vi.fn(),
    all: () => Promise.resolve(all),
    reload: () => Promise.resolve(),
  };
  selection = useSelection(pages, (row) => row);
  return null;
}
const show = (items: string[], total = items.length) =>
  act(() => render(<Probe items={items} total={total} />, document.body));

beforeEach(async () => {
  render(null, document.body);
  setQuery({ sel: null });
  await show(all);
});

describe("a selection", () => {
  it("leaves alone what a search hides, and says how many", async () => {
    await act(() => selection.set(new Set(["a", "b", "c"])));
    await show(["b", "d"]);
    expect(selection.rows).toEqual(["b"]);
    expect(selection.hidden).toBe(2);
    await show(all);
    expect(selection.rows).toEqual(["a", "b", "c"]);
  });
  it("is of what was read, and can be of everything that matches", async () => {
    await show(["a", "b"], 4);
    await act(() => selection.set(new Set(["a", "b"])));
    expect(selection.rows).toHaveLength(2);
    expect(selection.mayTakeAll).toBe(true);
    await act(() => selection.takeAll());
    await show(all);
    expect(selection.rows).toEqual(all);
    expect(selection.mayTakeAll).toBe(false);
  });
  it("is in the address, and comes back with it", async () => {
    await act(() => selection.set(new Set(["a", "d"])));
    expect(window.location.search).toContain("sel=a");
    render(null, document.body);
    await show(all);
    expect(selection.rows).toEqual(["a", "d"]);
  });
});
