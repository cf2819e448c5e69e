// Saving a change of the configuration: what happened is said, with a way back; what is wrong comes back by field.
import { ApiError, call, messageOf, type Answer, type FieldError } from "../api/client";
import type { ConfigSaved, EditConflict } from "../api/schema.gen";
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

/** Says that it was saved, and offers to take that one change back, whatever others have saved since. */
export function say(done: string, saved: ConfigSaved, changed: () => unknown): void {
  if (!saved.saved) {
    // The revision is not this editor's: to take it back would undo somebody else's change.
    toast("Nothing to save: it is like this already.");
    return;
  }
  const undo = async () => {
    try {
      await call("POST /config/revert", { body: { revision: saved.revision }, headers: { "If-Match": "*" } });
      toast("Undone");
    } catch (error) {
      toast(messageOf(error), { bad: true });
    }
    await changed();
  };
  const restart = saved.restartNeeded;
  const when = restart.length > 0 ? ` ${restart.join(", ")} takes effect after a restart.` : " In effect now.";
  toast(`${done}.${when}`, { undo });
}

export type Outcome =
  | { saved: true }
  /** Of the input, by field; none where the failure was said already. */
  | { saved: false; errors: FieldError[]; conflict: EditConflict | null };

/** Saves with `apply` upon the revision that the editor began with; `changed` is called afterwards. */
export async function save(
  apply: (headers: Record<string, string>) => Promise<Answer<ConfigSaved>>,
  options: { etag: string; done: string; changed: () => unknown },
): Promise<Outcome> {
  try {
    const { data } = await apply({ "If-Match": options.etag });
    say(options.done, data, options.changed);
    await options.changed();
    return { saved: true };
  } catch (error) {
    if (error instanceof ApiError && error.status === 412) {
      await options.changed();
      if (error.conflict) return { saved: false, errors: [], conflict: error.conflict };
    }
    if (error instanceof ApiError && error.errors.length > 0)
      return { saved: false, errors: error.errors, conflict: null };
    toast(messageOf(error), { bad: true });
    return { saved: false, errors: [], conflict: null };
  }
}
