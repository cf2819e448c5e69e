// Changes that an admin makes, and that clients then meet.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { basic, pull } from "./support/daemon.mjs";
import { logIn, logInAgain, openPage, startBrowser } from "./support/browser.mjs";
import { startDemo } from "./support/demo.mjs";
import { startUpstream } from "./support/upstream.mjs";

describe("editing", () => {
  let browser, demo, upstream, page;
  before(async () => {
    upstream = await startUpstream({
      "6.0": 4096,
      6.1: 4096,
      "7.0": 4096,
      edge: 4096,
    });
    demo = await startDemo();
    browser = await startBrowser();
    page = await openPage(browser, demo);
    await logIn(page, demo.admin);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
    await upstream?.stop();
  });

  const fourthRule = async () => `/mirrors?edit=${(await demo.call("GET", "/sync/rules")).items[3].id}`;

  it("adds a mirror, which the next pull goes through", async () => {
    await assert.rejects(pull(demo, "library/redis", "6.0", { headers: basic(demo.admin) }), /404/);
    await page.goto("/mirrors?edit=new");
    const sheet = page.getByRole("dialog", { name: "Add a mirror" });
    await sheet.getByLabel("URL").fill(upstream.url);
    await sheet.getByRole("button", { name: "Add mirror" }).click();
    await sheet.waitFor({ state: "detached" });
    await page.getByText(upstream.url).first().waitFor();
    const layers = await pull(demo, "library/redis", "6.0", { headers: basic(demo.admin) });
    assert.equal(layers.length, 2);
  });

  it("explains which rule serves a name", async () => {
    await page.goto("/mirrors");
    await page.getByLabel("Image").fill("library/redis:6.1");
    await page.getByText(`${upstream.url}/v2/library/redis/manifests/6.1`).waitFor();
  });

  it("shows what a filter takes before it is saved", async () => {
    await page.goto(await fourthRule());
    const sheet = page.getByRole("dialog", { name: "Rule 4" });
    await sheet.getByRole("button", { name: "JSON" }).click();
    const rule = {
      urls: [upstream.url],
      onDemand: true,
      tlsVerify: false,
      content: [{ prefix: "**", tags: { regex: "^6.*" } }],
    };
    await sheet.getByLabel("Rule as JSON").fill(JSON.stringify(rule));
    await sheet.getByLabel("Repository at the upstream").fill("library/redis");
    await sheet.getByText("2 of 4 tags").waitFor();
    rule.content[0].tags.regex = "^[67].*";
    await sheet.getByLabel("Rule as JSON").fill(JSON.stringify(rule));
    await sheet.getByText("3 of 4 tags").waitFor();
    rule.content[0].tags.regex = "^6.*";
    await sheet.getByLabel("Rule as JSON").fill(JSON.stringify(rule));
    await sheet.getByRole("button", { name: "Save" }).click();
    await sheet.waitFor({ state: "detached" });
    await page.getByText("tags matching ^6.*").waitFor();
  });

  it("adds a user, who may pull then", async () => {
    const robot = { user: "robot", password: "battery staple" };
    await assert.rejects(pull(demo, "library/redis", "6.0", { headers: basic(robot) }), /401/);
    await page.goto("/access?add=user");
    const sheet = page.getByRole("dialog", { name: "Add a user" });
    await sheet.getByLabel("Name").fill(robot.user);
    await sheet.getByLabel("Password", { exact: true }).fill(robot.password);
    await sheet.getByLabel("Confirm password").fill(robot.password);
    await sheet.getByRole("button", { name: "Add user" }).click();
    await sheet.waitFor({ state: "detached" });
    await page.getByRole("cell", { name: "robot", exact: true }).waitFor();
    await pull(demo, "library/redis", "6.0", { headers: basic(robot) });
  });

  it("marks a broken setting at its field, and does not save it", async () => {
    await page.goto("/configuration?q=gcDelay");
    const field = page.getByLabel("Garbage collection delay");
    await field.fill("soon");
    await page.locator(".field.invalid").waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    await page.getByRole("button", { name: "Review and save" }).click();
    const sheet = page.getByRole("dialog", { name: "Review and save" });
    assert.equal(await sheet.getByRole("button", { name: "Save", exact: true }).isDisabled(), true);
    await sheet.getByRole("button", { name: "Keep editing" }).click();
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
    await page.getByLabel("Garbage collection delay").fill("3h");
    await page.getByRole("button", { name: "Review and save" }).click();
    const sheet = page.getByRole("dialog", { name: "Review and save" });
    await sheet.getByText("storage.gcDelay").waitFor();
    await sheet.getByRole("button", { name: "Save", exact: true }).click();
    await sheet.waitFor({ state: "detached" });
    assert.equal(await page.getByLabel("Garbage collection delay").inputValue(), "3h");
    await page.goto("/configuration?tab=history");
    await page.getByRole("row").nth(2).click();
    const revision = page.getByRole("dialog");
    await revision.getByRole("button", { name: "Restore this version…" }).click();
    const plan = revision.getByRole("region", { name: "Restore this version" });
    await plan.getByRole("button", { name: "Restore this version" }).click();
    await revision.waitFor({ state: "detached" });
    await page.goto("/configuration?q=gcDelay");
    assert.equal(await page.getByLabel("Garbage collection delay").inputValue(), "2m");
  });

  it("asks before unsaved changes are left, and keeps them", async () => {
    await page.goto("/configuration?q=gcDelay");
    await page.getByLabel("Garbage collection delay").fill("5h");
    await page.getByRole("link", { name: "Storage" }).click();
    await page
      .getByRole("dialog", { name: "Leave with unsaved changes?" })
      .getByRole("button", { name: "Stay" })
      .click();
    assert.equal(await page.getByLabel("Garbage collection delay").inputValue(), "5h");
    await page.getByRole("button", { name: "Discard" }).click();
  });

  it("loses nothing that was typed when the session ends", async () => {
    const ended = await openPage(browser, demo);
    await logIn(ended, demo.admin);
    await ended.goto(await fourthRule());
    const rule = ended.getByRole("dialog", { name: "Rule 4" });
    await rule.getByLabel("Poll interval").fill("12h");
    await ended.context().clearCookies();
    await rule.getByRole("button", { name: "Test upstream" }).click();
    await logInAgain(ended, demo.admin);
    assert.equal(await rule.getByLabel("Poll interval").inputValue(), "12h");
    await rule.getByRole("button", { name: "Save" }).click();
    await rule.waitFor({ state: "detached" });
    await ended.getByText("sync every 12h").waitFor();

    await ended.goto("/access?add=user");
    const user = ended.getByRole("dialog", { name: "Add a user" });
    await user.getByLabel("Name").fill("late");
    await user.getByLabel("Password", { exact: true }).fill("a long password");
    await user.getByLabel("Confirm password").fill("a long password");
    await ended.context().clearCookies();
    await user.getByRole("button", { name: "Add user" }).click();
    await logInAgain(ended, demo.admin);
    await user.getByRole("button", { name: "Add user" }).click();
    await user.waitFor({ state: "detached" });
    await ended.getByRole("cell", { name: "late", exact: true }).waitFor();

    await ended.goto("/configuration?tab=json");
    const editor = ended.getByLabel("Configuration as JSON");
    await editor.fill('{"log": {"level": ');
    await ended.context().clearCookies();
    await ended.getByRole("link", { name: "History" }).click();
    await logInAgain(ended, demo.admin);
    await ended.getByRole("link", { name: "JSON" }).click();
    assert.equal(await editor.inputValue(), '{"log": {"level": ');
    await ended.getByRole("button", { name: "Discard" }).click();
    await ended.context().close();
  });

  it("asks before a sheet with something typed is closed or gone back from", async () => {
    await page.goto("/mirrors");
    await page.getByRole("button", { name: "Add a mirror" }).click();
    const sheet = page.getByRole("dialog", { name: "Add a mirror" });
    const question = page.getByRole("dialog", { name: "Discard unsaved changes?" });
    await sheet.getByLabel("URL").fill("https://quay.io");
    await sheet.getByLabel("URL").press("Escape");
    await question.getByRole("button", { name: "Keep editing" }).click();
    await question.waitFor({ state: "detached" });
    await page.goBack();
    await question.getByRole("button", { name: "Keep editing" }).click();
    await question.waitFor({ state: "detached" });
    assert.equal(await sheet.getByLabel("URL").inputValue(), "https://quay.io");
    await page.goBack();
    await question.getByRole("button", { name: "Discard" }).click();
    await sheet.waitFor({ state: "detached" });
  });

  it("marks each error of a broken configuration at its field", async () => {
    await page.goto("/configuration?tab=json");
    const editor = page.getByLabel("Configuration as JSON");
    const broken = JSON.parse(await editor.inputValue());
    broken.http.accessControl.repositories["a["] = { defaultPolicy: ["read", "reed"] };
    broken.http.port = 99999;
    broken.larder.upstreams = { "docker.io": { downloadRate: "fast" }, "no host/": {} };
    broken.extensions.sync.registries[1].urls.push("ftp://nowhere");
    broken.storage.retention.policies[0].repositories.push("[");
    broken.storage.nonsense = 1;
    await editor.fill(JSON.stringify(broken, null, 2));
    await page.getByText("8 errors").waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    const sections = page.getByRole("navigation", { name: "Sections" });
    for (const [section, ...texts] of [
      ["HTTP", "A port must be a number", "This is not a valid glob", '"reed" is not a valid value'],
      ["Extensions", "Line 2: The URL must begin"],
      ["Storage", "nonsense: Unknown key", "Line 2: This is not a valid glob"],
      ["Larder", "Write a size as", "This is not a valid host name"],
    ]) {
      await sections.getByRole("link", { name: `${section} error` }).click();
      for (const text of texts) {
        const shown = page.locator(".error-text", { hasText: text });
        await shown.first().waitFor();
      }
    }
    await page.getByRole("button", { name: "Discard" }).click();
    await sections.getByText("error").first().waitFor({ state: "detached" });
  });

  it("met no console error on the way", () => {
    assert.deepEqual(page.problems, []);
  });
});
