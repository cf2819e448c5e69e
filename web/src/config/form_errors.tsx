// Which errors of a configuration a field of the form marks.
import { Icon } from "../components/icon";
import type { FormState, NodeProps } from "./form";
import { isPlain, kindOf, type Path } from "./schema";
import { parsePath, pathText } from "./value";

/** What is wrong with the value itself, or with something in it that has no field of its own. */
export function errorOf({ form, schema, path }: Omit<NodeProps, "name">): string | undefined {
  const own = pathText(path);
  const hasField = (key: string | number | undefined) => {
    switch (kindOf(schema)) {
      case "object":
        return Object.keys(schema.properties ?? {}).some((name) => name.toLowerCase() === String(key).toLowerCase());
      case "map":
        return true;
      case "list":
        return !isPlain(schema.items) && !schema.items?.enum;
      default:
        return false;
    }
  };
  const found: string[] = [];
  for (const [where, message] of form.errors) {
    if (where === own) found.push(message);
    else if (isBelow(where, own) && !hasField(parsePath(where)[path.length])) {
      const rest = parsePath(where).slice(path.length);
      found.push(
        `${rest.length === 1 && typeof rest[0] === "number" ? `Line ${rest[0] + 1}` : pathText(rest)}: ${message}`,
      );
    }
  }
  return found.length > 0 ? found.join(" ") : undefined;
}

function isBelow(path: string, parent: string): boolean {
  return parent === "" || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}

/** Of an object, a list or a map, whose fields mark their own. */
export function ErrorLine(props: Omit<NodeProps, "name">) {
  const error = errorOf(props);
  return error ? (
    <p class="error-text small">
      <Icon name="bad" size={12} /> {error}
    </p>
  ) : null;
}

export function hasError(form: FormState, path: Path): boolean {
  const own = pathText(path);
  return [...form.errors.keys()].some((where) => where === own || isBelow(where, own));
}
