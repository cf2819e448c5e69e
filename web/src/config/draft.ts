// The configuration while it is edited. It outlives the screen and a new log-in, so that nothing typed is lost; what
// others save meanwhile is taken in below it.
import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { call, request } from "../api/client";
import type { ConfigState, ConfigVerdict } from "../api/schema.gen";
import { ask } from "../components/overlay";
import { useDebounced } from "../store/debounced";
import { useResource, type Resource } from "../store/resource";
import { setGuard } from "../store/router";
import { errorsByPath, save, type ErrorsByPath } from "./save";
import type { Json, JsonObject, Path } from "./schema";
import { applyPatch, equal, mergePatch, setAt, tidy } from "./value";

/** The changes as a merge patch; null while there are none. */
const pending = signal<JsonObject | null>(null);

export interface Draft {
  config: Resource<ConfigState>;
  written: JsonObject;
  value: JsonObject;
  patch: JsonObject | null;
  errors: ErrorsByPath;
  verdict: ConfigVerdict | null;
  set: (path: Path, value: Json | undefined) => void;
  replace: (value: JsonObject) => void;
  discard: () => void;
  store: () => Promise<boolean>;
}

const kCheckAfterMs = 400;

export function useDraft(): Draft {
  const config = useResource("GET /config");
  const written = (config.data?.written ?? {}) as JsonObject;
  const patch = pending.value;
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

  useEffect(() => {
    const leave = async () =>
      ask({
        title: "Leave with unsaved changes?",
        body: "They stay here until this page is closed.",
        confirm: "Leave",
      });
    setGuard(patch ? leave : null);
    return () => setGuard(null);
  }, [patch !== null]);

  const replace = (next: JsonObject) => {
    pending.value = equal(next, written) ? null : mergePatch(written, next);
  };
  return {
    config,
    written,
    value,
    patch,
    verdict,
    errors: useMemo(() => errorsByPath(verdict?.errors ?? []), [verdict]),
    set: (path, next) => replace((setAt(value, path, next) ?? {}) as JsonObject),
    replace,
    discard: () => {
      pending.value = null;
    },
    store: async () => {
      const body = tidy(patch ?? {}) as JsonObject;
      const errors = await save(
        (headers) =>
          request("PATCH /config", { body, headers: { ...headers, "Content-Type": "application/merge-patch+json" } }),
        { etag: config.etag, done: "Saved", changed: config.reload },
      );
      if (!errors) {
        // After the reload, so that what was saved does not vanish for a moment.
        pending.value = null;
        return true;
      }
      if (errors.length > 0) setVerdict({ valid: false, errors, warnings: [], restartNeeded: [], changes: [] });
      return false;
    },
  };
}
