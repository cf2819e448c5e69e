// What the dashboard and the desktop console have to do alike: the cases of tests/faces.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { badgesOf, valueOfLines, valueOfText } from "../src/config/edit";
import { emptyValue, kindOf, type Json, type JsonObject, type Path, type Schema } from "../src/config/schema";
import { equal, mergePatch, parsePath, pathText, setAt, tidy } from "../src/config/value";
import { bytes, compact, count, duration, percent, rate, relative, shortDigest } from "../src/format";

function read<T>(name: string): T {
  return JSON.parse(readFileSync(`../tests/faces/${name}`, "utf8")) as T;
}

const kNow = Date.parse("2026-03-01T12:00:00Z");
const kCalls: Record<string, (of: never) => string> = {
  bytes,
  compact,
  count,
  duration,
  percent,
  rate,
  shortDigest,
  relative: (of) => relative(of, kNow),
};

describe("numbers and times", () => {
  for (const { call, of, is } of read<{ call: string; of: unknown; is: string }[]>("format.json")) {
    it(`${call}(${JSON.stringify(of)}) is ${is}`, () => expect(kCalls[call]!(of as never)).toBe(is));
  }
});

interface Typed {
  typed: string;
  value?: Json;
}
interface FormCase {
  name: string;
  schema: Schema;
  kind: string;
  empty: Json;
  badges?: string[];
  edits: Typed[];
  lines?: Typed[];
}

describe("a form", () => {
  for (const one of read<FormCase[]>("forms.json")) {
    it(`knows ${one.name}`, () => {
      expect(kindOf(one.schema)).toBe(one.kind);
      expect(emptyValue(one.schema)).toEqual(one.empty);
      expect(badgesOf(one.schema)).toEqual(one.badges ?? []);
      for (const { typed, value } of one.edits) expect(valueOfText(one.schema, typed)).toEqual(value);
      for (const { typed, value } of one.lines ?? []) expect(valueOfLines(one.schema, typed)).toEqual(value);
    });
  }
});

interface Values {
  paths: { text: string; path: Path }[];
  read: { text: string; path: Path }[];
  edits: { of: JsonObject; at: Path; to?: Json; is: JsonObject; patch: JsonObject }[];
  tidy: { of: Json; is: Json }[];
}
const values = read<Values>("values.json");

describe("values", () => {
  it("stand at paths", () => {
    for (const { text, path } of values.paths) expect(pathText(path)).toBe(text);
    for (const { text, path } of [...values.paths, ...values.read]) expect(parsePath(text)).toEqual(path);
  });
  it("are edited, and differ by a patch", () => {
    for (const { of, at, to, is, patch } of values.edits) {
      const after = setAt(of, at, to) as JsonObject;
      expect(equal(after, is)).toBe(true);
      expect(mergePatch(of, after)).toEqual(patch);
    }
  });
  it("lose their empty lines", () => {
    for (const { of, is } of values.tidy) expect(tidy(of)).toEqual(is);
  });
});
