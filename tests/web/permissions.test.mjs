// Permissions as they will be: asked of the draft, sorted by what decides, with warnings before they are saved.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { logIn, openPage, startBrowser } from "./support/browser.mjs";
import { admin, basic, startDaemon } from "./support/daemon.mjs";

describe("permissions", () => {
  let browser, daemon, page;
  before(async () => {
    browser = await startBrowser();
    daemon = await startDaemon({ locked: true });
    const headers = { ...basic(admin), "Content-Type": "application/json", "If-Match": "*" };
    await fetch(`${daemon.url}/api/v1/users`, {
      method: "POST",
      headers,
      body: JSON.stringify({ name: "bob", password: "a long password" }),
    });
    page = await openPage(browser, daemon);
    await logIn(page);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
  });

  const ask = async (user, repository, action) => {
    await page.getByLabel("User", { exact: true }).fill(user);
    await page.getByLabel("Repository", { exact: true }).fill(repository);
    await page.getByLabel("Action", { exact: true }).selectOption(action);
  };
  const verdict = () => page.locator("section", { hasText: "Test a permission" });

  it("are tested on the draft, live, before it is saved and after", async () => {
    await page.goto("/access?tab=policies");
    await ask("bob", "team/app", "create");
    await verdict().getByText("denied").waitFor();
    await page.getByRole("checkbox", { name: "any logged-in user: create **" }).check();
    await verdict().getByText("unsaved draft").waitFor();
    await verdict().getByText("allowed").waitFor();
    await page.getByRole("checkbox", { name: "any logged-in user: create **" }).uncheck();
    await verdict().getByText("denied").waitFor();
    // Saved, the answer follows without a reload.
    await page.getByRole("checkbox", { name: "any logged-in user: create **" }).check();
    await page.getByRole("button", { name: "Review and save" }).click();
    const review = page.getByRole("dialog", { name: "Review and save" });
    await review.getByRole("button", { name: "Save", exact: true }).click();
    await review.waitFor({ state: "detached" });
    await verdict().getByText("unsaved draft").waitFor({ state: "detached" });
    await verdict().getByText("allowed").waitFor();
  });

  it("say which rule wins, and warn where it takes away or gives more than was meant", async () => {
    await page.goto("/access?tab=policies");
    await page.getByRole("button", { name: "Add a rule" }).click();
    const sheet = page.getByRole("dialog", { name: "Add a rule" });
    await sheet.getByLabel("Repositories").fill("team/**");
    await sheet.getByLabel("Users").fill("bob");
    await sheet.getByRole("button", { name: "Add", exact: true }).click();
    await sheet.waitFor({ state: "detached" });
    // Nobody else may read team/** any more; and bob still reads everything else.
    await page.locator(".notice.warn", { hasText: "team/**" }).first().waitFor();
    const globs = await page.locator("th.glob .mono").allInnerTexts();
    assert.deepEqual(globs.slice(0, 2), ["team/**", "**"]);
    await ask("bob", "team/app", "read");
    await verdict()
      .getByText(/decides alone: the longest glob wins/)
      .waitFor();
  });

  it("have presets, that tick the boxes", async () => {
    await page.getByLabel("bob: what they can do with team/**").selectOption("push");
    await page.getByRole("checkbox", { name: "bob: update team/**", checked: true }).waitFor();
    await page.getByRole("checkbox", { name: "bob: delete team/**", checked: false }).waitFor();
    await page.getByLabel("bob: what they can do with team/**").selectOption("none");
    await page.getByRole("checkbox", { name: "bob: read team/**", checked: false }).waitFor();
    await page.getByRole("button", { name: "Discard" }).click();
  });

  it("are listed by repository for a user, a group and the anonymous", async () => {
    await page.goto("/access?tab=effective&who=bob");
    const rules = page.getByRole("table", { name: /Access to names/ });
    await rules.getByRole("row", { name: /\*\*.*read/ }).waitFor();
    await page.getByRole("button", { name: "Anonymous" }).click();
    await rules.getByRole("row", { name: /\*\*.*nothing/ }).waitFor();
  });

  it("of a new user are shown before it is added", async () => {
    await page.goto("/access?add=user");
    const sheet = page.getByRole("dialog", { name: "Add a user" });
    await sheet.getByLabel("Name").fill("carol");
    await sheet.getByRole("heading", { name: "What carol can do from the start" }).waitFor();
    await sheet.getByText(/\*\*.*read/).waitFor();
  });

  it("met no console error on the way", () => assert.deepEqual(page.problems, []));
});
