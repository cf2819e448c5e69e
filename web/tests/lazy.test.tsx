import { render } from "preact";
import { act } from "preact/test-utils";
import { describe, expect, it, vi } from "vitest";
import { lazy, preloadWhenIdle } from "../src/components/lazy";

async function shown(View: ReturnType<typeof lazy>) {
  const root = document.createElement("div");
  await act(() => render(<View />, root));
  return root;
}

describe("a screen whose code comes later", () => {
  it("waits for it, and is there at once the next time", async () => {
    let arrive: () => void = () => {};
    const load = vi.fn(
      () => new Promise<() => preact.JSX.Element>((done) => (arrive = () => done(() => <h1>Here</h1>))),
    );
    const View = lazy(load);
    const root = await shown(View);
    expect(root.querySelector("h1")).toBeNull();
    await act(async () => arrive());
    expect(root.textContent).toBe("Here");
    expect((await shown(View)).textContent).toBe("Here");
    expect(load).toHaveBeenCalledOnce();
  });

  it("says so when the code cannot be had, and how to go on", async () => {
    const View = lazy(() => Promise.reject(new Error("404")));
    await View.preload();
    const root = await shown(View);
    expect(root.querySelector("[role=alert]")?.textContent).toContain("could not be loaded");
    expect(root.querySelector("button")?.textContent).toBe("Reload the page");
  });

  it("is fetched before it is asked for, one after the other", async () => {
    const order: string[] = [];
    const views = ["first", "second"].map((name) =>
      lazy(async () => {
        order.push(name);
        await Promise.resolve();
        order.push(`${name} is there`);
        return () => null;
      }),
    );
    await preloadWhenIdle(views);
    expect(order).toEqual(["first", "first is there", "second", "second is there"]);
  });
});
