// The dashboard below a prefix of its host, as an nginx before the daemon has it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { admin, basic, mirrorOf, pull, startDaemon } from "./support/daemon.mjs";
import { logIn, openPage, startBrowser } from "./support/browser.mjs";
import { startNginx } from "./support/nginx.mjs";
import { startUpstream } from "./support/upstream.mjs";

const kPrefix = "/apps/larder";

describe("below a prefix", () => {
  let browser, daemon, front, upstream;
  before(async () => {
    upstream = await startUpstream({ big: 1 << 20 });
    daemon = await startDaemon({ rules: [mirrorOf(upstream)], locked: true, trustedProxies: ["127.0.0.1"] });
    front = await startNginx({ [kPrefix]: daemon });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await front?.stop();
    await daemon?.remove();
    await upstream?.stop();
  });

  /** A page logged in there, and all that it asked for and connected to. */
  async function openBelow() {
    const page = await openPage(browser, front, { prefix: kPrefix });
    page.asked = [];
    page.on("request", (request) => page.asked.push(request.url()));
    page.on("websocket", (socket) => page.asked.push(socket.url()));
    await logIn(page);
    return page;
  }

  it("logs in, with a cookie of the prefix alone", async () => {
    const page = await openBelow();
    const cookies = await page.context().cookies();
    assert.deepEqual(
      cookies.map(({ name, path }) => [name, path]),
      [["larder_session", kPrefix]],
    );
    await page.getByRole("button", { name: `Log out ${admin.user}` }).click();
    await page.getByLabel("Password").waitFor();
    assert.deepEqual(await page.context().cookies(), []);
    await page.context().close();
  });

  it("goes from screen to screen, back, and to the same one after a reload", async () => {
    const page = await openBelow();
    const below = () => page.url().replace(front.url, "");
    const heading = (name) => page.getByRole("heading", { level: 1, name }).waitFor();
    const screens = page.getByRole("navigation", { name: "Screens" });
    assert.equal(below(), `${kPrefix}/`);
    await screens.getByRole("link", { name: "Configuration" }).click();
    await heading("Configuration");
    assert.equal(below(), `${kPrefix}/configuration`);
    await page.getByRole("link", { name: "History" }).click();
    await page.waitForURL(`**${kPrefix}/configuration?tab=history`);
    await screens.getByRole("link", { name: "Storage" }).click();
    await heading("Storage");
    await page.reload();
    await heading("Storage");
    assert.equal(below(), `${kPrefix}/storage`);
    await page.goBack();
    await heading("Configuration");
    assert.equal(below(), `${kPrefix}/configuration?tab=history`);

    await page.goto(`${front.url}${kPrefix}/configuration?q=gcDelay`);
    await page.getByLabel("Garbage collection delay").waitFor();
    await page.goto(`${front.url}${kPrefix}/none/at/all`);
    await page.getByRole("link", { name: "Go to the overview" }).click();
    await heading("Overview");
    assert.equal(below(), `${kPrefix}/`);

    const elsewhere = page.asked.filter(
      (url) => !url.startsWith("data:") && !new URL(url).pathname.startsWith(kPrefix),
    );
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(
      page.problems.filter((one) => !one.includes("401")),
      [],
    );
    await page.context().close();
  });

  it("has live values, and changes and exports the configuration", async () => {
    const page = await openBelow();
    const live = page.asked.find((url) => url.startsWith("ws:"));
    assert.equal(live, `${front.url.replace("http:", "ws:")}${kPrefix}/api/v1/live`);
    const chart = page.getByRole("img", { name: /Bytes served and fetched per second/ });
    await chart.waitFor();
    const first = await chart.getAttribute("aria-label");
    await pull(daemon, "library/big", "big", { headers: basic(admin) });
    await page.waitForFunction(
      (text) => document.querySelector("[role=img][aria-label^='Bytes served']").getAttribute("aria-label") !== text,
      first,
    );
    await page.goto(`${front.url}${kPrefix}/configuration?tab=export`);
    const downloading = page.waitForEvent("download");
    await page
      .getByRole("link", { name: /Download/ })
      .first()
      .click();
    const download = await downloading;
    assert.ok(download.url().startsWith(`${front.url}${kPrefix}/api/v1/config/export`), download.url());
    assert.equal(await download.failure(), null);
    await page.context().close();
  });
});
