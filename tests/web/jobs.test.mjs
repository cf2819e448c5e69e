// What an admin does most weeks, each with as few presses as it takes, and each by keyboard alone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { admin, basic, mirrorOf, pull, startDaemon } from "./support/daemon.mjs";
import { openCounting, startBrowser } from "./support/browser.mjs";
import { keyboardOf } from "./support/keyboard.mjs";
import { startUpstream } from "./support/upstream.mjs";

const headers = basic(admin);

describe("blocking", () => {
  let browser, daemon, upstream, page;
  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ locked: true, rules: [mirrorOf(upstream)] });
    for (const name of ["team/app", "team/tool"]) await pull(daemon, name, "1.0", { headers });
    browser = await startBrowser();
    page = await openCounting(browser, daemon);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("a repository takes three presses from the list, and holds at once for what is cached", async () => {
    await page.begin("/repositories");
    await page.getByRole("link", { name: "team/app" }).click();
    await page.getByRole("button", { name: "Block…" }).click();
    const sheet = page.getByRole("dialog", { name: "Block team/app" });
    const { hasFocus, type } = keyboardOf(page);
    await hasFocus(sheet.getByLabel("Reason"), "the reason, as the name is known");
    await type("CVE-2026-1234");
    await sheet.getByRole("button", { name: "Block", exact: true }).click();
    await sheet.waitFor({ state: "detached" });
    assert.ok((await page.clicks()) <= 3, `${await page.clicks()} presses`);
    const notice = page.locator("main .notice", { hasText: "Blocked" });
    await notice.getByText(`by ${admin.user}`).waitFor();
    await notice.getByText("CVE-2026-1234").waitFor();
    await notice.locator("time").waitFor();
    await assert.rejects(pull(daemon, "team/app", "1.0", { headers }), /403/);
    await pull(daemon, "team/tool", "1.0", { headers });
  });

  it("is seen in the list, with who, when and why, and lifted there", async () => {
    await page.begin("/repositories");
    const marked = page.getByRole("table", { name: "Repositories" }).getByRole("row").filter({ hasText: "blocked" });
    await marked.getByRole("link", { name: "team/app" }).waitFor();
    assert.equal(await marked.count(), 1);
    await page.getByRole("button", { name: "1 blocked" }).click();
    const list = page.getByRole("dialog", { name: "Blocked repositories" });
    const row = list.getByRole("row", { name: /team\/app/ });
    assert.match(
      await row.innerText(),
      new RegExp(`cannot be pulled or mirrored[\\s\\S]*${admin.user}, .*[\\s\\S]*CVE`),
    );
    await row.getByRole("button", { name: "Unblock" }).click();
    await row.getByRole("group").getByRole("button", { name: "Unblock" }).click();
    await list.getByText("Nothing is blocked").waitFor();
    assert.ok((await page.clicks()) <= 3, `${await page.clicks()} presses`);
    await pull(daemon, "team/app", "1.0", { headers });
  });

  it("some tags of many repositories leaves the others, and the daemon says what is wrong with a pattern", async () => {
    await page.begin("/repositories?block=new");
    const sheet = page.getByRole("dialog", { name: "Block repositories" });
    await sheet.getByLabel("Repositories").fill("team/**");
    await sheet.getByLabel("Tags").fill("[");
    await sheet.getByRole("button", { name: "Block", exact: true }).click();
    await sheet.locator(".field.invalid").getByLabel("Tags").waitFor();
    await sheet.getByLabel("Tags").fill("^1\\.1$");
    await sheet.getByRole("button", { name: "Block", exact: true }).click();
    await page.getByRole("dialog", { name: "Blocked repositories" }).getByText("team/**", { exact: true }).waitFor();
    await assert.rejects(pull(daemon, "team/tool", "1.1", { headers }), /403/);
    await pull(daemon, "team/tool", "1.0", { headers });
    await page.goto("/repositories?name=team/tool");
    const notice = page.locator("main .notice", { hasText: "Blocked" });
    await notice.getByText("team/**").waitFor();
    await notice.getByRole("button", { name: "Unblock" }).click();
    await notice.waitFor({ state: "detached" });
    await pull(daemon, "team/tool", "1.1", { headers });
  });

  it("met no console error on the way", () =>
    assert.deepEqual(
      // The pattern that was refused.
      page.problems.filter((problem) => !/422/.test(problem)),
      [],
    ));
});

describe("what takes the disk", () => {
  let browser, daemon, upstream, page;
  before(async () => {
    upstream = await startUpstream({ 1.9: 4096, "1.10": 400_000, 1.2: 8192 });
    daemon = await startDaemon({ locked: true, rules: [mirrorOf(upstream)] });
    for (const tag of ["1.9", "1.10", "1.2"]) await pull(daemon, "team/app", tag, { headers });
    await pull(daemon, "team/tool", "1.2", { headers });
    await pull(daemon, `team/${"a-very-long-name/".repeat(8)}app`, "1.2", { headers });
    browser = await startBrowser();
    page = await openCounting(browser, daemon);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  const names = (table) => table.locator("tbody tr .row-link").allInnerTexts();

  it("is found in three presses, from the registry down to the tag", async () => {
    await page.begin("/storage");
    const table = page.getByRole("table", { name: "Disk usage" });
    await table.getByRole("link", { name: upstream.host }).click();
    await table.getByRole("link", { name: "team/app" }).click();
    await table.getByRole("columnheader", { name: "Tag" }).waitFor();
    assert.equal((await names(table))[0], "1.10");
    await table.getByRole("link", { name: "1.10" }).click();
    await page.getByRole("dialog", { name: "team/app:1.10" }).waitFor();
    assert.ok((await page.clicks()) <= 3, `${await page.clicks()} presses`);
    await page.goBack();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.goBack();
    await table.getByRole("link", { name: "team/tool" }).waitFor();
  });

  it("has all its columns in sight beside a long name", async () => {
    await page.goto("/storage");
    const table = page.getByRole("table", { name: "Disk usage" });
    await table.getByRole("link", { name: upstream.host }).click();
    await table.getByRole("link", { name: /a-very-long-name/ }).waitFor();
    const box = await table.evaluate(({ parentElement: { scrollWidth, clientWidth } }) => ({
      scrollWidth,
      clientWidth,
    }));
    assert.ok(box.scrollWidth <= box.clientWidth, JSON.stringify(box));
  });

  it("is told apart from what others share, and tags are sorted as versions", async () => {
    await page.goto("/repositories?name=team/app");
    const table = page.getByRole("table", { name: "Tags of team/app" });
    await table.getByText("1.10").waitFor();
    assert.deepEqual(await names(table), ["1.10", "1.9", "1.2"]);
    await table.getByRole("button", { name: "Freed if removed" }).click();
    await page.waitForURL(/sort=-own/);
    await page.waitForFunction(() => document.querySelector("tbody tr .row-link")?.textContent.startsWith("1.10"));
    await page.reload();
    await table.getByText("1.10").waitFor();
    assert.equal(await table.locator('[aria-sort="descending"]').innerText(), "Freed if removed");
    // 1.2 is stored for both: removing it here frees nothing.
    const shared = table.getByRole("row", { name: /1\.2/ });
    assert.match(await shared.innerText(), /0 B/);
  });
});

describe("with the keyboard alone", () => {
  let browser, daemon, upstream, page;
  let press, type, hasFocus, goTo, open, command;
  const button = (name, within = page) => within.getByRole("button", { name, exact: true });
  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ locked: true, rules: [mirrorOf(upstream)] });
    await pull(daemon, "team/app", "1.0", { headers });
    await assert.rejects(pull(daemon, "team/lost", "absent", { headers }), /404/);
    browser = await startBrowser();
    page = await openCounting(browser, daemon);
    await page.begin("/");
    ({ press, type, hasFocus, goTo, open, command } = keyboardOf(page));
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("adds a mirror", async () => {
    await command("Add a mirror");
    const sheet = page.getByRole("dialog", { name: "Add a mirror" });
    await goTo(sheet.getByRole("radio").first());
    await press("Space");
    await sheet.getByRole("heading", { name: "Route" }).waitFor();
    await goTo(sheet.getByLabel("Stored under"));
    await press("Control+a");
    await type("/hub");
    await press("Enter");
    await sheet.waitFor({ state: "detached" });
    await page.getByText("/hub").first().waitFor();
  });

  it("blocks a repository, and lifts that again", async () => {
    await command("team/app");
    await goTo(button("Block…"));
    const sheet = page.getByRole("dialog", { name: "Block team/app" });
    await open(sheet, { on: sheet.getByLabel("Reason") });
    await type("a reason");
    await press("Enter");
    await sheet.waitFor({ state: "detached" });
    await goTo(button("Unblock"));
    await press("Enter");
    await page.locator("main .notice", { hasText: "Blocked" }).waitFor({ state: "detached" });
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
  });

  it("finds what takes the disk", async () => {
    await command("Storage");
    const table = page.getByRole("table", { name: "Disk usage" });
    for (const column of ["Registry", "Repository", "Tag"]) {
      await table.getByRole("columnheader", { name: column, exact: true }).waitFor();
      await goTo(table.locator("tbody tr").first());
      await press("Enter");
    }
    await page.getByRole("dialog", { name: /team\/app:1\.0/ }).waitFor();
    await press("Escape");
  });

  it("finds why a pull failed", async () => {
    await command("Transfers");
    await goTo(button("Failed"));
    await press("Enter");
    const row = page.getByRole("row", { name: /team\/lost:absent/ });
    await row.waitFor();
    await goTo(row);
    await press("Enter");
    await page.getByRole("dialog", { name: "team/lost:absent" }).getByRole("alert").waitFor();
    await press("Escape");
  });

  it("sets up a node", async () => {
    await command("Node setup");
    await goTo(button("Podman"));
    await press("Enter");
    await goTo(page.getByRole("button", { name: /^Copy / }).first());
    await press("Enter");
    assert.equal(await page.clicks(), 0);
  });
});
