// What the dashboard costs a browser; for the bench. Prints one number.
//
//   node measure.mjs first-screen|heap|scroll|slow-paint|slow-task <url> [user password]
//
// first-screen: ms from the navigation until the overview shows its figures and its chart, with an empty cache.
// heap: bytes that the heap of a page grows by in 60 s (or $SECONDS) of live view, garbage not counted.
// scroll: ms of the longest task while the list of repositories is scrolled to its end; 0 if none took 50 ms.
// slow-paint, slow-task: with the CPU slowed down to a quarter, ms until the first paint where the list of repositories
// is opened, and ms of the longest task while that list and the ended pulls are opened and scrolled, as fast as it goes
// and at a speed at which names can be read; 0 if none took 50 ms.
import { logIn, openPage, startBrowser } from "./support/browser.mjs";

const kRuns = 5;
const kWarmUpMs = 10_000;

async function firstScreen(browser, daemon) {
  const times = [];
  // The first run warms up the browser, not the page: each has a cache of its own.
  for (let run = 0; run <= kRuns; run++) {
    const page = await openPage(browser, daemon);
    await page.addInitScript(() => {
      const look = () => {
        const shown = document.querySelector("main .figures .value") && document.querySelector("main .chart canvas");
        if (shown) globalThis.usableAt = performance.now();
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await page.goto("/");
    const time = await page.waitForFunction(() => globalThis.usableAt);
    if (run > 0) times.push(await time.jsonValue());
    await page.context().close();
  }
  return times.sort((a, b) => a - b)[Math.floor(kRuns / 2)];
}

async function heap(browser, daemon, account) {
  const page = await openPage(browser, daemon);
  if (account) await logIn(page, account);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const used = async () => {
    await devtools.send("HeapProfiler.collectGarbage");
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find((one) => one.name === "JSHeapUsedSize").value;
  };
  await page.goto("/");
  await page.waitForTimeout(kWarmUpMs);
  const before = await used();
  await page.waitForTimeout(1000 * Number(process.env.SECONDS ?? 60));
  return Math.max(0, (await used()) - before);
}

async function scroll(browser, daemon) {
  const page = await openPage(browser, daemon);
  await page.goto("/repositories");
  await page.locator("tbody tr[data-index]").first().waitFor();
  const { longest, last } = await scrollToTheEnd(page);
  if (last === 0) throw new Error("there was nothing to scroll");
  return longest;
}

const kSlowdown = 4;
const kPainted = "first-contentful-paint";

/** A page on a machine of a quarter of this one's speed, with the bundle in its cache as on a second visit. */
async function openSlowly(browser, daemon) {
  const page = await openPage(browser, daemon);
  await page.goto("/repositories");
  await page.locator("tbody tr[data-index]").first().waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: kSlowdown });
  return { page, devtools };
}

async function slowPaint(browser, daemon) {
  const { page } = await openSlowly(browser, daemon);
  const times = [];
  for (let run = 0; run < kRuns; run++) {
    await page.goto("/repositories");
    let time;
    // Asked seldom: what Playwright runs in the page to ask, the slowed CPU has to run before the paint.
    do {
      await page.waitForTimeout(1000);
      time = await page.evaluate((name) => performance.getEntriesByName(name)[0]?.startTime, kPainted);
    } while (time === undefined);
    times.push(time);
  }
  return times.sort((a, b) => a - b)[Math.floor(kRuns / 2)];
}

async function slowTask(browser, daemon) {
  const { page, devtools } = await openSlowly(browser, daemon);
  // What Playwright brings into a page with the first question takes such a machine longer than what is measured.
  await page.evaluate(() => 0);
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries())).observe({ type: "longtask" });
  });
  await openWithin(page, "/transfers", "Ended pulls");
  await openWithin(page, "/repositories", "Repositories");
  const { longest } = await scrollToTheEnd(page);
  await scrollUpReading(page, devtools);
  const tasks = await page.evaluate(() => globalThis.tasks.map((task) => task.duration));
  return Math.max(longest, 0, ...tasks);
}

/**
 * By the link of the navigation, until its table has rows. Within the page: to find something by its role Playwright
 * goes through all elements, on the very thread whose tasks are measured.
 */
async function openWithin(page, address, table) {
  await page.evaluate(
    ([address, table]) =>
      new Promise((resolve) => {
        // In a task of its own, as what a mouse does is: the one that Playwright asks in is not the page's.
        setTimeout(() => document.querySelector(`nav a[href=".${address}"]`).click());
        const look = () => {
          if (document.querySelector(`table[aria-label="${table}"] tbody tr[data-index]`)) resolve();
          else requestAnimationFrame(look);
        };
        look();
      }),
    [address, table],
  );
}

/** By the wheel over the list, 90 rows a second. Where the list is Playwright is not asked: see openWithin. */
async function scrollUpReading(page, devtools) {
  const { width, height } = page.viewportSize();
  await devtools.send("Input.synthesizeScrollGesture", {
    x: width / 2,
    y: height / 2,
    yDistance: 9000,
    speed: 3000,
    gestureSourceType: "mouse",
  });
}

/** In steps of 2,500 pixels a frame, reading page after page. The longest task, how many rows there are and were drawn. */
export async function scrollToTheEnd(page) {
  return page.evaluate(async () => {
    const tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: "longtask" });
    const box = document.querySelector(".table-box");
    const table = box.querySelector("table");
    let drawn = 0;
    let still = 0; // frames at the end without a new row: the last page is there
    let rows = 0;
    while (still < 60) {
      box.scrollTop += 2500;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const shown = [...table.querySelectorAll("tbody tr[data-index]")];
      const now = Number(shown.at(-1)?.dataset.index ?? -1) + 1;
      const atEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 1;
      still = now === rows && atEnd ? still + 1 : 0;
      rows = now;
      drawn = Math.max(drawn, shown.length);
    }
    return {
      longest: Math.max(0, ...tasks.map((task) => task.duration)),
      last: rows,
      drawn,
    };
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [what, url, user, password] = process.argv.slice(2);
  const measures = {
    "first-screen": firstScreen,
    heap,
    scroll,
    "slow-paint": slowPaint,
    "slow-task": slowTask,
  };
  const browser = await startBrowser();
  try {
    console.log(await measures[what](browser, { url }, user && { user, password }));
  } finally {
    await browser.close();
  }
}
