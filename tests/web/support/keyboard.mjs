// The keyboard as somebody uses it who looks at the screen: a key is pressed once the focus is where it is meant to be.
import assert from "node:assert/strict";

const isFocused = (target) => target.evaluate((element) => element === document.activeElement).catch(() => false);

export function keyboardOf(page) {
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  /** Waits until the focus is there by itself. */
  const hasFocus = async (target, what = String(target)) => {
    const end = Date.now() + page.patience;
    await target.waitFor();
    while (!(await isFocused(target))) {
      if (Date.now() > end) {
        const other = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
        assert.fail(`${what} has not the focus, but ${other}`);
      }
      await page.waitForTimeout(20);
    }
  };

  /** Goes on with Tab (or another key) until the focus is there; on the way it has to be seen. */
  const goTo = async (target, { key = "Tab", most = 120 } = {}) => {
    await target.waitFor();
    for (let pressed = 0; pressed < most; pressed++) {
      if (await isFocused(target)) return;
      await press(key);
      const unseen = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return "";
        return getComputedStyle(element).outlineStyle === "none" ? element.outerHTML.slice(0, 200) : "";
      });
      assert.equal(unseen, "", "the focus is not seen");
    }
    assert.fail(`${most} times ${key} did not lead to ${target}`);
  };

  /** Presses a key that opens a dialog or a question, and waits until the focus is in it (or on one part of it). */
  const open = async (dialog, { key = "Enter", on, what } = {}) => {
    await press(key);
    if (on) return hasFocus(on, what);
    const end = Date.now() + page.patience;
    await dialog.waitFor();
    while (!(await dialog.evaluate((element) => element.contains(document.activeElement)).catch(() => false))) {
      assert.ok(Date.now() < end, `the focus did not go to ${dialog}`);
      await page.waitForTimeout(20);
    }
  };

  /** Presses a key on the button with the focus that asks in place, and answers yes. */
  const confirm = async (name) => {
    const group = page.getByRole("group").filter({ has: page.getByRole("button", { name: "Cancel", exact: true }) });
    const yes = group.getByRole("button", { name, exact: true });
    await press("Enter");
    await hasFocus(group.getByRole("button", { name: "Cancel", exact: true }), "the answer that destroys nothing");
    await press("Shift+Tab");
    await hasFocus(yes, "the answer that acts");
    await press("Enter");
  };

  /** Finds something with the search over everything, and runs it. */
  const command = async (text, title = text) => {
    await open(page.getByRole("dialog", { name: "Search everything" }), { key: "Control+k" });
    await page.keyboard.type(text);
    await page.getByRole("option", { name: title, selected: true }).waitFor();
    await press("Enter");
  };

  return { press, type: (text) => page.keyboard.type(text), hasFocus, goTo, open, confirm, command };
}
