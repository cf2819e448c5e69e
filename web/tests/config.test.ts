import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorsByPath } from "../src/config/save";
import { findSettings, kindOf, resolveReferences, settingsOf, type Schema } from "../src/config/schema";
import { schemaAt } from "../src/config/schema_resource";
import { diffLines, lineOfPath, parseJson } from "../src/config/text";
import { applyPatch, equal, getAt, mergePatch, parsePath, pathText, setAt, tidy } from "../src/config/value";

const schema = resolveReferences(JSON.parse(readFileSync("../resources/config.schema.json", "utf8")) as Schema);

describe("the schema", () => {
  it("has no reference left", () => {
    expect(schemaAt(schema, ["storage", "retention", "policies"])?.type).toBe("array");
  });
  it("lists every setting with a fixed place", () => {
    const paths = settingsOf(schema).map((setting) => pathText(setting.path));
    expect(paths).toContain("http.auth.failDelay");
    expect(paths).toContain("extensions.sync.registries");
  });
  it("gives each setting a way to edit it", () => {
    const kind = (text: string) => kindOf(schemaAt(schema, parsePath(text)) ?? {});
    expect(kind("http.port")).toBe("text");
    expect(kind("storage.gc")).toBe("boolean");
    expect(kind("log.level")).toBe("choice");
    expect(kind("extensions.sync.registries")).toBe("list");
    expect(kind("http.accessControl.repositories")).toBe("map");
    expect(kind("storage.storageDriver")).toBe("object");
  });
  it("is searched by name, key and description", () => {
    const settings = settingsOf(schema);
    const found = (text: string) => findSettings(settings, text).map((one) => pathText(one.path));
    expect(found("gcDelay")).toContain("storage.gcDelay");
    expect(found("watermark low")).toContain("larder.storage.lowWatermark");
    expect(found("surely not there")).toEqual([]);
    expect(found("port")[0]).toBe("http.port");
  });
});

describe("paths", () => {
  it("are written as the daemon writes them, and read again", () => {
    for (const text of [
      "extensions.sync.registries[0].urls",
      'larder.upstreams["docker.io:443"].downloadRate',
      'http.accessControl.repositories["a[\\"b"].defaultPolicy[1]',
    ])
      expect(pathText(parsePath(text))).toBe(text);
  });
});

describe("values", () => {
  const value = { http: { port: 5000 }, list: [{ a: 1 }, { a: 2 }] };
  it("are read without regard to the case of keys", () => {
    expect(getAt({ HTTP: { Port: 1 } }, ["http", "port"])).toBe(1);
  });
  it("are set in a copy", () => {
    expect(setAt(value, ["list", 1, "a"], 3)).toEqual({ http: { port: 5000 }, list: [{ a: 1 }, { a: 3 }] });
    expect(setAt(value, ["new", "deep"], true)).toEqual({ ...value, new: { deep: true } });
    expect(value.list[1]).toEqual({ a: 2 });
  });
  it("are taken out, and what held them stays", () => {
    expect(setAt(value, ["http", "port"], undefined)).toEqual({ http: {}, list: value.list });
    expect(setAt(value, ["list", 0], undefined)).toEqual({ http: { port: 5000 }, list: [{ a: 2 }] });
  });
  it("differ by a merge patch that brings one to the other", () => {
    const after = { http: { port: 5001, realm: "x" }, list: [1] };
    const patch = mergePatch(value, after);
    expect(patch).toEqual({ http: { port: 5001, realm: "x" }, list: [1] });
    expect(equal(applyPatch(value, patch), after)).toBe(true);
    expect(mergePatch(value, { http: { port: 5000 } })).toEqual({ list: null });
  });
  it("lose the empty lines of lists before they are sent", () => {
    expect(tidy({ urls: ["a", "", "b"] })).toEqual({ urls: ["a", "b"] });
  });
});

describe("paths", () => {
  it("are read in each of the ways that they are written", () => {
    expect(parsePath("extensions.sync.registries[0].urls")).toEqual(["extensions", "sync", "registries", 0, "urls"]);
    expect(parsePath('http.accessControl.repositories["team/**"].policies[1]')).toEqual([
      "http",
      "accessControl",
      "repositories",
      "team/**",
      "policies",
      1,
    ]);
    expect(parsePath("")).toEqual([]);
  });
  it("lose what a part is edited without", () => {
    const errors = errorsByPath(
      [{ path: "extensions.sync.registries[3].urls[0]", message: "is no URL", hint: "https://…" }],
      /^extensions\.sync\.registries\[\d+\]\.?/,
    );
    expect(errors.get("urls[0]")).toBe("is no URL (https://…)");
  });
});

describe("the raw text", () => {
  const text = '{\n  "http": {\n    "port": 5000\n  },\n  "list": [\n    1,\n    {"a": 2}\n  ]\n}';
  it("knows the line of a path, or of its parent", () => {
    expect(lineOfPath(text, ["http", "port"])).toBe(3);
    expect(lineOfPath(text, ["HTTP", "Port"])).toBe(3);
    expect(lineOfPath(text, ["list", 1, "a"])).toBe(7);
    expect(lineOfPath(text, ["http", "realm"])).toBe(2);
    expect(lineOfPath(text, ["nothing"])).toBe(1);
  });
  it("knows where it stops being JSON", () => {
    expect(parseJson('{\n  "a": 1,\n  "b": oops\n}').error?.line).toBe(3);
    expect(parseJson('{\n  "a": 1\n  "b": 2\n}').error?.line).toBe(3);
    expect(parseJson(text).value).toBeDefined();
  });
});

describe("a diff of lines", () => {
  it("shows what changed with its surroundings", () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const after = before.with(10, "other");
    const lines = diffLines(before.join("\n"), after.join("\n"));
    expect(lines.filter((line) => line.kind === "removed").map((line) => line.text)).toEqual(["line 10"]);
    expect(lines.filter((line) => line.kind === "added").map((line) => line.text)).toEqual(["other"]);
    expect(lines).toHaveLength(8);
  });
  it("is empty for the same text", () => expect(diffLines("a\nb", "a\nb")).toEqual([]));
});
