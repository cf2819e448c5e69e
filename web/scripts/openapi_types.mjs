// Writes the TypeScript types of the management API from its contract.
//
//   node openapi_types.mjs <openapi.yaml> <out.ts>
//
// Each schema becomes a type of its name. `Operations` maps "GET /users" (below /api/v1) to what the call takes and
// answers: query, body and the first 2xx answer that is JSON.
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

const kMethods = ["get", "post", "put", "patch", "delete"];
const kPrefix = "/api/v1";
const kNamed = /^#\/components\/schemas\/(\w+)$/;

const [input, output] = process.argv.slice(2);
const contract = parse(readFileSync(input, "utf8"));

function resolve(node) {
  if (!node?.$ref) return node;
  return node.$ref
    .slice(2)
    .split("/")
    .reduce((at, key) => at[key.replaceAll("~1", "/").replaceAll("~0", "~")], contract);
}

function typeOf(schema) {
  if (schema === undefined || schema === true) return "unknown";
  if (schema.$ref) return kNamed.exec(schema.$ref)?.[1] ?? typeOf(resolve(schema));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.allOf)
    return joined([...schema.allOf, ...(schema.properties ? [{ ...schema, allOf: undefined }] : [])], " & ");
  const choice = schema.oneOf ?? schema.anyOf;
  if (choice) return joined(choice, " | ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type })).join(" | ");
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return `(${typeOf(schema.items)})[]`;
    default:
      return schema.type === "object" || schema.properties || schema.additionalProperties
        ? objectOf(schema)
        : "unknown";
  }
}

function joined(schemas, operator) {
  return `(${schemas.map((schema) => typeOf(schema)).join(operator)})`;
}

function objectOf(schema) {
  const required = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const about = property.description
      ? `/** ${property.description.trim().replaceAll(/\s+/g, " ").replaceAll("*/", "")} */ `
      : "";
    return `${about}${JSON.stringify(name)}${required.has(name) ? "" : "?"}: ${typeOf(property)};`;
  });
  const rest = schema.additionalProperties;
  if (lines.length === 0) return `Record<string, ${rest ? typeOf(rest) : "unknown"}>`;
  if (rest) lines.push("[key: string]: unknown;");
  return `{\n${lines.join("\n")}\n}`;
}

function contentOf(node) {
  const content = resolve(node)?.content ?? {};
  const json = Object.keys(content).find((type) => type.includes("json") && !type.includes("problem"));
  if (json) return typeOf(content[json].schema);
  return Object.keys(content).length > 0 ? "string" : "undefined";
}

function operationOf(shared, operation) {
  const parameters = [...shared, ...(operation.parameters ?? [])].map(resolve).filter((one) => one.in === "query");
  const query = objectOf({
    properties: Object.fromEntries(parameters.map((one) => [one.name, one.schema])),
    required: parameters.filter((one) => one.required).map((one) => one.name),
  });
  const success = Object.keys(operation.responses ?? {}).find((status) => status.startsWith("2"));
  const body = operation.requestBody ? contentOf(operation.requestBody) : "undefined";
  const answer = success ? contentOf(operation.responses[success]) : "undefined";
  return `{ query: ${parameters.length > 0 ? query : "Record<never, never>"}; body: ${body}; answer: ${answer} }`;
}

const lines = ["// Written from resources/openapi.yaml by scripts/openapi_types.mjs.", ""];
for (const [name, schema] of Object.entries(contract.components?.schemas ?? {})) {
  lines.push(`export type ${name} = ${typeOf(schema)};`, "");
}
lines.push("export interface Operations {");
for (const [path, item] of Object.entries(contract.paths ?? {})) {
  const short = path.startsWith(kPrefix) ? path.slice(kPrefix.length) : path;
  const shared = item.parameters ?? [];
  for (const method of kMethods) {
    if (item[method])
      lines.push(`${JSON.stringify(`${method.toUpperCase()} ${short}`)}: ${operationOf(shared, item[method])};`);
  }
}
lines.push("}", "");
writeFileSync(output, lines.join("\n"));
