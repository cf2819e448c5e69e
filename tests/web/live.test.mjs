// What moves by itself: transfers, metrics, and the page when its daemon goes away and comes back.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { mirrorOf, pull, startDaemon } from "./support/daemon.mjs";
import { openPage, startBrowser } from "./support/browser.mjs";
import { startUpstream } from "./support/upstream.mjs";

const kLayer = 16 * 1024 * 1024;

describe("live", () => {
  let browser, daemon, upstream;
  before(async () => {
    upstream = await startUpstream({ big: kLayer, small: 4096 });
    daemon = await startDaemon({ rules: [mirrorOf(upstream)] });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("shows a transfer as it goes, and cancels it", async () => {
    const page = await openPage(browser, daemon);
    await page.goto("/transfers");
    await page.getByText("Nothing is being fetched").waitFor();
    upstream.delayMs = 100; // the layer takes 25 s
    const pulling = pull(daemon, "library/big", "big").then(
      () => "whole",
      () => "cut off",
    );
    const bar = page.getByRole("progressbar", {
      name: "Progress of library/big",
    });
    await bar.waitFor();
    const first = Number(await bar.getAttribute("aria-valuenow"));
    await page.waitForFunction(
      (least) => Number(document.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")) > least,
      first,
    );
    await page.getByRole("button", { name: "Cancel the download of library/big" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the download" }).click();
    await page.getByText("Nothing is being fetched").waitFor();
    assert.equal(await pulling, "cut off");
    upstream.delayMs = 0;
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  it("moves the chart of the overview with the pulls", async () => {
    const page = await openPage(browser, daemon);
    await page.goto("/");
    const chart = page.getByRole("img", { name: /Bytes served and fetched per second/ });
    await chart.waitFor();
    let moved = false;
    for (let round = 0; round < 100 && !moved; round++) {
      await page.waitForTimeout(100);
      await pull(daemon, "library/small", "small");
      moved = /Served [\d.]*[1-9]/.test(await chart.getAttribute("aria-label"));
    }
    assert.ok(moved, await chart.getAttribute("aria-label"));
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  it("says that the daemon is away, keeps what was typed, and comes back by itself", async () => {
    const page = await openPage(browser, daemon);
    await page.goto("/configuration?q=gcDelay");
    await page.getByLabel("Collection delay").fill("7h");
    await daemon.stop();
    await page.getByText("connection lost").waitFor();
    await daemon.start();
    await page.getByText("connection lost").waitFor({ state: "detached", timeout: 20_000 });
    assert.equal(await page.getByLabel("Collection delay").inputValue(), "7h");
    await page.context().close();
  });
});
