// Browsing among ten thousand repositories.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startDaemon } from "./support/daemon.mjs";
import { scrollToTheEnd } from "./measure.mjs";
import { openPage, startBrowser } from "./support/browser.mjs";

const kCount = 10_000;

/** OCI layouts of one small image, under so many names. */
function writeStore(directory) {
  const blobs = new Map();
  const add = (content) => {
    const data = Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
    const hash = createHash("sha256").update(data).digest("hex");
    blobs.set(hash, data);
    return { digest: `sha256:${hash}`, size: data.length };
  };
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = add({
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      ...add({ architecture: "amd64", os: "linux" }),
    },
    layers: [
      {
        mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
        ...add("a layer"),
      },
    ],
  });
  const annotations = { "org.opencontainers.image.ref.name": "latest" };
  const index = JSON.stringify({
    schemaVersion: 2,
    manifests: [{ mediaType, ...manifest, annotations }],
  });
  for (let number = 0; number < kCount; number++) {
    const folder = join(directory, `team${number % 10}/app-${String(number).padStart(5, "0")}`);
    mkdirSync(join(folder, "blobs/sha256"), { recursive: true });
    writeFileSync(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    writeFileSync(join(folder, "index.json"), index);
    for (const [hash, data] of blobs) writeFileSync(join(folder, "blobs/sha256", hash), data);
  }
}

describe("repositories", () => {
  let browser, daemon, page;
  before(async () => {
    const store = mkdtempSync(join(tmpdir(), "larder-web-store-"));
    writeStore(store);
    daemon = await startDaemon({ store });
    rmSync(store, { recursive: true, force: true });
    browser = await startBrowser();
    page = await openPage(browser, daemon);
  });
  after(async () => {
    await browser?.close();
    await daemon?.remove();
  });

  it("are found while their name is typed", async () => {
    await page.goto("/repositories");
    await page.getByText("10,000 repositories").waitFor();
    await page.getByLabel("Search repositories").fill("app-0777");
    await page.getByText("10 repositories").waitFor();
    await page.getByRole("cell", { name: "team7/app-07777", exact: true }).waitFor();
  });

  // How long that takes is held by the bench: a shared machine stalls now and then.
  it("scroll to the last with few rows drawn", async () => {
    await page.goto("/repositories");
    await page.getByText("10,000 repositories").waitFor();
    const { last, drawn } = await scrollToTheEnd(page);
    assert.equal(last, kCount);
    await page.getByRole("cell", { name: "team9/app-09999", exact: true }).waitFor();
    assert.ok(drawn < 100, `${drawn} rows were drawn`);
  });

  it("open with the keyboard, down to the layers of an image", async () => {
    await page.goto("/repositories?q=app-00042");
    await page.getByRole("row", { name: /team2\/app-00042/ }).press("Enter");
    await page.getByRole("heading", { level: 1, name: /team2\/app-00042/ }).waitFor();
    await page.getByRole("row", { name: /latest/ }).press("Enter");
    const sheet = page.getByRole("dialog", { name: "team2/app-00042:latest" });
    await sheet.getByRole("heading", { name: "1 layer" }).waitFor();
    await sheet.getByRole("button", { name: "Close" }).press("Escape");
    await sheet.waitFor({ state: "detached" });
  });

  it("are removed several at once, after a question that says what goes", async () => {
    await page.goto("/repositories?q=app-0005");
    await page.getByText("10 repositories").waitFor();
    await page.getByLabel("Select team0/app-00050").check();
    await page.getByLabel("Select team1/app-00051").check();
    await page.getByRole("button", { name: "Remove 2" }).click();
    const question = page.getByRole("dialog", {
      name: "Remove 2 repositories?",
    });
    await question.getByText("team0/app-00050").waitFor();
    await question.getByRole("button", { name: "Remove" }).click();
    await page.getByText("8 repositories").waitFor();
  });

  it("met no console error on the way", () => {
    assert.deepEqual(page.problems, []);
  });
});
