// Saving a change of the configuration: what happened is said, with a way back; what is wrong comes back by field.
import { ApiError, call, messageOf, type Answer, type FieldError } from "../api/client";
import type { ConfigSaved } from "../api/schema.gen";
import { toast } from "../components/toast";
import { parsePath, pathText } from "./value";

export type ErrorsByPath = Map<string, string>;

/** Keyed as the form asks for them; `prefix` is what a part of the configuration is edited without. */
export function errorsByPath(errors: FieldError[], prefix?: RegExp): ErrorsByPath {
  return new Map(
    errors.map((error) => {
      const path = prefix ? error.path.replace(prefix, "") : error.path;
      return [pathText(parsePath(path)), error.hint ? `${error.message} (${error.hint})` : error.message];
    }),
  );
}

/**
 * Saves with `apply` upon the revision of `etag`; `changed` is called afterwards, and again after an undo.
 * The errors by field if the input is at fault; nothing if it was saved.
 */
export async function save(
  apply: (headers: Record<string, string>) => Promise<Answer<ConfigSaved>>,
  options: { etag: string; done: string; changed: () => unknown },
): Promise<FieldError[] | null> {
  try {
    const { data, headers } = await apply({ "If-Match": options.etag });
    const etag = headers.get("ETag") ?? "";
    const undo = async () => {
      try {
        await call("POST /config/rollback", { body: { revision: data.revision - 1 }, headers: { "If-Match": etag } });
        toast("Undone");
      } catch (error) {
        toast(messageOf(error), { bad: true });
      }
      await options.changed();
    };
    const restart =
      data.restartNeeded.length > 0
        ? ` ${data.restartNeeded.join(", ")} takes effect after a restart.`
        : " In effect now.";
    toast(`${options.done}.${restart}`, etag && etag !== options.etag ? { undo } : {});
    await options.changed();
    return null;
  } catch (error) {
    if (error instanceof ApiError && error.status === 412) {
      const paths = error.errors.map((one) => one.path).join(", ");
      toast(
        `Somebody changed the configuration meanwhile${paths ? ` (${paths})` : ""}. Nothing was saved; look at it and save again.`,
        { bad: true },
      );
      await options.changed();
      return [];
    }
    if (error instanceof ApiError && error.errors.length > 0) return error.errors;
    toast(messageOf(error), { bad: true });
    return [];
  }
}
