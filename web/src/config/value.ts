// Reading and changing JSON values by path, never in place.
import type { Json, JsonObject, Path } from "./schema";

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function getAt(value: Json | undefined, path: Path): Json | undefined {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isObject(at)) at = at[findKey(at, String(key))];
    else return undefined;
  }
  return at;
}

/** Keys of the configuration are matched without regard to case. */
function findKey(object: JsonObject, key: string): string {
  if (key in object) return key;
  const lower = key.toLowerCase();
  return Object.keys(object).find((one) => one.toLowerCase() === lower) ?? key;
}

/** A copy with the value at the path set; `undefined` takes it out. */
export function setAt(value: Json | undefined, path: Path, next: Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  if (Array.isArray(value)) {
    const copy = [...value];
    const inner = setAt(copy[Number(key)], rest, next);
    if (inner === undefined) copy.splice(Number(key), 1);
    else copy[Number(key)] = inner;
    return copy;
  }
  const object = isObject(value) ? value : {};
  const name = findKey(object, String(key));
  const inner = setAt(object[name], rest, next);
  const copy = { ...object };
  if (inner === undefined) delete copy[name];
  else copy[name] = inner;
  return copy;
}

export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => equal(value, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]));
}

/** The merge patch (RFC 7396) that makes `after` of `before`. */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(before)) {
    if (!(key in after)) patch[key] = null;
  }
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (equal(old, value)) continue;
    patch[key] = isObject(old) && isObject(value) ? mergePatch(old, value) : value;
  }
  return patch;
}

/** What a merge patch (RFC 7396) makes of a value. */
export function applyPatch(value: JsonObject, patch: JsonObject): JsonObject {
  const result = { ...value };
  for (const [key, change] of Object.entries(patch)) {
    const old = result[key];
    if (change === null) delete result[key];
    else if (isObject(change)) result[key] = applyPatch(isObject(old) ? old : {}, change);
    else result[key] = change;
  }
  return result;
}

/** As the daemon writes it: storage.gcDelay, extensions.sync.registries[0].urls, larder.upstreams["docker.io"]. */
export function pathText(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index > 0 ? `.${key}` : key;
    })
    .join("");
}

/** Reads what the daemon writes: "$.http.port", "http.port", "/http/port", "a[0].b". */
export function parsePath(text: string): Path {
  if (text.startsWith("/")) {
    return text
      .slice(1)
      .split("/")
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))
      .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  }
  const path: Path = [];
  const part = /\["((?:[^"\\]|\\.)*)"\]|\['([^']*)'\]|\[(\d+)\]|([^.[\]]+)/g;
  for (const match of text.replace(/^\$\.?/, "").matchAll(part)) {
    if (match[3] !== undefined) path.push(Number(match[3]));
    else if (match[1] !== undefined) path.push(JSON.parse(`"${match[1]}"`) as string);
    else path.push(match[2] ?? match[4] ?? "");
  }
  return path;
}

/** Without the empty lines that a list has while it is typed. */
export function tidy(value: Json): Json {
  if (Array.isArray(value)) return value.filter((one) => one !== "").map(tidy);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, tidy(one)]));
}
