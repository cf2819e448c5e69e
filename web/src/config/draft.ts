// The configuration while it is edited. It outlives the screen and a new log-in of the same user, so that nothing typed
// is lost; what others save meanwhile is taken in below it.
import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { call, request } from "../api/client";
import type { ConfigState, ConfigVerdict } from "../api/schema.gen";
import { ask } from "../components/overlay";
import { useDebounced } from "../store/debounced";
import { useResource, type Resource } from "../store/resource";
import { addGuard } from "../store/router";
import { session } from "../store/session";
import { errorsByPath, save, type ErrorsByPath } from "./save";
import type { Json, JsonObject, Path } from "./schema";
import { applyPatch, equal, mergePatch, setAt, tidy } from "./value";

interface Pending {
  user: string | null | undefined;
  /** The changes as a merge patch; null while there are none. */
  patch: JsonObject | null;
  /** What was typed into the raw JSON, while it is none; null otherwise. */
  text: string | null;
}

const pending = signal<Pending>({ user: undefined, patch: null, text: null });

export interface Draft {
  config: Resource<ConfigState>;
  written: JsonObject;
  value: JsonObject;
  patch: JsonObject | null;
  text: string | null;
  errors: ErrorsByPath;
  verdict: ConfigVerdict | null;
  set: (path: Path, value: Json | undefined) => void;
  replace: (value: JsonObject) => void;
  keepText: (text: string | null) => void;
  discard: () => void;
  store: () => Promise<boolean>;
}

const kNothing = { patch: null, text: null };
const kCheckAfterMs = 400;

export function useDraft(): Draft {
  const config = useResource("GET /config");
  const written = (config.data?.written ?? {}) as JsonObject;
  const user = session.value?.user;
  const { patch, text } = pending.value.user === user ? pending.value : kNothing;
  const value = useMemo(() => (patch ? applyPatch(written, patch) : written), [written, patch]);
  const [verdict, setVerdict] = useState<ConfigVerdict | null>(null);
  const settled = useDebounced(patch, kCheckAfterMs);

  useEffect(() => {
    if (!settled) {
      setVerdict(null);
      return;
    }
    const controller = new AbortController();
    call("POST /config/validate", { body: { patch: tidy(settled) as JsonObject }, signal: controller.signal })
      .then(setVerdict)
      .catch(() => setVerdict(null)); // saving says what is wrong
    return () => controller.abort();
  }, [settled]);

  const unsaved = patch !== null || text !== null;
  useEffect(() => {
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
    pending.value = { user, text: null, patch: equal(next, written) ? null : mergePatch(written, next) };
  };
  const discard = () => {
    pending.value = { user, ...kNothing };
  };
  return {
    config,
    written,
    value,
    patch,
    text,
    verdict,
    errors: useMemo(() => errorsByPath(verdict?.errors ?? []), [verdict]),
    set: (path, next) => replace((setAt(value, path, next) ?? {}) as JsonObject),
    replace,
    keepText: (next) => {
      pending.value = { user, patch, text: next };
    },
    discard,
    store: async () => {
      const body = tidy(patch ?? {}) as JsonObject;
      const errors = await save(
        (headers) =>
          request("PATCH /config", { body, headers: { ...headers, "Content-Type": "application/merge-patch+json" } }),
        { etag: config.etag, done: "Saved", changed: config.reload },
      );
      if (!errors) {
        // After the reload, so that what was saved does not vanish for a moment.
        discard();
        return true;
      }
      if (errors.length > 0) setVerdict({ valid: false, errors, warnings: [], restartNeeded: [], changes: [] });
      return false;
    },
  };
}
