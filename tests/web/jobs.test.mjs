// What an admin does most weeks, each with as few presses as it takes, and each by keyboard alone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { admin, basic, mirrorOf, pull, startDaemon } from "./support/daemon.mjs";
import { openCounting, startBrowser } from "./support/browser.mjs";
import { startUpstream } from "./support/upstream.mjs";

const headers = basic(admin);

describe("blocking", () => {
  let browser, daemon, upstream, page;
  before(async () => {
    upstream = await startUpstream();
    daemon = await startDaemon({ locked: true, rules: [mirrorOf(upstream)] });
    for (const name of ["team/app", "team/tool"]) await pull(daemon, name, "1.0", { headers });
    browser = await startBrowser();
    page = await openCounting(browser, daemon);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
    await upstream?.stop();
  });

  it("a repository takes three presses from the list, and holds at once for what is cached", async () => {
    await page.begin("/repositories");
    await page.getByRole("link", { name: "team/app" }).click();
    await page.getByRole("button", { name: "Block…" }).click();
    const sheet = page.getByRole("dialog", { name: "Block team/app" });
    await page.keyboard.type("CVE-2026-1234");
    await sheet.getByRole("button", { name: "Block", exact: true }).click();
    await sheet.waitFor({ state: "detached" });
    assert.ok((await page.clicks()) <= 3, `${await page.clicks()} presses`);
    const notice = page.locator("main .notice", { hasText: "Blocked" });
    await notice.getByText(`by ${admin.user}`).waitFor();
    await notice.getByText("CVE-2026-1234").waitFor();
    await notice.locator("time").waitFor();
    await assert.rejects(pull(daemon, "team/app", "1.0", { headers }), /403/);
    await pull(daemon, "team/tool", "1.0", { headers });
  });

  it("is seen in the list, with who, when and why, and lifted there", async () => {
    await page.begin("/repositories");
    await page.getByRole("button", { name: "1 blocked" }).click();
    const list = page.getByRole("dialog", { name: "Blocked repositories" });
    const row = list.getByRole("row", { name: /team\/app/ });
    assert.match(
      await row.innerText(),
      new RegExp(`cannot be pulled or mirrored[\\s\\S]*${admin.user}, .*[\\s\\S]*CVE`),
    );
    await row.getByRole("button", { name: "Unblock" }).click();
    await row.getByRole("group").getByRole("button", { name: "Unblock" }).click();
    await list.getByText("Nothing is blocked").waitFor();
    assert.ok((await page.clicks()) <= 3, `${await page.clicks()} presses`);
    await pull(daemon, "team/app", "1.0", { headers });
  });

  it("some tags of many repositories leaves the others, and the daemon says what is wrong with a pattern", async () => {
    await page.begin("/repositories?block=new");
    const sheet = page.getByRole("dialog", { name: "Block repositories" });
    await sheet.getByLabel("Repositories").fill("team/**");
    await sheet.getByLabel("Tags").fill("[");
    await sheet.getByRole("button", { name: "Block", exact: true }).click();
    await sheet.locator(".field.invalid").getByLabel("Tags").waitFor();
    await sheet.getByLabel("Tags").fill("^1\\.1$");
    await sheet.getByRole("button", { name: "Block", exact: true }).click();
    await page.getByRole("dialog", { name: "Blocked repositories" }).getByText("team/**", { exact: true }).waitFor();
    await assert.rejects(pull(daemon, "team/tool", "1.1", { headers }), /403/);
    await pull(daemon, "team/tool", "1.0", { headers });
    await page.goto("/repositories?name=team/tool");
    const notice = page.locator("main .notice", { hasText: "Blocked" });
    await notice.getByText("team/**").waitFor();
    await notice.getByRole("button", { name: "Unblock" }).click();
    await notice.waitFor({ state: "detached" });
    await pull(daemon, "team/tool", "1.1", { headers });
  });

  it("met no console error on the way", () =>
    assert.deepEqual(
      // The pattern that was refused.
      page.problems.filter((problem) => !/422/.test(problem)),
      [],
    ));
});
