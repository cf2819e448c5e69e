// The configuration while it is edited. It outlives the screen and a new log-in of the same user, so that nothing typed
// is lost. It keeps the revision that it began with: what others save meanwhile is merged by the server, against that
// revision, and what both changed is shown.
import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { ApiError, call, messageOf, request, type FieldError } from "../api/client";
import type { ConfigChange, ConfigMerge, ConfigState } from "../api/schema.gen";
import type { Readable } from "../components/loaded";
import { ask } from "../components/overlay";
import { toast } from "../components/toast";
import { useDebounced } from "../store/debounced";
import { useResource, type Resource } from "../store/resource";
import { addGuard } from "../store/router";
import { session } from "../store/session";
import type { Choices } from "./merge_view";
import { errorsByPath, say, type ErrorsByPath } from "./save";
import type { Json, JsonObject, Path } from "./schema";
import { applyPatch, equal, mergePatch, setAt, tidy } from "./value";

interface Pending {
  user: string | null | undefined;
  /** What was there when the first change was made. */
  base: { revision: number; written: JsonObject } | null;
  value: JsonObject | null;
  /** What was typed into the raw JSON, while it is none; null otherwise. */
  text: string | null;
  /** Which side of a conflict is taken. */
  choices: Choices;
}

const kNothing = { base: null, value: null, text: null, choices: {} };
const pending = signal<Pending>({ user: undefined, ...kNothing });

/** What the server says of the draft as it is. */
export interface Verdict {
  valid: boolean;
  errors: FieldError[];
  warnings: FieldError[];
  restartNeeded: string[];
  /** What saving would change of the configuration that is there now. */
  changes: ConfigChange[];
}

export interface Draft {
  config: Resource<ConfigState>;
  written: JsonObject;
  value: JsonObject;
  /** Upon the revision that the draft began with; null while there is no change. */
  patch: JsonObject | null;
  base: number | undefined;
  text: string | null;
  errors: ErrorsByPath;
  /** What the server says of it; nothing to say while there is no change. */
  check: Readable<Verdict>;
  /** Somebody else has saved since the draft began. */
  merge: ConfigMerge | null;
  choices: Choices;
  choose: (choices: Choices) => void;
  set: (path: Path, value: Json | undefined) => void;
  replace: (value: JsonObject) => void;
  keepText: (text: string | null) => void;
  discard: () => void;
  store: () => Promise<boolean>;
}

const kCheckAfterMs = 400;

export function useDraft(): Draft {
  const config = useResource("GET /config");
  const written = (config.data?.written ?? {}) as JsonObject;
  const user = session.value?.user;
  const own: Pending = pending.value.user === user ? pending.value : { user, ...kNothing };
  const { base, text, choices } = own;
  const value = own.value ?? written;
  const patch = useMemo(() => (base && own.value ? mergePatch(base.written, own.value) : null), [base, own.value]);
  const moved = base !== null && config.data !== undefined && config.data.revision !== base.revision;
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [merge, setMerge] = useState<ConfigMerge | null>(null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const [tries, setTries] = useState(0);
  const settled = useDebounced(patch, kCheckAfterMs);

  useEffect(() => {
    setFailed(null);
    if (!settled || !base) {
      setVerdict(null);
      setMerge(null);
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const body = tidy(settled) as JsonObject;
    const check = async () => {
      if (moved) {
        const merged = await call("POST /config/merge/preview", {
          body: { base: base.revision, patch: body, choices },
          signal,
        });
        setMerge(merged);
        setVerdict({ ...merged, changes: merged.result });
      } else {
        setVerdict(await call("POST /config/validate", { body: { patch: body }, signal }));
        setMerge(null);
      }
    };
    check().catch((error) => {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.conflict?.baseUnknown && config.data) {
        // Against what is written now every change of the draft is shown, and it can be saved upon that.
        const from = { revision: config.data.revision, written };
        pending.value = { user, base: from, value: applyPatch(written, settled), text, choices: {} };
        toast("The revision that your draft began with is gone. It is compared with what is saved now.", { bad: true });
        return;
      }
      setVerdict(null);
      setFailed(new ApiError(0, "The changes could not be checked", messageOf(error)));
    });
    return () => controller.abort();
  }, [settled, moved, config.data?.revision, choices, tries]);

  const unsaved = patch !== null || text !== null;
  useLayoutEffect(() => {
    const leave = async () =>
      ask({
        title: "Leave with unsaved changes?",
        body: "Your draft is kept until this page is closed.",
        confirm: "Leave",
        refuse: "Stay",
      });
    return unsaved ? addGuard({ leave, inScreen: false }) : undefined;
  }, [unsaved]);

  const replace = (next: JsonObject) => {
    const from = base ?? { revision: config.data?.revision ?? 0, written };
    pending.value = equal(next, from.written)
      ? { user, ...kNothing }
      : { user, base: from, value: next, text: null, choices };
  };
  const discard = () => {
    pending.value = { user, ...kNothing };
  };
  const store = async (): Promise<boolean> => {
    if (!patch || !base) return true;
    const body = tidy(patch) as JsonObject;
    try {
      const answer =
        moved && merge
          ? await request("POST /config/merge", {
              body: { base: base.revision, patch: body, choices },
              headers: { "If-Match": `"${merge.revision}"` },
            })
          : await request("PATCH /config", {
              body,
              headers: { "If-Match": `"${base.revision}"`, "Content-Type": "application/merge-patch+json" },
            });
      // Before it is discarded, so that what was saved does not vanish for a moment.
      await config.reload();
      discard();
      say("Saved", answer.data, config.reload);
      return true;
    } catch (error) {
      // 412: the reading below shows who was quicker, and the draft is merged with that.
      if (error instanceof ApiError && (error.status === 412 || error.status === 409)) await config.reload();
      else if (error instanceof ApiError && error.errors.length > 0)
        setVerdict({ valid: false, errors: error.errors, warnings: [], restartNeeded: [], changes: [] });
      else toast(messageOf(error), { bad: true });
      return false;
    }
  };
  return {
    config,
    written,
    value,
    patch,
    base: base?.revision,
    text,
    check: { data: verdict ?? undefined, error: failed, reload: () => setTries(tries + 1) },
    merge: moved ? merge : null,
    choices,
    choose: (next) => {
      pending.value = { ...own, choices: next };
    },
    errors: useMemo(() => errorsByPath(verdict?.errors ?? []), [verdict]),
    set: (path, next) => replace((setAt(value, path, next) ?? {}) as JsonObject),
    replace,
    keepText: (next) => {
      pending.value = { ...own, text: next };
    },
    discard,
    store,
  };
}
