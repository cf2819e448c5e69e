import { render } from "preact";
import { act } from "preact/test-utils";
import { describe, expect, it, vi } from "vitest";
import { Boundary } from "../src/components/boundary";

describe("a screen that fails", () => {
  it("says so in its own place, leaves the rest, and can be tried again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    let broken = true;
    const Screen = () => {
      if (broken) throw new Error("the shelf fell down");
      return <p>whole again</p>;
    };
    const root = document.createElement("div");
    await act(() =>
      render(
        <>
          <nav>Screens</nav>
          <Boundary>
            <Screen />
          </Boundary>
        </>,
        root,
      ),
    );
    expect(root.textContent).toContain("Screens");
    expect(root.textContent).toContain("the shelf fell down");
    broken = false;
    await act(() => root.querySelector("button")?.click());
    expect(root.textContent).toContain("whole again");
  });
});
