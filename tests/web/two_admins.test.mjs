// Two admins edit at the same time, in every order: nothing of either is lost, and what both changed is shown.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { logIn, openPage, startBrowser } from "./support/browser.mjs";
import { admin, basic, startDaemon } from "./support/daemon.mjs";

const kRules = ["https://a.example", "https://b.example", "https://c.example"].map((url) => ({
  urls: [url],
  onDemand: true,
  content: [{ prefix: "**" }],
}));

describe("two admins", () => {
  let browser, daemon, page;
  before(async () => {
    browser = await startBrowser();
    daemon = await startDaemon({ locked: true, rules: kRules });
    page = await openPage(browser, daemon);
    await logIn(page);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
  });

  /** What the other admin does, beside the page. */
  async function call(method, path, body, type = "application/json") {
    const headers = { ...basic(admin), "Content-Type": type, "If-Match": "*" };
    const response = await fetch(`${daemon.url}/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  const patch = (body) => call("PATCH", "/config", body, "application/merge-patch+json");
  const rules = async () => (await call("GET", "/sync/rules")).items;
  const ruleOf = async (url) => (await rules()).find((one) => one.config.urls[0] === url);
  const written = async () => (await call("GET", "/config")).written;

  async function openRule(url) {
    const rule = await ruleOf(url);
    await page.goto(`/mirrors?edit=${rule.id}`);
    const sheet = page.getByRole("dialog", { name: /^Rule \d/ });
    await sheet.getByLabel("Poll interval").waitFor();
    return sheet;
  }
  const save = (sheet) => sheet.getByRole("button", { name: "Save", exact: true }).click();

  it("save the rule that they opened, also when the rules were reordered meanwhile", async () => {
    const sheet = await openRule("https://b.example");
    await sheet.getByLabel("Poll interval").fill("3h");
    const ids = (await rules()).map((one) => one.id);
    await page.reads("/sync/rules", () => call("PUT", "/sync/order", { order: ids.toReversed() }));
    await save(sheet);
    await sheet.waitFor({ state: "detached" });
    assert.equal((await ruleOf("https://b.example")).config.pollInterval, "3h");
    for (const url of ["https://a.example", "https://c.example"])
      assert.equal((await ruleOf(url)).config.pollInterval, undefined, url);
  });

  it("change different settings of one rule, and both stay", async () => {
    const sheet = await openRule("https://a.example");
    await sheet.getByLabel("Poll interval").fill("5h");
    const rule = await ruleOf("https://a.example");
    await page.reads("/sync/rules", () => call("PUT", `/sync/rules/${rule.id}`, { ...rule.config, reqConcurrent: 4 }));
    await save(sheet);
    await sheet.getByText(/do not overlap; both are kept/).waitFor();
    await sheet.getByRole("button", { name: "Take the merged rule into the form" }).click();
    await save(sheet);
    await sheet.waitFor({ state: "detached" });
    const { config } = await ruleOf("https://a.example");
    assert.equal(config.pollInterval, "5h");
    assert.equal(config.reqConcurrent, 4);
  });

  it("change one setting of one rule, and see before, theirs and yours", async () => {
    const sheet = await openRule("https://c.example");
    await sheet.getByLabel("Poll interval").fill("7h");
    const rule = await ruleOf("https://c.example");
    await call("PUT", `/sync/rules/${rule.id}`, { ...rule.config, pollInterval: "9h" });
    await save(sheet);
    const conflict = sheet.getByRole("group", { name: /pollInterval/ });
    await conflict.getByText("9h").waitFor();
    await conflict.getByText("7h").waitFor();
    await conflict.getByText("not there").waitFor();
    await conflict.getByRole("radio", { name: /^Keep yours/ }).check();
    await sheet.getByRole("button", { name: "Take the merged rule into the form" }).click();
    assert.equal(await sheet.getByLabel("Poll interval").inputValue(), "7h");
    await save(sheet);
    await sheet.waitFor({ state: "detached" });
    assert.equal((await ruleOf("https://c.example")).config.pollInterval, "7h");
  });

  it("keep what was typed of a rule that somebody removed", async () => {
    await call("POST", "/sync/rules", { urls: ["https://d.example"], onDemand: true, content: [{ prefix: "**" }] });
    const sheet = await openRule("https://d.example");
    await sheet.getByLabel("Poll interval").fill("11h");
    const { id } = await ruleOf("https://d.example");
    await page.reads("/sync/rules", () => call("DELETE", `/sync/rules/${id}`));
    await save(sheet);
    await sheet.getByText(/Somebody removed this rule/).waitFor();
    await sheet.getByRole("button", { name: "Add it again as a new rule" }).click();
    await sheet.waitFor({ state: "detached" });
    assert.equal((await ruleOf("https://d.example")).config.pollInterval, "11h");
  });

  it("keep the mirror that the other one added while a draft was open", async () => {
    await page.goto("/configuration?tab=json");
    const editor = page.getByLabel("Configuration as JSON");
    await editor.waitFor();
    const mine = JSON.parse(await editor.inputValue());
    mine.extensions.sync.registries[0].reqConcurrent = 6;
    await editor.fill(JSON.stringify(mine, null, 2));
    const theirs = { urls: ["https://e.example"], onDemand: true, content: [{ prefix: "**" }] };
    await page.reads("/config", () => call("POST", "/sync/rules", theirs));
    await page.getByRole("button", { name: "Review and save" }).click();
    const review = page.getByRole("dialog", { name: "Review and save" });
    await review.getByText(/do not overlap; both are kept/).waitFor();
    await review.getByText(/made by others meanwhile/).waitFor();
    await save(review);
    await review.waitFor({ state: "detached" });
    const { registries } = (await written()).extensions.sync;
    assert.ok(
      registries.some((one) => one.urls[0] === "https://e.example"),
      "their mirror is gone",
    );
    assert.equal(registries[0].reqConcurrent, 6, "mine is gone");
  });

  it("change one setting in their drafts, and choose", async () => {
    await page.goto("/configuration?q=gcDelay");
    await page.getByLabel("Collection delay").fill("3h");
    await page.reads("/config", () => patch({ storage: { gcDelay: "5h" } }));
    await page.getByRole("button", { name: "Review and save" }).click();
    const review = page.getByRole("dialog", { name: "Review and save" });
    const conflict = review.getByRole("group", { name: /storage\.gcDelay/ });
    await conflict.waitFor();
    assert.equal(await review.getByRole("button", { name: "Save", exact: true }).isDisabled(), true);
    await conflict.getByRole("radio", { name: /^Keep theirs/ }).check();
    await conflict.getByRole("radio", { name: /^Keep yours/ }).check();
    await review.getByText(/What saving will change/).waitFor();
    await save(review);
    await review.waitFor({ state: "detached" });
    assert.equal((await written()).storage.gcDelay, "3h");
  });

  it("who save within the same moment are told, and lose nothing", async () => {
    await page.goto("/configuration?q=gcDelay");
    await page.getByLabel("Collection delay").fill("8h");
    await page.getByRole("button", { name: "Review and save" }).click();
    const review = page.getByRole("dialog", { name: "Review and save" });
    await review.getByText("8h").first().waitFor();
    await patch({ log: { level: "debug" } });
    await save(review); // upon the revision from before: 412, and merged
    await review.getByText(/do not overlap; both are kept/).waitFor();
    await save(review);
    await review.waitFor({ state: "detached" });
    const now = await written();
    assert.equal(now.storage.gcDelay, "8h");
    assert.equal(now.log.level, "debug");
  });

  it("edit groups and policies, and both stay", async () => {
    await page.goto("/access?tab=groups");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const sheet = page.getByRole("dialog", { name: "Add a group" });
    await sheet.getByLabel("Name").fill("mine");
    await sheet.getByLabel("Users").fill("alice");
    await sheet.getByRole("button", { name: "Apply" }).click();
    await page.reads("/config", () => patch({ http: { accessControl: { groups: { theirs: { users: ["bob"] } } } } }));
    await page.getByRole("button", { name: "Review and save" }).click();
    const review = page.getByRole("dialog", { name: "Review and save" });
    await review.getByText(/do not overlap; both are kept/).waitFor();
    await save(review);
    await review.waitFor({ state: "detached" });
    const { groups } = (await written()).http.accessControl;
    assert.deepEqual(groups.mine?.users, ["alice"]);
    assert.deepEqual(groups.theirs?.users, ["bob"]);
  });

  it("set one password, and the second is asked", async () => {
    await call("POST", "/users", { name: "shared", password: "the first password" });
    await page.goto("/access");
    await page.getByRole("button", { name: "Change the password of shared" }).click();
    const sheet = page.getByRole("dialog", { name: "Change password of shared" });
    await sheet.getByLabel("Password", { exact: true }).fill("my own password");
    await sheet.getByLabel("Confirm password").fill("my own password");
    await call("PUT", "/users/shared", { password: "another password" });
    await sheet.getByRole("button", { name: "Change password" }).click();
    const question = page.getByRole("dialog", { name: /Change the password of shared anyway/ });
    await question.getByRole("button", { name: "Use my password" }).click();
    await sheet.waitFor({ state: "detached" });
  });

  it("revert one change and keep what came after, or restore a version, each after a look", async () => {
    await patch({ log: { level: "warn" } });
    const { revision } = await call("GET", "/config");
    await patch({ storage: { gcDelay: "13h" } });
    await page.goto("/configuration?tab=history");
    await page.getByRole("row", { name: new RegExp(`#${revision}\\b`) }).click();
    const sheet = page.getByRole("dialog", { name: `Revision ${revision}` });
    await sheet.getByRole("button", { name: "Revert this change…" }).click();
    const plan = sheet.getByRole("region", { name: "Revert this change" });
    await plan.getByText("log.level").first().waitFor();
    assert.equal(await plan.getByText("gcDelay").count(), 0);
    await plan.getByRole("button", { name: "Revert this change" }).click();
    await sheet.waitFor({ state: "detached" });
    let now = await written();
    assert.notEqual(now.log.level, "warn");
    assert.equal(now.storage.gcDelay, "13h");
    await page.getByRole("row", { name: new RegExp(`#${revision}\\b`) }).click();
    await sheet.getByRole("button", { name: "Restore this version…" }).click();
    const restore = sheet.getByRole("region", { name: "Restore this version" });
    await restore.getByText("storage.gcDelay").first().waitFor();
    await restore.getByRole("button", { name: "Restore this version" }).click();
    await sheet.waitFor({ state: "detached" });
    now = await written();
    assert.equal(now.log.level, "warn");
    assert.notEqual(now.storage.gcDelay, "13h");
  });

  it("met no console error on the way", () => {
    assert.deepEqual(
      page.problems.filter((one) => !/412|409/.test(one)),
      [],
    );
  });
});
