import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const origin = window.location.origin;

/** The modules as a page loads them that the daemon gave this base, at this address. */
async function loadedAt(address: string, base: string) {
  vi.resetModules();
  document.head.innerHTML = `<base href="${base}">`;
  history.replaceState(null, "", origin + address);
  const router = await import("../src/store/router");
  const client = await import("../src/api/client");
  return { ...router, ...client };
}

afterEach(() => {
  document.head.innerHTML = "";
  document.body.innerHTML = "";
  history.replaceState(null, "", "/");
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe.each([
  ["at the root", ""],
  ["below a prefix", "/larder"],
  ["below two", "/apps/larder"],
])("the dashboard %s", (_, prefix) => {
  const here = () => window.location.href.slice(origin.length);

  it("knows the screen that its address names", async () => {
    expect((await loadedAt(`${prefix}/`, `${prefix}/`)).path.value).toBe("");
    const { path, query } = await loadedAt(`${prefix}/storage?tab=tree`, `${prefix}/`);
    expect(path.value).toBe("storage");
    expect(query.value.get("tab")).toBe("tree");
  });

  it("goes to addresses below its base", async () => {
    const { navigate, setQuery, addressWith, path } = await loadedAt(`${prefix}/`, `${prefix}/`);
    await navigate("repositories?name=a/b");
    expect(here()).toBe(`${prefix}/repositories?name=a/b`);
    expect(path.value).toBe("repositories");
    setQuery({ name: null, ref: "v1" });
    expect(here()).toBe(`${prefix}/repositories?ref=v1`);
    expect(new URL(addressWith({ ref: null }), document.baseURI).href).toBe(`${origin}${prefix}/repositories`);
    await navigate(".");
    expect(here()).toBe(`${prefix}/`);
  });

  it("follows links below its base alone, and none of the API", async () => {
    const { startRouter, path } = await loadedAt(`${prefix}/`, `${prefix}/`);
    const listening = vi.spyOn(document, "addEventListener");
    startRouter();
    const [[, follow]] = listening.mock.calls as [[string, EventListener]];
    const isFollowed = (href: string) => {
      let followed = false;
      const look = (event: Event) => {
        followed = event.defaultPrevented;
        event.preventDefault();
      };
      document.addEventListener("click", look, { once: true });
      document.body.innerHTML = `<a href="${href}">x</a>`;
      document.querySelector("a")!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
      return followed;
    };
    expect(isFollowed("mirrors?edit=new")).toBe(true);
    await vi.waitFor(() => expect(path.value).toBe("mirrors"));
    expect(here()).toBe(`${prefix}/mirrors?edit=new`);
    expect(isFollowed("api/v1/config/export")).toBe(false);
    expect(isFollowed("/other/app")).toBe(prefix === "");
    document.removeEventListener("click", follow);
  });

  it("calls the API below its base", async () => {
    const { urlOf } = await loadedAt(`${prefix}/storage`, `${prefix}/`);
    expect(new URL(urlOf("GET /status"), document.baseURI).href).toBe(`${origin}${prefix}/api/v1/status`);
  });

  it("opens the live stream below its base", async () => {
    const opened: string[] = [];
    vi.stubGlobal(
      "WebSocket",
      class {
        static OPEN = 1;
        readyState = 0;
        constructor(url: URL) {
          opened.push(url.href);
        }
        close() {}
      },
    );
    await loadedAt(`${prefix}/storage`, `${prefix}/`);
    const { startLive, stopLive } = await import("../src/store/live");
    startLive({ sessionEnded: () => {}, back: () => {} });
    stopLive();
    expect(opened).toEqual([`ws://${window.location.host}${prefix}/api/v1/live`]);
  });
});

describe("a strange address", () => {
  beforeEach(() => vi.resetModules());

  it("below the prefix stays on this host", async () => {
    for (const odd of ["javascript:x", "/evil.example/", "https://evil.example/"]) {
      const { addressWith } = await loadedAt(`/larder/${odd}`, "/larder/");
      expect(new URL(addressWith({ a: "b" }), document.baseURI).href).toBe(`${origin}/larder/${odd}?a=b`);
    }
  });

  it("is the first screen where the prefix has lost its slash", async () => {
    expect((await loadedAt("/larder", "/larder/")).path.value).toBe("");
  });

  it("beside the prefix is no screen", async () => {
    expect((await loadedAt("/larderx/storage", "/larder/")).path.value).not.toBe("storage");
  });
});

it("no link of the source begins at the root of the host", () => {
  const root = join(import.meta.dirname, "../src");
  const found = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .filter((name) => /(href=\{?|link=|link: |navigate\(|fetch\()["'`]\//.test(readFileSync(join(root, name), "utf8")));
  expect(found).toEqual([]);
});
