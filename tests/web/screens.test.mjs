// Every screen in both themes and three widths: no serious finding of axe, nothing cut off, no console error, no
// request to another host.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { logIn, openPage, seriousFindings, startBrowser } from "./support/browser.mjs";
import { startDemo } from "./support/demo.mjs";
import { addressOf, screens } from "./support/screens.mjs";

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
        for (const [name, address] of screens) {
          await page.goto(await addressOf(address, demo));
          await page.settled();
          const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
          assert.equal(overflows, false, `${name} is wider than the window`);
          const squeezed = await page.evaluate(() =>
            [...document.querySelectorAll("main .tabs, main .screen-head, main .selection-bar")]
              .filter((part) => part.scrollHeight > part.clientHeight + 1)
              .map((part) => part.className),
          );
          assert.deepEqual(squeezed, [], `${name} has parts that are cut`);
          assert.deepEqual(await seriousFindings(page), [], name);
          assert.deepEqual(page.problems, [], name);
        }
        await page.context().close();
      });
    }
  }
});
