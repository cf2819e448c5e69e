// Why a pull was slow or failed: found after it has ended, and after a restart too.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { admin, basic, mirrorOf, pull, startDaemon } from "./support/daemon.mjs";
import { logIn, openCounting, openPage, startBrowser } from "./support/browser.mjs";
import { startUpstream } from "./support/upstream.mjs";

const kSlowLayer = 256 * 1024;

describe("pulls that have ended", () => {
  let browser, daemon, upstream, page;
  const headers = basic(admin);
  const table = () => page.getByRole("table", { name: "Ended pulls" });
  before(async () => {
    upstream = await startUpstream({ "1.0": kSlowLayer, latest: 4096 });
    daemon = await startDaemon({ locked: true, rules: [mirrorOf(upstream)] });
    browser = await startBrowser();
    page = await openCounting(browser, daemon);
    upstream.delayMs = 60;
    await pull(daemon, "team/app", "1.0", { headers });
    upstream.delayMs = 0;
    await assert.rejects(pull(daemon, "team/app", "absent", { headers }), /404/);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("are listed with who pulled what, how it ended and how long it took", async () => {
    await page.goto("/transfers");
    const served = table().getByRole("row", { name: /team\/app:1\.0/ });
    await served.getByText("served").waitFor();
    assert.match(
      await served.innerText(),
      new RegExp(`${admin.user}[\\s\\S]*127\\.0\\.0\\.1[\\s\\S]*${upstream.host}`),
    );
    await table()
      .getByRole("row", { name: /team\/app:absent/ })
      .getByText("failed")
      .waitFor();
  });

  it("are filtered by how they ended and from where, in the address too", async () => {
    await page.goto("/transfers");
    await page.getByRole("button", { name: "Failed" }).click();
    await page.getByText("Ended pulls: 1").waitFor();
    await table().getByText("team/app:1.0").waitFor({ state: "detached" });
    assert.match(page.url(), /show=failed/);
    await page.reload();
    await page.getByText("Ended pulls: 1").waitFor();
    await page.getByRole("button", { name: "All" }).click();
    await page.getByLabel("Upstream").fill(upstream.host);
    await table().getByRole("link", { name: "team/app:1.0" }).waitFor();
    await page.getByLabel("Upstream").fill("elsewhere.example");
    await page.getByText("No pull matches").waitFor();
  });

  it("show their manifest and layers as a waterfall, and lead to the log and the upstream", async () => {
    await page.begin("/transfers");
    await page.getByLabel("Search images").fill("1.0");
    await table().getByText("team/app:1.0").click();
    const sheet = page.getByRole("dialog", { name: "team/app:1.0" });
    await sheet.waitFor();
    assert.equal(await page.clicks(), 1);
    const bars = sheet.getByRole("img");
    // The manifest, the configuration and two layers.
    await bars.nth(3).waitFor();
    assert.match(await bars.first().getAttribute("aria-label"), /^manifest 1\.0: started after .*, queued .*, took /);
    await sheet.getByText(/of which .* came from the upstream/).waitFor();
    await sheet.getByRole("link", { name: upstream.host }).click();
    await page.waitForURL(/upstream=/);
    await page.goBack();
    await page.getByRole("dialog", { name: "team/app:1.0" }).getByTitle("Log lines for this request").first().click();
    await page.waitForURL(/\/logs\?tab=log&level=debug&q=/);
    await page.getByRole("heading", { name: "Audit and logs" }).waitFor();
  });

  it("are named on the overview where one failed, one press from why", async () => {
    await page.begin("/");
    await page.getByRole("link", { name: "team/app:absent" }).click();
    const sheet = page.getByRole("dialog", { name: "team/app:absent" });
    await sheet.getByRole("alert").waitFor();
    assert.equal(await page.clicks(), 1);
    await sheet.getByText("404").first().waitFor();
  });

  it("stay over a restart", async () => {
    // Away from here, for a page whose daemon goes away says so on the console.
    await page.goto("about:blank");
    await daemon.stop();
    await daemon.start();
    await logIn(page);
    await page.goto("/transfers");
    await table().getByRole("link", { name: "team/app:1.0" }).waitFor();
    await table().getByRole("link", { name: "team/app:absent" }).waitFor();
  });

  it("met no console error on the way", () => assert.deepEqual(page.problems, []));
});

describe("an upstream that goes away", () => {
  let browser, daemon, upstream, page;
  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ rules: [mirrorOf(upstream)] });
    browser = await startBrowser();
    page = await openPage(browser, daemon, { width: 390, height: 844 });
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
  });

  it("is never contacted, then up, then down since when, in the bar of a phone too", async () => {
    await page.goto("/");
    await page.getByText("never contacted").waitFor();
    await pull(daemon, "team/app", "1.0");
    await page.getByText("up", { exact: true }).waitFor();
    await upstream.stop();
    for (const tag of ["1.0", "1.1", "1.2"]) await assert.rejects(pull(daemon, "team/other", tag), /50\d/);
    const row = page.getByRole("table", { name: "Upstreams" });
    await row.getByText(/down,? since \d\d:\d\d:\d\d/).waitFor();
    const badge = page.locator("header.top .badge").first();
    await badge.getByText(/1 down/).waitFor();
    const { left, right, cut } = await badge.evaluate((element) => ({
      left: element.getBoundingClientRect().left,
      right: element.getBoundingClientRect().right,
      cut: element.scrollWidth > element.clientWidth + 1,
    }));
    assert.ok(left >= 0 && right <= 390 && !cut, `the state is cut: ${left} to ${right}`);
  });
});
