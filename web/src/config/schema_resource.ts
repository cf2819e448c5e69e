// The schema as the daemon has it, with its references resolved.
import { useMemo } from "preact/hooks";
import { useResource, type Resource } from "../store/resource";
import { resolveReferences, type Path, type Schema } from "./schema";

export function useSchema(): Omit<Resource<Schema>, "etag"> {
  const { data, ...reading } = useResource("GET /config/schema");
  const schema = useMemo(() => (data ? resolveReferences(data as Schema) : undefined), [data]);
  return { ...reading, data: schema };
}

/** The schema of what stands at a path; keys of maps and indexes of lists included. */
export function schemaAt(schema: Schema | undefined, path: Path): Schema | undefined {
  let at = schema;
  for (const key of path) {
    if (!at) return undefined;
    if (typeof key === "number") at = at.items;
    else
      at = at.properties?.[key] ?? (typeof at.additionalProperties === "object" ? at.additionalProperties : undefined);
  }
  return at;
}
