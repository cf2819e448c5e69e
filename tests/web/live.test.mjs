// What moves by itself: transfers, metrics, and the page when its daemon goes away and comes back.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { basic, mirrorOf, pull } from "./support/daemon.mjs";
import { logIn, logInAgain, openPage, startBrowser } from "./support/browser.mjs";
import { startDemo } from "./support/demo.mjs";
import { startUpstream } from "./support/upstream.mjs";

const kLayer = 16 * 1024 * 1024;

describe("live", () => {
  let browser, demo, upstream;
  before(async () => {
    upstream = await startUpstream({ big: kLayer });
    demo = await startDemo();
    await demo.call("POST", "/sync/rules", mirrorOf(upstream));
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
    await upstream?.stop();
  });

  it("shows a transfer as it goes, and cancels it", async () => {
    const page = await openPage(browser, demo);
    await logIn(page, demo.admin);
    await page.goto("/transfers");
    const { layers } = await fetch(`${upstream.url}/v2/library/big/manifests/big`).then((answer) => answer.json());
    const name = `${layers[0].digest.slice(7, 19)} of library/big`;
    upstream.delayMs = 200; // the layer takes 50 s
    const pulling = pull(demo, "library/big", "big", { headers: basic(demo.admin) }).then(
      () => "whole",
      () => "cut off",
    );
    try {
      const bar = page.getByRole("progressbar", { name: `Progress of ${name}` });
      await bar.waitFor();
      const first = Number(await bar.getAttribute("aria-valuenow"));
      await page.waitForFunction(
        ([label, least]) => {
          const now = document.querySelector(`[role=progressbar][aria-label='${label}']`);
          return Number(now?.getAttribute("aria-valuenow")) > least;
        },
        [`Progress of ${name}`, first],
      );
      await page.getByRole("button", { name: `Cancel the download of ${name}` }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Cancel the download" }).click();
      await bar.waitFor({ state: "detached" });
      assert.equal(await pulling, "cut off");
    } finally {
      upstream.delayMs = 0;
    }
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  it("moves the chart of the overview with the pulls", async () => {
    const page = await openPage(browser, demo);
    await logIn(page, demo.admin);
    await page.goto("/");
    const chart = page.getByRole("img", { name: /Bytes served and fetched per second/ });
    await chart.waitFor();
    const first = await chart.getAttribute("aria-label");
    assert.match(first, /Served [\d.]+/);
    await page.waitForFunction(
      (before) =>
        document.querySelector("[role=img][aria-label^='Bytes served']").getAttribute("aria-label") !== before,
      first,
    );
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  it("says that the daemon is away, keeps what was typed, and comes back by itself", async () => {
    const page = await openPage(browser, demo);
    await logIn(page, demo.admin);
    await page.goto("/configuration?q=gcDelay");
    await page.getByLabel("Garbage collection delay").fill("7h");
    demo.restart();
    await page
      .getByText(/connection lost since \d\d:\d\d:\d\d/)
      .first()
      .waitFor();
    await page.locator("main.stale").waitFor();
    // Sessions end with the daemon: the log-in comes over the page, which stays as it is below.
    await logInAgain(page, demo.admin);
    await page.getByText("connection lost").first().waitFor({ state: "detached" });
    await page.locator("main:not(.stale)").waitFor();
    assert.equal(await page.getByLabel("Garbage collection delay").inputValue(), "7h");
    await page.context().close();
  });
});
