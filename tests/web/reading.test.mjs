// Beyond axe: what assistive technology is told, in its order; and the page enlarged, or in the system's own colours.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { logIn, openPage, startBrowser } from "./support/browser.mjs";
import { keyboardOf } from "./support/keyboard.mjs";
import { startDemo } from "./support/demo.mjs";

const kWhole = ["/", "/transfers", "/repositories", "/mirrors", "/access?tab=policies", "/configuration", "/storage"];

const kStates = ["checked", "pressed", "expanded", "selected", "invalid"];

/** The tree as Chromium gives it to a screen reader: role, name and states, one a line, from top to bottom. */
async function spoken(page) {
  const devtools = await page.context().newCDPSession(page);
  const { nodes } = await devtools.send("Accessibility.getFullAXTree");
  await devtools.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const lines = [];
  const walk = (node) => {
    if (!node) return;
    const role = node.role?.value ?? "";
    const states = (node.properties ?? [])
      .filter(({ name, value }) => kStates.includes(name) && ![false, "false"].includes(value.value))
      .map(({ name, value }) => (name === "pressed" || name === "checked" ? `${name}=${value.value}` : name));
    const silent = node.ignored || ["InlineTextBox", "none", "generic"].includes(role);
    if (!silent) lines.push([role, node.name?.value ?? "", ...states].join("|"));
    for (const id of node.childIds ?? []) walk(byId.get(id));
  };
  walk(nodes[0]);
  return lines;
}

/** Null if each of the patterns is found below the one before; else what is missing. */
function missing(lines, patterns) {
  let from = 0;
  for (const pattern of patterns) {
    const at = lines.findIndex((line, index) => index >= from && pattern.test(line));
    if (at === -1) return `${pattern} is not said after line ${from}:\n${lines.slice(from, from + 60).join("\n")}`;
    from = at + 1;
  }
  return null;
}

/** Waits until the page says all that in that order; the lines of it. */
async function assertSpoken(page, patterns) {
  const end = Date.now() + page.patience;
  for (;;) {
    const lines = await spoken(page);
    const lack = missing(lines, patterns);
    if (!lack) return lines;
    if (Date.now() > end) assert.fail(lack);
    await page.waitForTimeout(200);
  }
}

describe("reading the page", () => {
  let browser, demo;
  before(async () => {
    demo = await startDemo();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  let opened;
  const open = async (options) => {
    opened = await openPage(browser, demo, options);
    await logIn(opened, demo.admin);
    return opened;
  };
  afterEach(() => opened?.context().close());

  it("has the names and states of a list in the order of the eye", async () => {
    const page = await open();
    await page.goto("/repositories");
    const table = page.getByRole("table", { name: "Repositories" });
    await table.waitFor();
    await assertSpoken(page, [
      /^link\|Skip to content/,
      /^navigation\|Screens/,
      /^link\|Repositories/,
      /^banner\|/,
      /^status\|/,
      /^button\|.*Search/,
      /^main\|/,
      /^heading\|Repositories/,
      /^(searchbox|textbox)\|Search repositories/,
      /^table\|Repositories/,
      /^checkbox\|Select all/,
      /^columnheader\|Repository/,
      /^row\|/,
      /^checkbox\|Select /,
    ]);
    const sorted = await table
      .locator("[aria-sort]")
      .evaluateAll((all) => all.map((one) => one.getAttribute("aria-sort")));
    assert.deepEqual(sorted, ["ascending"]);
    // Both at once: the demo goes on pulling.
    await page.getByText(/^\d+ repositories$/).waitFor();
    const [stored, told] = await page.evaluate(() => [
      /(\d+) repositories/.exec(document.querySelector("main").innerText)[1],
      document.querySelector("main table").getAttribute("aria-rowcount"),
    ]);
    assert.equal(Number(told), Number(stored) + 1);
  });

  it("says what is chosen, pressed and wrong", async () => {
    const page = await open();
    await page.goto("/access?tab=policies");
    await page.getByRole("table", { name: "Policies" }).waitFor();
    await assertSpoken(page, [
      /^heading\|Test a permission/,
      /^group\|Who/,
      /^button\|User\|pressed=true/,
      /^button\|Group/,
      /^(table|heading)\|Policies/,
      /^combobox\|/,
      /^checkbox\|.*\|checked=true/,
    ]);
    await page.goto("/configuration?section=http");
    await page.getByRole("textbox", { name: "Port" }).first().fill("none");
    await page.locator('[aria-invalid="true"]').waitFor();
    await assertSpoken(page, [/^textbox\|Port\|invalid/]);
  });

  it("reads a sheet by its name, and nothing of what is behind it", async () => {
    const page = await open();
    await page.goto("/repositories?name=docker.io/library/nginx&ref=latest");
    await page.getByRole("heading", { name: "Platforms" }).waitFor();
    const lines = await assertSpoken(page, [
      /^dialog\|docker\.io\/library\/nginx:latest/,
      /^heading\|docker\.io\/library\/nginx:latest/,
      /^button\|Close/,
      /^heading\|Pull/,
      /^button\|docker\|pressed=true/,
      /^heading\|Platforms/,
      /^heading\|\d+ layer/,
      /^(img|image)\|\d+ layers, .* of them cached/,
      /^table\|Layers/,
    ]);
    assert.equal(lines.filter((line) => /^navigation\|/.test(line)).length, 0);
  });

  it("is whole at 200 %, with nothing to be scrolled sideways", { timeout: 120_000 }, async () => {
    // Half the points of a screen of 1280 by 720.
    const page = await open({ width: 640, height: 360 });
    for (const address of kWhole) {
      await page.goto(address);
      await page.settled();
      const { wide, room } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - window.innerWidth,
        room: document.querySelector("main").clientHeight,
      }));
      assert.ok(wide <= 1, `${address} is ${wide} px wider than the window`);
      assert.ok(room > 150, `${address} has ${room} px left for what it shows`);
    }
  });

  it("keeps what colours tell where the system has its own", async () => {
    const page = await open();
    await page.emulateMedia({ forcedColors: "active" });
    await page.goto("/transfers");
    const badge = page.getByRole("table", { name: "Ended pulls" }).locator(".badge").first();
    await badge.waitFor();
    const border = await badge.evaluate((element) => getComputedStyle(element).borderTopStyle);
    assert.equal(border, "solid");
    const current = page.locator(".nav [aria-current]").first();
    assert.equal(await current.evaluate((element) => getComputedStyle(element).outlineStyle), "solid");
    await page.goto("/storage");
    const fill = await page
      .locator(".meter span")
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
    const track = await page
      .locator(".meter")
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
    assert.notEqual(fill, track);
  });

  it("gives the focus to what took the place of an entry that was removed", async () => {
    const page = await open();
    await demo.call("POST", "/users", { name: "aaa", password: "correct horse 1" });
    await page.goto("/access");
    const keyboard = keyboardOf(page);
    await page.settled();
    await page.getByRole("button", { name: "Remove aaa" }).focus();
    await keyboard.confirm("Remove aaa");
    await page.getByRole("row", { name: /^aaa/ }).waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.closest("main table"));
  });

  it("shows the end of a session in a dialog of its own size, with the page behind it", async () => {
    const page = await open();
    await page.context().clearCookies();
    await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
    const logo = await page.locator("dialog img").boundingBox();
    assert.ok(logo.width <= 40, `the logo is ${logo.width} px wide`);
    const dialog = await page.locator("dialog[open]").boundingBox();
    assert.ok(dialog.width < 600, `the dialog is ${dialog.width} px wide`);
  });

  for (const width of [390, 1280]) {
    it(`has its messages beside what saves, at ${width} px`, async () => {
      const page = await open({ width, height: 844 });
      const assertBeside = async (bar) => {
        // Pointed at, it stays.
        await page.locator(".toast").last().hover();
        const message = await page.locator(".toast").last().boundingBox();
        const { y, height } = await bar.boundingBox();
        const beside = message.y + message.height <= y || message.y >= y + height;
        assert.ok(beside, `the message at ${message.y} is over what saves at ${y}`);
      };
      await page.goto("/configuration?section=log");
      const level = page.getByLabel("Level");
      await level.selectOption(width === 390 ? "debug" : "info");
      await page.getByRole("button", { name: "Review and save" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
      const done = page.locator(".toast").getByText("In effect now");
      await done.waitFor();
      await done.hover();
      await level.selectOption("warn");
      await page.locator(".save-bar").waitFor();
      await assertBeside(page.locator(".save-bar"));
      await page.getByRole("button", { name: "Discard" }).click();
      await page.goto("/repositories?name=team/shop/web&ref=latest");
      const sheet = page.getByRole("dialog", { name: "team/shop/web:latest" });
      await sheet.getByRole("button", { name: /^(Pin|Unpin)$/ }).click();
      await page
        .locator(".toast")
        .getByText(/pinned/i)
        .waitFor();
      await assertBeside(sheet.locator("footer"));
    });
  }
});
