// The same in another engine: every screen, and what an admin does most.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { hasFirefox, logIn, openPage, startFirefox } from "./support/browser.mjs";
import { basic, pull } from "./support/daemon.mjs";
import { startDemo } from "./support/demo.mjs";
import { keyboardOf } from "./support/keyboard.mjs";
import { addressOf, screens } from "./support/screens.mjs";
import { startUpstream } from "./support/upstream.mjs";

describe("Firefox", { skip: hasFirefox ? false : "firefox-esr is not installed" }, () => {
  let browser, demo, upstream, page;
  before(async () => {
    upstream = await startUpstream();
    demo = await startDemo();
    browser = await startFirefox();
    page = await openPage(browser, demo);
    await logIn(page, demo.admin);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
    await upstream?.stop();
  });

  it("shows each screen whole", { timeout: 300_000 }, async () => {
    for (const [name, address] of screens) {
      await page.goto(await addressOf(address, demo));
      await page.settled();
      const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
      assert.equal(overflows, false, `${name} is wider than the window`);
      assert.deepEqual(page.problems, [], name);
    }
  });

  it("draws the charts and keeps them moving", async () => {
    await page.goto("/");
    const chart = page.getByRole("img", { name: /Bytes served and fetched per second/ });
    await chart.locator("canvas").waitFor();
    const before = await chart.getAttribute("aria-label");
    await page.waitForFunction(
      (label) => document.querySelector("[role=img][aria-label^='Bytes served']").getAttribute("aria-label") !== label,
      before,
    );
  });

  it("adds a mirror, which the next pull goes through", async () => {
    await page.goto("/mirrors?edit=new");
    const sheet = page.getByRole("dialog", { name: "Add a mirror" });
    await sheet.getByLabel("Another registry").check();
    await sheet.getByLabel("URL").fill(upstream.url);
    await sheet.getByLabel("Stored under").fill("/fox");
    await sheet.getByRole("button", { name: "Add mirror" }).click();
    await sheet.waitFor({ state: "detached" });
    await pull(demo, "fox/team/app", "1.0", { headers: basic(demo.admin) });
  });

  it("blocks a repository by keyboard, and lifts that again", async () => {
    const { command, goTo, open, press, type } = keyboardOf(page);
    await command("fox/team");
    const sheet = page.getByRole("dialog", { name: "Block fox/team/app" });
    await goTo(page.getByRole("button", { name: "Block…" }));
    await open(sheet, { on: sheet.getByLabel("Reason") });
    await type("a reason");
    await press("Enter");
    await sheet.waitFor({ state: "detached" });
    await assert.rejects(pull(demo, "fox/team/app", "1.0", { headers: basic(demo.admin) }), /403/);
    await goTo(page.getByRole("button", { name: "Unblock" }));
    await press("Enter");
    await page.locator("main .notice", { hasText: "Blocked" }).waitFor({ state: "detached" });
  });

  it("asks before it leaves what was typed, by link and by Back", async () => {
    await page.goto("/configuration?q=gcDelay");
    await page.getByLabel("Garbage collection delay").fill("5h");
    const question = page.getByRole("dialog", { name: "Leave with unsaved changes?" });
    await page.getByRole("link", { name: "Storage" }).click();
    await question.getByRole("button", { name: "Stay" }).click();
    await question.waitFor({ state: "detached" });
    assert.equal(await page.getByLabel("Garbage collection delay").inputValue(), "5h");
    await page.getByRole("button", { name: "Review and save" }).click();
    const review = page.getByRole("dialog", { name: "Review and save" });
    await review.getByText("storage.gcDelay").waitFor();
    await review.getByRole("button", { name: "Save", exact: true }).click();
    await review.waitFor({ state: "detached" });
  });

  it("met no console error on the way", () => assert.deepEqual(page.problems, []));
});
