// From nothing to a registry that nodes pull through: a mirror, a node, the first pull.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { admin, basic, mirrorOf, pull, startDaemon } from "./support/daemon.mjs";
import { logIn, openCounting, startBrowser } from "./support/browser.mjs";
import { startUpstream } from "./support/upstream.mjs";

const headers = basic(admin);

describe("an empty daemon", () => {
  let browser, daemon, upstream, page;
  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ locked: true });
    browser = await startBrowser();
    page = await openCounting(browser, daemon);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("is led in three steps to its first pull, which is seen", async () => {
    await page.begin("/");
    const steps = page.locator(".first-run > li");
    await steps.nth(0).getByRole("link", { name: "Add a mirror" }).click();
    const sheet = page.getByRole("dialog", { name: "Add a mirror" });
    await sheet.getByLabel("Another registry").check();
    await sheet.getByLabel("URL").fill(upstream.url);
    await sheet.getByRole("button", { name: "Add mirror" }).click();
    await sheet.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Overview" }).click();
    await steps.nth(0).getByText("done").waitFor();
    await steps.nth(2).getByText("Waiting for the first pull").waitFor();
    await steps.nth(1).getByRole("link", { name: "Set up a node" }).click();
    await page.getByRole("heading", { name: "Node setup" }).waitFor();
    await page.getByRole("link", { name: "Overview" }).click();
    await steps.nth(2).waitFor();
    await pull(daemon, "team/app", "1.0", { headers });
    await steps.nth(2).getByText("team/app was pulled").waitFor();
    await steps.nth(1).getByText("done").waitFor();
    // The mirror three, the node one, and two back to see what comes of them.
    assert.equal(await page.clicks(), 6);
  });

  it("is not new any more after a restart", async () => {
    await daemon.stop();
    await daemon.start();
    await logIn(page);
    await page.getByRole("heading", { name: "Upstreams" }).waitFor();
    await page.settled();
    assert.equal(await page.getByText("Get started").count(), 0);
  });
});

describe("pointing a node here", () => {
  let browser, daemon, upstream, page;
  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ locked: true, rules: [mirrorOf(upstream)] });
    browser = await startBrowser();
    page = await openCounting(browser, daemon);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("comes with the login that it needs, for each client", async () => {
    await page.begin("/node-setup");
    for (const [client, said] of [
      ["containerd", /hosts\.toml|config\.toml/],
      ["Kubernetes", /imagePullSecrets|dockerconfigjson/],
      ["Podman", /auth\.json/],
    ]) {
      await page.getByRole("button", { name: client, exact: true }).click();
      await page.getByLabel("Log in as").fill("node");
      await page.locator(".code", { hasText: said }).first().waitFor();
    }
    await page.getByText(/Pulls need a login here/).waitFor();
  });

  it("is seen to have worked, by whom and when", async () => {
    await page.begin("/node-setup");
    await page.getByRole("button", { name: "containerd", exact: true, pressed: true }).waitFor();
    const check = page.locator(".panel", { hasText: "Did it work?" });
    await check.getByText("waiting").waitFor();
    await pull(daemon, "team/app", "1.0", { headers });
    await check.getByText("it works").waitFor();
    await check
      .getByText(new RegExp(`A pull from 127\\.0\\.0\\.1 reached this daemon .* as user ${admin.user}`))
      .waitFor();
    assert.equal(await page.clicks(), 0);
  });
});

describe("adding a mirror", () => {
  let browser, daemon, upstream, page;
  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ locked: true, rules: [mirrorOf(upstream)], credentials: true });
    browser = await startBrowser();
    page = await openCounting(browser, daemon);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("of a known registry, with its login, takes three presses", async () => {
    await page.begin("/mirrors");
    await page.getByRole("button", { name: "Add a mirror" }).click();
    const sheet = page.getByRole("dialog", { name: "Add a mirror" });
    await sheet.getByText("Quay", { exact: true }).click();
    assert.equal(await sheet.getByLabel("URL").inputValue(), "https://quay.io");
    await sheet.getByLabel("User").fill("robot");
    await sheet.getByLabel("Password or token").fill("secret");
    await sheet.getByText(/^docker pull .*\/quay\.io\//).waitFor();
    await sheet.getByRole("button", { name: "Add mirror" }).click();
    await sheet.waitFor({ state: "detached" });
    assert.ok((await page.clicks()) <= 3, `${await page.clicks()} presses`);
    await page.getByText("https://quay.io").first().waitFor();
    await page.getByText("with credentials", { exact: true }).waitFor();
  });

  it("tries the login before anything is saved, and says who serves the name already", async () => {
    upstream.login = { user: "robot", password: "right" };
    await page.begin("/mirrors?edit=new");
    const sheet = page.getByRole("dialog", { name: "Add a mirror" });
    await sheet.getByLabel("Another registry").check();
    await sheet.getByLabel("URL").fill(upstream.url);
    await sheet.getByText(/Rule 1 serves this name already and is tried first/).waitFor();
    await sheet.getByLabel("Stored under").fill("/own");
    await sheet.getByLabel("User").fill("robot");
    await sheet.getByLabel("Password or token").fill("wrong");
    await sheet.getByRole("button", { name: "Test with these credentials" }).click();
    await sheet.getByText("login rejected").waitFor();
    await sheet.getByLabel("Password or token").fill("right");
    await sheet.getByRole("button", { name: "Test with these credentials" }).click();
    await sheet.getByText("login accepted").waitFor();
    // Enter in the preview asks, and saves nothing.
    await sheet.getByLabel("Repository at the upstream").fill("team/app");
    await sheet.getByLabel("Repository at the upstream").press("Enter");
    await sheet.getByText(/3 of 3 tags included, stored as/).waitFor();
    const { items } = await (await fetch(`${daemon.url}/api/v1/credentials`, { headers })).json();
    assert.equal(items.filter((one) => one.host === upstream.host).length, 0);
    await sheet.getByLabel("Repository at the upstream").press("Escape");
    await page.getByRole("button", { name: "Discard" }).click();
    await sheet.waitFor({ state: "detached" });
    delete upstream.login;
  });
});
