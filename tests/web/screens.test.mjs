// Every screen in both themes and three widths: no serious finding of axe, nothing cut off, no console error, no
// request to another host.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { logIn, openPage, seriousFindings, startBrowser } from "./support/browser.mjs";
import { startDemo } from "./support/demo.mjs";

const kScreens = [
  ["Overview", "/"],
  ["Transfers", "/transfers"],
  ["Repositories", "/repositories"],
  ["Repository", "/repositories?name=docker.io/library/nginx"],
  ["Index", "/repositories?name=docker.io/library/nginx&ref=latest"],
  ["Signed image", "/repositories?name=team/shop/web&ref=stable"],
  ["Mirrors", "/mirrors"],
  ["New mirror", "/mirrors?edit=new"],
  ["Rule", async (demo) => `/mirrors?edit=${(await demo.call("GET", "/sync/rules")).items[0].id}`],
  ["Effective access", "/access?tab=effective&who=ci"],
  ["Credentials", "/mirrors?tab=credentials"],
  ["Runs", "/mirrors?tab=runs"],
  ["Users", "/access"],
  ["New user", "/access?add=user"],
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
  let browser, demo;
  before(async () => {
    demo = await startDemo();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  for (const theme of ["light", "dark"]) {
    for (const width of kWidths) {
      it(`are whole at ${width} px, ${theme}`, { timeout: 300_000 }, async () => {
        const page = await openPage(browser, demo, { width, theme });
        await logIn(page, demo.admin);
        for (const [name, address] of kScreens) {
          await page.goto(typeof address === "function" ? await address(demo) : address);
          await page.settled();
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
