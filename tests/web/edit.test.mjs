// Changes that an admin makes, and that clients then meet.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { basic, pull, startDaemon } from "./support/daemon.mjs";
import { logIn, openPage, startBrowser } from "./support/browser.mjs";
import { startUpstream } from "./support/upstream.mjs";

describe("editing", () => {
  let browser, daemon, upstream, page;
  before(async () => {
    upstream = await startUpstream({
      "6.0": 4096,
      6.1: 4096,
      "7.0": 4096,
      edge: 4096,
    });
    daemon = await startDaemon({ locked: true });
    browser = await startBrowser();
    page = await openPage(browser, daemon);
    await logIn(page);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("adds a mirror, which the next pull goes through", async () => {
    await assert.rejects(
      pull(daemon, "library/redis", "6.0", {
        headers: basic({ user: "alice", password: "correct horse" }),
      }),
      /404/,
    );
    await page.goto("/mirrors?edit=new");
    const sheet = page.getByRole("dialog", { name: "Add a mirror" });
    await sheet.getByLabel("URLs").fill(upstream.url);
    await sheet.getByRole("button", { name: "Save" }).click();
    await sheet.waitFor({ state: "detached" });
    await page.getByText(upstream.url).first().waitFor();
    const layers = await pull(daemon, "library/redis", "6.0", {
      headers: basic({ user: "alice", password: "correct horse" }),
    });
    assert.equal(layers.length, 2);
  });

  it("explains which rule serves a name", async () => {
    await page.goto("/mirrors");
    await page.getByLabel("Image").fill("library/redis:6.1");
    await page.getByText(`${upstream.url}/v2/library/redis/manifests/6.1`).waitFor();
  });

  it("shows what a filter takes before it is saved", async () => {
    await page.goto("/mirrors?edit=0");
    const sheet = page.getByRole("dialog", { name: "Rule 1" });
    await sheet.getByRole("button", { name: "JSON" }).click();
    const rule = {
      urls: [upstream.url],
      onDemand: true,
      tlsVerify: false,
      content: [{ prefix: "**", tags: { regex: "^6.*" } }],
    };
    await sheet.getByLabel("Rule as JSON").fill(JSON.stringify(rule));
    await sheet.getByLabel("Repository at the upstream").fill("library/redis");
    await sheet.getByRole("button", { name: "Look" }).click();
    await sheet.getByText("2 of 4 tags").waitFor();
    await sheet.getByRole("button", { name: "Save" }).click();
    await sheet.waitFor({ state: "detached" });
    await page.getByText("tags like ^6.*").waitFor();
  });

  it("adds a user, who may pull then", async () => {
    const ci = { user: "ci", password: "battery staple" };
    await assert.rejects(pull(daemon, "library/redis", "6.0", { headers: basic(ci) }), /401/);
    await page.goto("/access?add=user");
    const sheet = page.getByRole("dialog", { name: "Add a user" });
    await sheet.getByLabel("Name").fill(ci.user);
    await sheet.getByLabel("Password", { exact: true }).fill(ci.password);
    await sheet.getByLabel("Password again").fill(ci.password);
    await sheet.getByRole("button", { name: "Add the user" }).click();
    await sheet.waitFor({ state: "detached" });
    await page.getByRole("cell", { name: "ci", exact: true }).waitFor();
    await pull(daemon, "library/redis", "6.0", { headers: basic(ci) });
  });

  it("marks a broken setting at its field, and does not save it", async () => {
    await page.goto("/configuration?q=gcDelay");
    const field = page.getByLabel("Collection delay");
    await field.fill("soon");
    await page.locator(".field.invalid").waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    await page.getByRole("button", { name: "Review and save" }).click();
    const sheet = page.getByRole("dialog", { name: "Review and save" });
    assert.equal(await sheet.getByRole("button", { name: "Save", exact: true }).isDisabled(), true);
    await sheet.getByRole("button", { name: "Go on editing" }).click();
    await page.getByRole("button", { name: "Discard" }).click();
    await page.locator(".field.invalid").waitFor({ state: "detached" });
  });

  it("marks the line of a broken setting in the raw text", async () => {
    await page.goto("/configuration?tab=json");
    const editor = page.getByLabel("Configuration as JSON");
    const text = await editor.inputValue();
    await editor.fill(text.replace('"level": "info"', '"level": "loud"'));
    const line = text.slice(0, text.indexOf('"level"')).split("\n").length;
    await page.getByText(`Line ${line}: log.level`).waitFor();
    await editor.fill(text.replace(/\}\s*$/, ""));
    await page.locator(".gutter .marked").waitFor();
    await editor.fill(text);
    await page.locator(".gutter .marked").waitFor({ state: "detached" });
  });

  it("saves a setting, and rolls back to the revision before", async () => {
    await page.goto("/configuration?q=gcDelay");
    await page.getByLabel("Collection delay").fill("3h");
    await page.getByRole("button", { name: "Review and save" }).click();
    const sheet = page.getByRole("dialog", { name: "Review and save" });
    await sheet.getByText("storage.gcDelay").waitFor();
    await sheet.getByRole("button", { name: "Save", exact: true }).click();
    await sheet.waitFor({ state: "detached" });
    assert.equal(await page.getByLabel("Collection delay").inputValue(), "3h");
    await page.goto("/configuration?tab=history");
    await page.getByRole("row").nth(2).click();
    const revision = page.getByRole("dialog");
    await revision.getByRole("button", { name: "Roll back to this" }).click();
    await revision.waitFor({ state: "detached" });
    await page.goto("/configuration?q=gcDelay");
    assert.equal(await page.getByLabel("Collection delay").inputValue(), "");
  });

  it("asks before unsaved changes are left, and keeps them", async () => {
    await page.goto("/configuration?q=gcDelay");
    await page.getByLabel("Collection delay").fill("5h");
    await page.getByRole("link", { name: "Storage" }).click();
    await page
      .getByRole("dialog", { name: "Leave with unsaved changes?" })
      .getByRole("button", { name: "Keep" })
      .click();
    assert.equal(await page.getByLabel("Collection delay").inputValue(), "5h");
    await page.getByRole("button", { name: "Discard" }).click();
  });

  it("met no console error on the way", () => {
    assert.deepEqual(page.problems, []);
  });
});
