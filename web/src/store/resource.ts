// What a screen reads from the API: kept between visits, so that a screen seen before is there at once and freshens
// itself; read again on an interval or on demand; abandoned when the screen is left.
import { signal, type Signal } from "@preact/signals";
import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";
import { ApiError, messageOf, request, urlOf, type CallOptions } from "../api/client";
import type { Operations } from "../api/schema.gen";

interface Entry<T> {
  data: T | undefined;
  error: ApiError | null;
  loading: boolean;
  /** When the data was read, in ms. */
  at: number;
  /** For If-Match; empty where the answer has none. */
  etag: string;
}

const kKept = 60;
const cache = new Map<string, Signal<Entry<unknown>>>();

function entryOf<T>(key: string): Signal<Entry<T>> {
  let entry = cache.get(key) as Signal<Entry<T>> | undefined;
  if (entry) {
    cache.delete(key);
  } else {
    entry = signal<Entry<T>>({ data: undefined, error: null, loading: true, at: 0, etag: "" });
  }
  cache.set(key, entry as Signal<Entry<unknown>>);
  if (cache.size > kKept) cache.delete(cache.keys().next().value!);
  return entry;
}

/** Forgets all, as when another user logs in. */
export function clearResources(): void {
  cache.clear();
}

/** Goes up when what is shown has to be read again: after a lost connection, and when something changed. */
export const readings = signal(0);

export function refreshResources(): void {
  readings.value++;
}

type Getter = Extract<keyof Operations, `GET ${string}`>;

export interface Resource<T> extends Entry<T> {
  reload: () => Promise<void>;
}

export interface ResourceOptions<O extends Getter> extends Pick<CallOptions<O>, "path" | "query"> {
  everyMs?: number;
  /** Nothing is asked while this is set. */
  skip?: boolean;
}

export function useResource<O extends Getter>(
  operation: O,
  options: ResourceOptions<O> = {},
): Resource<Operations[O]["answer"]> {
  type T = Operations[O]["answer"];
  const key = urlOf(operation, options.path, options.query);
  const entry = useMemo(() => entryOf<T>(key), [key]);
  const abort = useRef<AbortController | null>(null);

  const reload = useCallback(async () => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    try {
      const { data, headers } = await request(operation, {
        path: options.path,
        query: options.query,
        signal: controller.signal,
      });
      if (controller.signal.aborted) return;
      entry.value = { data, error: null, loading: false, at: Date.now(), etag: headers.get("ETag") ?? "" };
    } catch (error) {
      if (controller.signal.aborted) return;
      const failure = error instanceof ApiError ? error : new ApiError(0, "Failed", messageOf(error));
      entry.value = { ...entry.value, error: failure, loading: false };
    } finally {
      if (abort.current === controller) abort.current = null;
    }
  }, [key]);

  useEffect(() => {
    if (options.skip) return;
    void reload();
    // A reading that still waits is not begun anew: it would never be seen to fail.
    const tick = () => {
      if (!document.hidden && !abort.current) void reload();
    };
    const timer = options.everyMs ? setInterval(tick, options.everyMs) : undefined;
    return () => {
      clearInterval(timer);
      abort.current?.abort();
    };
  }, [key, options.everyMs, options.skip, readings.value]);

  return { ...entry.value, reload };
}
