// Each editor with the keyboard alone: the focus is seen, nothing traps it, Escape closes what was opened and gives the
// focus back to what opened it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { admin, basic, mirrorOf, pull, startDaemon } from "./support/daemon.mjs";
import { logIn, openPage, startBrowser } from "./support/browser.mjs";
import { startUpstream } from "./support/upstream.mjs";

describe("the keyboard", () => {
  let browser, daemon, upstream, page;
  const press = (...keys) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const type = (text) => page.keyboard.type(text);
  const button = (name, within = page) => within.getByRole("button", { name, exact: true });
  const sheet = (name) => page.getByRole("dialog", { name });
  const isFocused = (target) => target.evaluate((element) => element === document.activeElement);

  /** Waits until the focus is there by itself. */
  async function hasFocus(target, what) {
    for (let attempt = 0; attempt < 100; attempt++) {
      if (await isFocused(target)) return;
      await page.waitForTimeout(20);
    }
    assert.fail(
      `${what} has not the focus, but ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))}`,
    );
  }

  /** Goes on with Tab (or another key) until the focus is there; on the way it has to be seen. */
  async function goTo(target, key = "Tab", most = 80) {
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
  }

  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ locked: true, rules: [mirrorOf(upstream)] });
    await pull(daemon, "library/redis", "1.0", { headers: basic(admin) });
    browser = await startBrowser();
    page = await openPage(browser, daemon);
    await logIn(page);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("adds a mirror; Escape asks before it loses something, and may be pressed again and again", async () => {
    await page.goto("/mirrors");
    const add = button("Add a mirror");
    await goTo(add);
    await press("Enter");
    const editor = sheet("Add a mirror");
    const urls = editor.getByLabel("URL");
    await goTo(urls);
    await type("https://quay.io");
    const question = sheet("Discard unsaved changes?");
    for (let time = 0; time < 3; time++) {
      await press("Escape");
      await hasFocus(button("Keep editing", question), "the answer that loses nothing");
      await press("Escape");
      await question.waitFor({ state: "detached" });
      await hasFocus(urls, "the field");
    }
    assert.equal(await urls.inputValue(), "https://quay.io");
    await press("Escape", "Tab", "Enter");
    await editor.waitFor({ state: "detached" });
    await hasFocus(add, "the button that opened the sheet");
  });

  it("changes a rule and saves it", async () => {
    await page.goto("/mirrors");
    const edit = button("Edit").first();
    await goTo(edit);
    await press("Enter");
    const editor = sheet("Rule 1");
    await goTo(editor.getByLabel("Poll interval"));
    await type("6h");
    await goTo(button("Save", editor));
    await press("Enter");
    await editor.waitFor({ state: "detached" });
    await hasFocus(edit, "the button that opened the sheet");
    await page.getByText("sync every 6h").waitFor();
    await goTo(button("Undo"));
    await press("Enter");
    await page.getByText("sync every 6h").waitFor({ state: "detached" });
  });

  it("adds a user and removes it again", async () => {
    await page.goto("/access");
    const add = button("Add");
    await goTo(add);
    await press("Enter");
    const editor = sheet("Add a user");
    await hasFocus(editor.getByLabel("Name"), "the first field");
    await type("keys");
    await press("Tab");
    await type("a long password");
    await press("Tab");
    await type("a long password");
    await press("Enter");
    await editor.waitFor({ state: "detached" });
    await hasFocus(add, "the button that opened the sheet");

    const remove = button("Remove keys");
    await goTo(remove);
    await press("Enter");
    await hasFocus(button("Cancel"), "the answer that destroys nothing");
    await press("Escape");
    await hasFocus(remove, "the button that asked");
    await press("Enter");
    await hasFocus(button("Cancel"), "the answer that destroys nothing");
    await press("Shift+Tab", "Enter");
    await page.getByRole("cell", { name: "keys", exact: true }).waitFor({ state: "detached" });
  });

  it("changes a policy, looks at what that does, and saves it", async () => {
    await page.goto("/access?tab=policies");
    await goTo(page.getByRole("checkbox", { name: "any logged-in user: create **" }));
    await press("Space");
    const look = button("Review and save");
    await goTo(look);
    await press("Enter");
    const review = sheet("Review and save");
    await review.getByText("create").first().waitFor();
    await press("Escape");
    await review.waitFor({ state: "detached" });
    await hasFocus(look, "the button that opened the sheet");
    await press("Enter");
    await goTo(button("Save", review));
    await press("Enter");
    await review.waitFor({ state: "detached" });
    await look.waitFor({ state: "detached" });
  });

  it("adds a policy for somebody", async () => {
    await page.goto("/access?tab=policies");
    const add = button("Add a rule");
    await goTo(add);
    await press("Enter");
    const editor = sheet("Add a rule");
    await hasFocus(editor.getByLabel("Repositories"), "the first field");
    await press("Control+a");
    await type("team/**");
    await press("Tab");
    await type("alice");
    await press("Enter");
    await editor.waitFor({ state: "detached" });
    await hasFocus(add, "the button that opened the sheet");
    await page.getByRole("checkbox", { name: "alice: read team/**" }).waitFor();
    await goTo(button("Discard"));
    await press("Enter");
  });

  it("changes a setting, and goes through raw JSON without being held there", async () => {
    await page.goto("/configuration?q=gcDelay");
    await goTo(page.getByLabel("Garbage collection delay"));
    await press("Control+a");
    await type("4h");
    await goTo(button("Review and save"));
    await page.goto("/configuration?tab=json");
    const editor = page.getByLabel("Configuration as JSON");
    await goTo(editor);
    await press("Control+Home", "Delete");
    const mark = page.getByRole("button", { name: /^Line \d+:/ });
    await mark.waitFor();
    await goTo(mark, "Shift+Tab");
    await press("Enter");
    await hasFocus(editor, "the text with the error");
    await goTo(button("Discard"));
    await press("Enter");
    await mark.waitFor({ state: "detached" });
  });

  it("opens an image, pins it, and thinks better of removing it", async () => {
    await page.goto("/repositories");
    const repository = page.getByRole("row", { name: /library\/redis/ });
    await goTo(repository);
    await press("Enter");
    const tag = page.getByRole("row", { name: /1\.0/ });
    await goTo(tag);
    await press("Enter");
    const image = sheet("library/redis:1.0");
    await goTo(button("Pin", image));
    await press("Enter");
    await button("Unpin", image).waitFor();
    await goTo(button("Undo", image));
    await press("Enter");
    await button("Pin", image).waitFor();
    const remove = button("Remove the tag", image);
    await goTo(remove);
    await press("Enter");
    await hasFocus(button("Cancel", image), "the answer that destroys nothing");
    await press("Escape");
    await hasFocus(remove, "the button that asked");
    await press("Escape");
    await image.waitFor({ state: "detached" });
    await hasFocus(tag, "the row that was opened");
  });

  it("starts a job, after a question where it takes something away", async () => {
    await page.goto("/storage");
    const evict = button("Evict");
    await goTo(evict);
    await press("Enter");
    const question = sheet("Evict now?");
    await question.waitFor();
    await press("Escape");
    await question.waitFor({ state: "detached" });
    await hasFocus(evict, "the button that asked");
    await goTo(button("Scrub"));
    await press("Enter");
    await page.getByRole("table", { name: "Jobs" }).getByRole("cell", { name: "Scrub" }).first().waitFor();
  });

  it("gets the focus back from the search", async () => {
    await page.goto("/storage");
    const scrub = button("Scrub");
    await goTo(scrub);
    await press("Control+k");
    await sheet("Search over everything").waitFor();
    await press("Escape");
    await hasFocus(scrub, "what had it before the search");
  });

  it("met no console error on the way", () => {
    assert.deepEqual(page.problems, []);
  });
});
