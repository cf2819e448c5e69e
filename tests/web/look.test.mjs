// What is looked at rather than changed: an image and what refers to it, the testers, charts, the export, drift.
import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { startDaemon } from "./support/daemon.mjs";
import { logIn, openPage, startBrowser } from "./support/browser.mjs";
import { startDemo } from "./support/demo.mjs";

describe("looking", () => {
  let browser, demo, page;
  before(async () => {
    demo = await startDemo();
    browser = await startBrowser();
    page = await openPage(browser, demo);
    await logIn(page, demo.admin);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it("shows the layers of each platform of an image, and its configuration", async () => {
    await page.goto("/repositories?name=docker.io/library/nginx&ref=latest");
    const sheet = page.getByRole("dialog", { name: "docker.io/library/nginx:latest" });
    await sheet.getByRole("row", { name: /linux\/arm64/ }).click();
    await sheet
      .getByText(/This platform is not cached|layers/)
      .first()
      .waitFor();
    await sheet.getByRole("row", { name: /linux\/amd64/ }).click();
    await sheet.getByRole("heading", { name: "5 layers" }).waitFor();
    await sheet.getByRole("heading", { name: "Configuration" }).waitFor();
    await sheet.getByText("/docker-entrypoint.sh").first().waitFor();
    await sheet.getByText("History").click();
    await sheet.getByText(/part 1 of library\/nginx/).waitFor();
  });

  it("shows the signature and the bill of materials of an image", async () => {
    await page.goto("/repositories?name=team/shop/web&ref=stable");
    const table = page.getByRole("table", { name: "Referrers" });
    await table.getByText("signature").waitFor();
    await table.getByText("SBOM").waitFor();
  });

  it("explains which policy lets somebody do something", async () => {
    await page.goto("/access?tab=policies");
    await page.getByLabel("User", { exact: true }).fill("ci");
    await page.getByLabel("Repository", { exact: true }).fill("team/shop/web");
    await page.getByLabel("Action").selectOption("create");
    await page.getByText("allowed").waitFor();
    await page.getByText(/Decided by/).waitFor();
    await page.getByLabel("User", { exact: true }).fill("node");
    await page.getByText("denied").waitFor();
  });

  it("shows the values of a chart where it is hovered, in other ranges too", async () => {
    await page.goto("/charts");
    const chart = page.getByRole("img", { name: /^Served\./ });
    await chart.scrollIntoViewIfNeeded();
    const time = chart.locator(".u-legend .u-series").first();
    const now = await time.innerText();
    const { x, y, width, height } = await chart.boundingBox();
    await page.mouse.move(x + width / 2, y + height / 3);
    await page.waitForFunction(([element, before]) => element.innerText !== before, [await time.elementHandle(), now]);
    await page.getByRole("button", { name: "6 h", exact: true }).click();
    // A young daemon has the first value of this range after ten seconds, and the page asks for it as often.
    await page.getByRole("img", { name: /^Served\. Now: Served [\d.]+/ }).waitFor();
  });

  it("exports the configuration without its secrets, for Helm too", async () => {
    await page.goto("/configuration?tab=export");
    await page.getByRole("button", { name: "Helm values" }).click();
    await page.getByText("configFiles").first().waitFor();
    await page.getByRole("link", { name: "Download values.yaml" }).waitFor();
  });

  it("moves nothing for who wishes so", async () => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto("/storage");
    const bar = page.getByRole("meter", { name: "Storage in use" }).locator("span");
    const seconds = await bar.evaluate((element) => parseFloat(getComputedStyle(element).transitionDuration));
    assert.ok(seconds < 0.001, `a change takes ${seconds} s`);
    await page.emulateMedia({ reducedMotion: null });
  });

  it("met no console error on the way", () => {
    assert.deepEqual(page.problems, []);
  });

  it("shows what differs from a file that cannot be written", async () => {
    const daemon = await startDaemon();
    try {
      chmodSync(daemon.config, 0o444);
      const other = await openPage(browser, daemon);
      await other.goto("/configuration?q=gcDelay");
      await other.getByLabel("Garbage collection delay").fill("3h");
      await other.getByRole("button", { name: "Review and save" }).click();
      const sheet = other.getByRole("dialog", { name: "Review and save" });
      await sheet.getByRole("button", { name: "Save", exact: true }).click();
      await sheet.waitFor({ state: "detached" });
      await other.getByRole("link", { name: "Drift" }).click();
      await other.getByText("storage.gcDelay").first().waitFor();
      assert.deepEqual(other.problems, []);
    } finally {
      await daemon.remove();
    }
  });
});
