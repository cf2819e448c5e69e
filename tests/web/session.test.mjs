// Logging in, with the keyboard alone too, and what somebody without rights sees.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { admin, startDaemon } from "./support/daemon.mjs";
import { logIn, openPage, seriousFindings, startBrowser } from "./support/browser.mjs";
import { keyboardOf } from "./support/keyboard.mjs";

describe("session", () => {
  let browser, daemon;
  before(async () => {
    daemon = await startDaemon({ locked: true });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
  });

  it("paints the empty frame while it asks who is there, and says nothing in it", async () => {
    const page = await openPage(browser, daemon);
    let answer;
    const held = new Promise((resolve) => {
      answer = resolve;
    });
    await page.route("**/api/v1/session", async (route) => {
      await held;
      await route.continue();
    });
    const asked = page.waitForRequest("**/api/v1/session");
    await page.goto("/");
    await asked;
    await page.locator(".nav .brand", { hasText: "Larder" }).waitFor();
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    assert.equal(await page.getByText("serving").count(), 0);
    assert.equal(await page.getByRole("navigation").count(), 0);
    answer();
    await page.getByLabel("Password").waitFor();
    await page.locator(".nav").waitFor({ state: "detached" });
    await page.context().close();
  });

  it("refuses a wrong password and says so", async () => {
    const page = await openPage(browser, daemon);
    await page.goto("/");
    assert.deepEqual(await seriousFindings(page), []);
    await page.getByLabel("User").fill(admin.user);
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").waitFor();
    assert.equal(await page.getByLabel("Password").inputValue(), "");
    await page.context().close();
  });

  it("lasts over a reload, and ends with the log-out", async () => {
    const page = await openPage(browser, daemon);
    await logIn(page);
    await page.reload();
    await page.getByRole("navigation", { name: "Screens" }).waitFor();
    await page.getByRole("button", { name: `Log out ${admin.user}` }).click();
    await page.getByLabel("Password").waitFor();
    await page.reload();
    await page.getByLabel("Password").waitFor();
    assert.deepEqual(
      page.problems.filter((one) => !one.includes("401")),
      [],
    );
    await page.context().close();
  });

  it("is had with the keyboard alone, and so is every screen", async () => {
    const page = await openPage(browser, daemon);
    await page.goto("/");
    const keyboard = keyboardOf(page);
    await keyboard.hasFocus(page.getByLabel("User"), "the first field");
    await keyboard.type(admin.user);
    await keyboard.press("Tab");
    await keyboard.type(admin.password);
    await keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Screens" }).waitFor();
    for (const [typed, title] of [
      ["configur", "Configuration"],
      ["mirrors", "Mirrors"],
      ["storage", "Storage"],
    ]) {
      await keyboard.command(typed, title);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
    }
    await page.context().close();
  });

  it("comes back to the log-in when it ended elsewhere", async () => {
    const page = await openPage(browser, daemon);
    await logIn(page);
    await page.context().clearCookies();
    await page.goto("/configuration");
    await page.getByLabel("Password").waitFor();
    await page.context().close();
  });
});

describe("a daemon without users", () => {
  let browser, daemon;
  before(async () => {
    daemon = await startDaemon({ open: false });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
  });

  it("lets everyone look, and who has its link change things", async () => {
    const page = await openPage(browser, daemon);
    await page.goto("/");
    await page.getByText("read-only").first().waitFor();
    await page.goto("/configuration");
    await page.getByText("No login is configured").waitFor();
    await page.goto(`/?x=1#token=${daemon.token()}`);
    await page.getByRole("navigation", { name: "Screens" }).waitFor();
    assert.equal(new URL(page.url()).hash, "");
    assert.equal(new URL(page.url()).search, "?x=1");
    await page.goto("/configuration");
    await page.getByRole("link", { name: "Settings" }).waitFor();
    await page.context().close();
  });

  it("takes no old link", async () => {
    const page = await openPage(browser, daemon);
    await page.goto(`/#token=${"0".repeat(64)}`);
    await page.getByText("read-only").first().waitFor();
    assert.equal(new URL(page.url()).hash, "");
    await page.context().close();
  });
});
