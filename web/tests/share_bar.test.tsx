import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { clearResources } from "../src/store/resource";
import { ShareBar } from "../src/views/storage/share_bar";

async function barOf(sizes: number[], total = sizes.length) {
  const items = sizes.map((sizeBytes, index) => ({
    name: `r${index}`,
    path: `r${index}`,
    sizeBytes,
    ownBytes: 0,
    children: 1,
  }));
  const answer = { path: "", level: "registry", items, total };
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json" } })),
  );
  const root = document.createElement("div");
  const bar = <ShareBar path="" nameOf={(one) => one.name} hrefOf={(one) => `/storage?path=${one.path}`} />;
  await act(() => render(bar, root));
  await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
  await act(() => new Promise((resolve) => setTimeout(resolve, 10)));
  return [...root.querySelectorAll<HTMLElement>(".share")];
}

describe("the bar of what takes the disk", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    clearResources();
  });

  it("names the largest and adds up the others", async () => {
    const shares = await barOf([600, 300, 60, 15, 15, 10]);
    expect(shares.map((one) => one.style.flexGrow)).toEqual(["600", "300", "60", "40"]);
    expect(shares.map((one) => one.getAttribute("href"))).toEqual([
      "/storage?path=r0",
      "/storage?path=r1",
      "/storage?path=r2",
      null,
    ]);
    expect(shares.at(-1)?.textContent).toContain("3 others");
  });

  it("says what it did not count", async () => {
    const shares = await barOf([500, ...Array<number>(499).fill(1)], 10_000);
    expect(shares.at(-1)?.textContent).toContain("499 others, 9,500 smaller not counted");
  });

  it("is left out where there is nothing to compare", async () => {
    expect(await barOf([600])).toEqual([]);
    expect(await barOf([0, 0])).toEqual([]);
  });
});
