// Each editor with the keyboard alone: the focus is seen, nothing traps it, Escape closes what was opened and gives the
// focus back to what opened it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { admin, basic, mirrorOf, pull, startDaemon } from "./support/daemon.mjs";
import { logIn, openPage, startBrowser } from "./support/browser.mjs";
import { keyboardOf } from "./support/keyboard.mjs";
import { startUpstream } from "./support/upstream.mjs";

describe("the keyboard", () => {
  let browser, daemon, upstream, page;
  let press, type, hasFocus, goTo, open, confirm;
  const button = (name, within = page) => within.getByRole("button", { name, exact: true });
  const sheet = (name) => page.getByRole("dialog", { name });

  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ locked: true, rules: [mirrorOf(upstream)] });
    await pull(daemon, "library/redis", "1.0", { headers: basic(admin) });
    browser = await startBrowser();
    page = await openPage(browser, daemon);
    await logIn(page);
    ({ press, type, hasFocus, goTo, open, confirm } = keyboardOf(page));
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
    const editor = sheet("Add a mirror");
    await open(editor);
    const urls = editor.getByLabel("URL");
    await goTo(urls);
    await type("https://quay.io");
    const question = sheet("Discard unsaved changes?");
    for (let time = 0; time < 3; time++) {
      await open(question, { key: "Escape", on: button("Keep editing", question) });
      await press("Escape");
      await question.waitFor({ state: "detached" });
      await hasFocus(urls, "the field");
    }
    assert.equal(await urls.inputValue(), "https://quay.io");
    await open(question, { key: "Escape", on: button("Keep editing", question) });
    await goTo(button("Discard", question));
    await press("Enter");
    await editor.waitFor({ state: "detached" });
    await hasFocus(add, "the button that opened the sheet");
  });

  it("changes a rule and saves it", async () => {
    await page.goto("/mirrors");
    const edit = button("Edit").first();
    await goTo(edit);
    const editor = sheet("Rule 1");
    await open(editor);
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
    const editor = sheet("Add a user");
    await open(editor, { on: editor.getByLabel("Name") });
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
    await confirm("Remove keys");
    await page.getByRole("cell", { name: "keys", exact: true }).waitFor({ state: "detached" });
  });

  it("changes a policy, looks at what that does, and saves it", async () => {
    await page.goto("/access?tab=policies");
    await goTo(page.getByRole("checkbox", { name: "any logged-in user: create **" }));
    await press("Space");
    const look = button("Review and save");
    await goTo(look);
    const review = sheet("Review and save");
    await open(review);
    await review.getByText("create").first().waitFor();
    await press("Escape");
    await review.waitFor({ state: "detached" });
    await hasFocus(look, "the button that opened the sheet");
    await open(review);
    await goTo(button("Save", review));
    await press("Enter");
    await review.waitFor({ state: "detached" });
    await look.waitFor({ state: "detached" });
  });

  it("adds a policy for somebody", async () => {
    await page.goto("/access?tab=policies");
    const add = button("Add a rule");
    await goTo(add);
    const editor = sheet("Add a rule");
    await open(editor, { on: editor.getByLabel("Repositories") });
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
    await goTo(mark, { key: "Shift+Tab" });
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
    const image = sheet("library/redis:1.0");
    await open(image);
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
    const question = sheet("Evict now?");
    await open(question);
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
    await open(sheet("Search everything"), { key: "Control+k" });
    await press("Escape");
    await hasFocus(scrub, "what had it before the search");
  });

  it("met no console error on the way", () => {
    assert.deepEqual(page.problems, []);
  });
});
