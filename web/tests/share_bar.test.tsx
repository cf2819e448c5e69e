import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ShareBar } from "../src/views/storage/share_bar";
import { StorageTree } from "../src/views/storage/tree";

const rowsOf = (sizes: number[]) =>
  sizes.map((sizeBytes, index) => ({ name: `r${index}`, path: `r${index}`, sizeBytes, ownBytes: 0, children: 1 }));

async function barOf(sizes: number[], total = sizes.length) {
  const root = document.createElement("div");
  const hrefOf = (one: { path: string }) => `/storage?path=${one.path}`;
  await act(() =>
    render(<ShareBar rows={rowsOf(sizes)} total={total} nameOf={(one) => one.name} hrefOf={hrefOf} />, root),
  );
  return [...root.querySelectorAll<HTMLElement>(".share")];
}

describe("the bar of what takes the disk", () => {
  it("names the largest and adds up the others", async () => {
    const shares = await barOf([15, 600, 60, 10, 300, 15]);
    expect(shares.map((one) => one.style.flexGrow)).toEqual(["600", "300", "60", "40"]);
    expect(shares.map((one) => one.getAttribute("href"))).toEqual([
      "/storage?path=r1",
      "/storage?path=r4",
      "/storage?path=r2",
      null,
    ]);
    expect(shares.at(-1)?.textContent).toContain("3 others");
  });

  it("says what it did not count", async () => {
    const shares = await barOf([500, ...Array<number>(499).fill(1)], 10_000);
    expect(shares.at(-1)?.textContent).toContain("499 others, 9,500 more not counted");
  });

  it("is left out where there is nothing to compare", async () => {
    expect(await barOf([600])).toEqual([]);
    expect(await barOf([0, 0])).toEqual([]);
  });

  it("is drawn of what the table has read, which is read once", async () => {
    const answer = { path: "", level: "registry", items: rowsOf([300, 600]), total: 2 };
    const read = vi.fn(
      async (_address: string) =>
        new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json" } }),
    );
    vi.stubGlobal("fetch", read);
    vi.stubGlobal(
      "ResizeObserver",
      class {
        observe() {}
        disconnect() {}
      },
    );
    const root = document.createElement("div");
    await act(() => render(<StorageTree />, root));
    await vi.waitFor(() => expect(root.querySelectorAll(".share")).toHaveLength(2));
    await vi.waitFor(() => expect(root.querySelectorAll("tr[data-index]")).toHaveLength(2));
    expect(read.mock.calls.map(([address]) => address)).toEqual([expect.stringContaining("/storage/tree")]);
    await act(() => render(null, root));
  });

  afterEach(() => vi.unstubAllGlobals());
});
