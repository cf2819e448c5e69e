// A daemon that is frozen or killed: what is shown says from when it is, and what could not be read is said to have
// failed.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { openPage, startBrowser } from "./support/browser.mjs";
import { startDaemon } from "./support/daemon.mjs";

describe("a daemon that is away", () => {
  let browser, daemon, page;
  before(async () => {
    browser = await startBrowser();
    daemon = await startDaemon();
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
  });
  afterEach(async () => {
    daemon.thaw();
    await page?.context().close();
  });

  const line = () => page.locator(".connection-line");
  const go = (screen) => page.getByRole("link", { name: screen, exact: true }).first().click();

  it("is said to be silent after three missed heartbeats when it is frozen, and serving when it goes on", async () => {
    page = await openPage(browser, daemon);
    await page.goto("/");
    await page.getByText("serving").waitFor();
    await page.getByRole("img", { name: /Bytes served and fetched/ }).waitFor();
    const before = Date.now();
    daemon.freeze();
    await line()
      .getByText(/The server is silent since .*\d\d:\d\d:\d\d/)
      .waitFor();
    // Three of 2 s each, and what a slow machine adds; the socket is given up after 12 s.
    assert.ok(Date.now() - before < 11_000, `it took ${Date.now() - before} ms`);
    await page.locator("main.stale").waitFor();
    assert.equal(await page.getByText("serving", { exact: true }).count(), 0);
    // The socket is given up, and made anew: the line says what is tried.
    await line()
      .getByText(/Connection lost since/)
      .waitFor();
    await line()
      .getByText(/Next try in \d|Trying to reconnect/)
      .waitFor();
    daemon.thaw();
    await line().waitFor({ state: "detached" });
    await page.locator("main:not(.stale)").waitFor();
    await page.getByText("serving", { exact: true }).waitFor();
  });

  it("shows a screen that was not read yet as failed, not as loading, empty or done", async () => {
    page = await openPage(browser, daemon);
    await page.goto("/");
    await page.getByText("serving").waitFor();
    daemon.freeze();
    await go("Storage");
    await page
      .getByText(/No answer yet/)
      .first()
      .waitFor();
    await page
      .getByRole("heading", { name: /No answer|No connection/ })
      .first()
      .waitFor();
    await page.waitForFunction(() => !document.querySelector("main .skeleton"));
    for (const false_ of [/No jobs yet/, /Nothing to remove/, /Nothing is stored/])
      assert.equal(await page.getByText(false_).count(), 0, String(false_));
    await go("Access");
    const failed = page.getByRole("heading", { name: /No answer|No connection/ }).first();
    await failed.waitFor();
    assert.equal(await page.getByText(/No users? yet/).count(), 0);
    daemon.thaw();
    // It is read again by itself once the daemon is back.
    await failed.waitFor({ state: "detached" });
    await page
      .getByText(/No users? yet|No user/)
      .first()
      .waitFor();
  });

  it("keeps what was read before, with its age", async () => {
    page = await openPage(browser, daemon);
    await page.goto("/storage");
    await page.getByText(/No jobs yet/).waitFor();
    daemon.freeze();
    // What is read every 10 s fails 10 s later.
    await page
      .getByText(/^As of .* incomplete or out of date/)
      .first()
      .waitFor();
    assert.equal(await page.getByText(/No jobs yet/).count(), 0);
    await page.getByRole("heading", { name: "Capacity", exact: true }).waitFor();
  });

  it("is said to be lost when it was killed, and comes back without a reload", async () => {
    page = await openPage(browser, daemon);
    await page.goto("/");
    await page.getByText("serving").waitFor();
    await daemon.kill();
    await line()
      .getByText(/Connection lost since/)
      .waitFor();
    await go("Transfers");
    await page.getByRole("heading", { name: "No connection" }).first().waitFor();
    assert.equal(await page.getByText("Nothing is being fetched").count(), 0);
    await daemon.start();
    await line()
      .getByRole("button", { name: "Try now" })
      .click({ timeout: 2000 }) // unless it came back by itself
      .catch(() => {});
    await page.getByText("Nothing is being fetched").waitFor();
    await line().waitFor({ state: "detached" });
  });
});
