// Every screen in both themes and three widths: no serious finding of axe, nothing cut off, no console error, no
// request to another host.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { mirrorOf, pull, startDaemon } from "./support/daemon.mjs";
import { openPage, seriousFindings, startBrowser } from "./support/browser.mjs";
import { startUpstream } from "./support/upstream.mjs";

const kScreens = [
  ["Overview", "/"],
  ["Transfers", "/transfers"],
  ["Repositories", "/repositories"],
  ["Repository", "/repositories?name=library/nginx"],
  ["Manifest", "/repositories?name=library/nginx&ref=latest"],
  ["Mirrors", "/mirrors"],
  ["Rule", "/mirrors?edit=0"],
  ["Credentials", "/mirrors?tab=credentials"],
  ["Runs", "/mirrors?tab=runs"],
  ["Users", "/access"],
  ["Groups", "/access?tab=groups"],
  ["Policies", "/access?tab=policies"],
  ["Settings", "/configuration?section=http"],
  ["Extensions", "/configuration?section=extensions"],
  ["JSON", "/configuration?tab=json"],
  ["History", "/configuration?tab=history"],
  ["Drift", "/configuration?tab=drift"],
  ["Export", "/configuration?tab=export"],
  ["Storage", "/storage"],
  ["Metrics", "/charts"],
  ["Audit", "/logs"],
  ["Log", "/logs?tab=log"],
  ["Node setup", "/node-setup"],
];
const kWidths = [390, 1280, 1920];

describe("screens", () => {
  let browser, daemon, upstream;
  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ rules: [mirrorOf(upstream)] });
    await pull(daemon, "library/nginx", "latest");
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  for (const theme of ["light", "dark"]) {
    for (const width of kWidths) {
      it(`are whole at ${width} px, ${theme}`, { timeout: 300_000 }, async () => {
        const page = await openPage(browser, daemon, { width, theme });
        for (const [name, address] of kScreens) {
          await page.goto(address);
          await page.locator("h1").first().waitFor({ state: "attached" });
          await page.waitForFunction(() => !document.querySelector("main .skeleton, .sheet .skeleton"));
          const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
          assert.equal(overflows, false, `${name} is wider than the window`);
          assert.deepEqual(await seriousFindings(page), [], name);
          assert.deepEqual(page.problems, [], name);
        }
        await page.context().close();
      });
    }
  }
});
