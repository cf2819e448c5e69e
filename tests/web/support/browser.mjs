// The browsers, and a page that notes what must not happen: console errors, requests to other hosts.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { admin } from "./daemon.mjs";

// The modules are those of web/, whose lock file says which versions.
const require = createRequire(new URL("../../../web/package.json", import.meta.url));
const { chromium, firefox } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // A page that is served from files counts as one from elsewhere, and may not open a socket to this machine.
    args: ["--no-sandbox", "--disable-gpu", "--disable-features=LocalNetworkAccessChecks"],
  });
}

const kFirefox = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
export const hasFirefox = existsSync(kFirefox);

/** Firefox as it is packaged, by WebDriver BiDi. It has no devtools protocol, and no choice of the colour scheme. */
export async function startFirefox() {
  const browser = await firefox.launch({ channel: "moz-firefox", executablePath: kFirefox, timeout: 120_000 });
  // Each new page is given a colour scheme by a command that the long-term release does not know yet.
  const session = Object.getPrototypeOf(browser._connection.toImpl(browser)._browserSession);
  const { send } = session;
  session.send = function (method, ...rest) {
    return method === "emulation.setMediaFeaturesOverride" ? Promise.resolve({}) : send.call(this, method, ...rest);
  };
  return browser;
}

/** With DASHBOARD=<dist of vite> the files come from there: the daemon need not be built anew for each change. */
async function serveDashboard(page) {
  const root = process.env.DASHBOARD;
  if (!root) return;
  const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
  await page.route(
    (url) => !/^\/(api|v2|metrics)\b/.test(url.pathname),
    (route) => {
      const { pathname } = new URL(route.request().url());
      const name = extname(pathname) ? pathname : "/index.html";
      return route.fulfill({ body: readFileSync(join(root, name)), contentType: types[extname(name)] });
    },
  );
}

const kPatienceMs = 30_000;

/**
 * `page.settled()` waits until a screen shows what it has read: no skeleton, and no call on its way but what it repeats.
 * `page.first` is where the dashboard begins, below the prefix of a proxy if there is one.
 * `page.reads(path, change)` makes a change and waits until the page has read it from that part of the API, and drawn it.
 * PATIENCE: the most ms that anything is waited for; THROTTLE: by how much the page's CPU is slowed down.
 */
export async function openPage(browser, daemon, { width = 1280, height = 720, theme = "light", prefix = "" } = {}) {
  const context = await browser.newContext({
    baseURL: daemon.url,
    viewport: { width, height },
    colorScheme: theme,
  });
  const page = await context.newPage();
  page.first = `${prefix}/`;
  page.patience = Number(process.env.PATIENCE ?? kPatienceMs);
  page.setDefaultTimeout(page.patience);
  if (process.env.THROTTLE) {
    const devtools = await context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: Number(process.env.THROTTLE) });
  }
  const drawn = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  const waiting = new Set();
  page.on("request", (request) => waiting.add(request));
  page.on("requestfinished", (request) => waiting.delete(request));
  page.on("requestfailed", (request) => waiting.delete(request));
  page.settled = async () => {
    await page.locator("h1").first().waitFor({ state: "attached" });
    const end = Date.now() + page.patience;
    // Twice, for what was read may lead to another call.
    for (let round = 0; round < 2; round++) {
      const begun = [...waiting];
      for (;;) {
        await drawn();
        const empty = await page.evaluate(() => Boolean(document.querySelector("main .skeleton, dialog .skeleton")));
        const left = begun.filter((one) => waiting.has(one));
        if (!empty && left.length === 0) break;
        if (Date.now() > end)
          throw new Error(`still waiting for ${left.map((one) => one.url()).join() || "a skeleton"}`);
      }
    }
  };
  const etags = new Map();
  page.on("response", (one) => etags.set(new URL(one.url()).pathname, one.headers().etag));
  page.reads = async (path, change) => {
    const address = `/api/v1${path}`;
    const before = etags.get(address);
    const reading = page.waitForResponse(
      (one) => new URL(one.url()).pathname === address && one.headers().etag !== before,
    );
    await change();
    await (await reading).finished();
    await drawn();
  };
  await serveDashboard(page);
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      page.problems.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.host !== new URL(daemon.url).host)
      page.problems.push(`foreign request: ${url}`);
  });
  return page;
}

export async function logIn(page, { user, password } = admin) {
  await page.goto(page.first);
  await page.getByLabel("User").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("navigation", { name: "Screens" }).waitFor();
  await page.settled();
}

/** A page that counts what is pressed, over all the addresses that it goes to. */
export async function openCounting(browser, daemon) {
  const page = await openPage(browser, daemon);
  await logIn(page);
  await page.addInitScript(() => {
    // Not clicks: a label makes another one of its box.
    const count = () => {
      sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1;
    };
    document.addEventListener("pointerdown", (event) => event.isTrusted && count(), true);
  });
  page.clicks = () => page.evaluate(() => Number(sessionStorage.clicks ?? 0));
  page.begin = async (address) => {
    await page.goto(address);
    await page.evaluate(() => sessionStorage.removeItem("clicks"));
  };
  return page;
}

/** In the dialog that comes over the page when its session has ended; the name stands there already. */
export async function logInAgain(page, { password }) {
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  // A daemon that restarts lets its transfers end first: 25 s at most.
  await dialog.waitFor({ timeout: 40_000 });
  await dialog.getByLabel("Password").fill(password);
  await dialog.getByRole("button", { name: "Log in" }).click();
  await dialog.waitFor({ state: "detached" });
}

/** What axe finds on the page as it is: serious and critical alone. */
export async function seriousFindings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}
