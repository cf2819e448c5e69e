import { beforeEach, describe, expect, it } from "vitest";
import { restoreFocus, startFocusGuard } from "../src/components/focus_guard";

startFocusGuard(document.body);

beforeEach(() => {
  document.body.innerHTML = `<main id="content" tabindex="-1"><ul>
    <li><button>a</button></li><li><button>b</button></li><li><button>c</button></li></ul><button>Add</button></main>`;
});

const button = (text: string) => [...document.querySelectorAll("button")].find((one) => one.textContent === text)!;
function remove(text: string, focus = true): string {
  if (focus) button(text).focus();
  button(text).closest("li")!.remove();
  (document.activeElement as HTMLElement | null)?.blur?.(); // as browsers do
  restoreFocus();
  return document.activeElement?.textContent ?? "";
}

describe("the focus", () => {
  it("goes to the entry that took the place of a removed one", () => expect(remove("b")).toBe("c"));
  it("goes to the one before when the last was removed", () => expect(remove("c")).toBe("b"));
  it("goes to what is near when nothing is left of the list", () => {
    remove("a");
    remove("b");
    expect(remove("c")).toBe("Add");
  });
  it("goes on from what it was handed to when its own element was taken away", async () => {
    button("b").focus();
    const before = button("b");
    before.dispatchEvent(new FocusEvent("focusout", { bubbles: true })); // as the browser, while it is being removed
    before.replaceWith(Object.assign(document.createElement("button"), { textContent: "b2" }));
    button("b2").focus();
    await Promise.resolve();
    expect(remove("b2", false)).toBe("c");
  });
  it("is left alone where it was not lost", () => {
    button("a").focus();
    restoreFocus();
    expect(document.activeElement).toBe(button("a"));
  });
});
