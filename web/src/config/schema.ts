// The configuration's schema as the form needs it: references resolved, settings listed for the search.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
/** Where a value stands: keys, and indexes of arrays. */
export type Path = (string | number)[];

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  enum?: Json[];
  format?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  required?: string[];
  definitions?: Record<string, Schema>;
  $ref?: string;
  "x-status"?: "honoured" | "accepted";
  "x-warning"?: string;
  "x-restart"?: boolean | "presence";
  "x-secret"?: boolean;
  "x-unit"?: string;
}

/** The same without `$ref`, so that a form need not know of it. */
export function resolveReferences(root: Schema): Schema {
  const definitions = root.definitions ?? {};
  const visit = (schema: Schema): Schema => {
    const target = schema.$ref ? definitions[schema.$ref.replace("#/definitions/", "")] : undefined;
    const merged: Schema = target ? { ...target, ...schema, $ref: undefined } : { ...schema };
    if (merged.properties) {
      merged.properties = Object.fromEntries(
        Object.entries(merged.properties).map(([name, property]) => [name, visit(property)]),
      );
    }
    if (merged.items) merged.items = visit(merged.items);
    if (typeof merged.additionalProperties === "object")
      merged.additionalProperties = visit(merged.additionalProperties);
    return merged;
  };
  return visit(root);
}

export type Kind = "object" | "map" | "list" | "text" | "number" | "boolean" | "choice" | "json";

export function typesOf(schema: Schema): string[] {
  return Array.isArray(schema.type) ? schema.type : schema.type ? [schema.type] : [];
}

/** How a value is edited. */
export function kindOf(schema: Schema): Kind {
  if (schema.enum) return "choice";
  const types = typesOf(schema);
  if (types.length === 1) {
    switch (types[0]) {
      case "object":
        if (schema.properties) return "object";
        return typeof schema.additionalProperties === "object" ? "map" : "json";
      case "array":
        return schema.items ? "list" : "json";
      case "boolean":
        return "boolean";
      case "integer":
      case "number":
        return "number";
      default:
        return "text";
    }
  }
  // A size is a number or text such as "10GiB"; what may be anything is written as JSON.
  return types.includes("object") || types.includes("array") ? "json" : "text";
}

/** Whether it is one line of text or a number: a list of these is edited as lines. */
export function isPlain(schema: Schema | undefined): boolean {
  return schema !== undefined && ["text", "number"].includes(kindOf(schema)) && !schema.enum;
}

export interface Setting {
  path: Path;
  title: string;
  schema: Schema;
}

/** Every setting with a fixed place, in the order of the schema: objects are opened, lists and maps are not. */
export function settingsOf(schema: Schema, path: Path = []): Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const here = [...path, name];
    const own: Setting = { path: here, title: property.title ?? name, schema: property };
    return kindOf(property) === "object" ? [own, ...settingsOf(property, here)] : [own];
  });
}

/** Those that have every word somewhere; those that are called so come first. */
export function findSettings(settings: Setting[], text: string): Setting[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return settings;
  const distance = (setting: Setting): number => {
    const path = setting.path.join(".").toLowerCase();
    const name = `${path} ${setting.title}`.toLowerCase();
    if (path === text.toLowerCase()) return 0;
    if (words.every((word) => path.split(".").at(-1) === word || setting.title.toLowerCase() === word)) return 1;
    if (words.every((word) => name.includes(word))) return 2;
    const all = `${name} ${setting.schema.description ?? ""}`.toLowerCase();
    return words.every((word) => all.includes(word)) ? 3 : 4;
  };
  return settings
    .map((setting) => ({ setting, far: distance(setting) }))
    .filter((one) => one.far < 4)
    .toSorted((one, other) => one.far - other.far)
    .map((one) => one.setting);
}

/** What a new element of a list or map begins as. */
export function emptyValue(schema: Schema): Json {
  if (schema.default !== undefined) return schema.default;
  switch (kindOf(schema)) {
    case "object":
    case "map":
      return {};
    case "list":
      return [];
    case "boolean":
      return false;
    case "number":
      return schema.minimum ?? 0;
    case "choice":
      return schema.enum?.[0] ?? "";
    case "text":
      return "";
    default:
      return null;
  }
}
