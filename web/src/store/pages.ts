// A long list read page by page as it is scrolled.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, call, messageOf, urlOf } from "../api/client";
import type { Operations } from "../api/schema.gen";
import { readings } from "./resource";

interface Page<T> {
  items: T[];
  total: number;
  next?: string;
}

type ListOperation = {
  [O in keyof Operations]: O extends `GET ${string}`
    ? Operations[O]["answer"] extends Page<unknown>
      ? O
      : never
    : never;
}[keyof Operations];

type ItemOf<O extends ListOperation> = Operations[O]["answer"] extends Page<infer T> ? T : never;

export interface Pages<T> {
  items: T[];
  /** The same once a page was read: an empty list is told from one that is not known. */
  data: T[] | undefined;
  total: number | undefined;
  error: ApiError | null;
  loading: boolean;
  /** When the newest page was read, in ms. */
  at: number;
  /** Reads all that is left; nothing if that fails. */
  all: () => Promise<T[] | undefined>;
  /** Reads the next page, if there is one and none is being read. */
  more: () => void;
  /** Reads again from the start; what is shown stays until then. */
  reload: () => Promise<void>;
}

const kPageSize = 200;
const kLargestPage = 500;
/** "All that match" ends here; the answer's total says how many there are. */
const kMostItems = 20_000;

interface State<T> {
  /** Of the query that was read; what another one found is shown only while that is on its way. */
  key: string;
  items: T[] | undefined;
  total: number | undefined;
  at: number;
  next: string | undefined;
  error: ApiError | null;
  loading: boolean;
}

const kNoItems: never[] = [];
const kNothing = { items: undefined, total: undefined, next: undefined };

/**
 * `query` without limit and cursor; the list begins anew when it changes. `atLeast`: so many are read to begin with, for
 * a list that is shown scrolled.
 */
export function usePages<O extends ListOperation>(
  operation: O,
  query: Operations[O]["query"],
  atLeast = 0,
): Pages<ItemOf<O>> {
  type T = ItemOf<O>;
  const key = urlOf(operation, {}, query);
  const [state, setState] = useState<State<T>>({
    key,
    items: undefined,
    total: undefined,
    at: 0,
    next: undefined,
    error: null,
    loading: true,
  });
  const latest = useRef(state);
  latest.current = state;
  const running = useRef<AbortController | null>(null);

  const read = useCallback(
    async (cursor: string | undefined, size = kPageSize): Promise<boolean> => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      try {
        const page = (await call(operation, {
          query: { ...query, limit: size, cursor } as Operations[O]["query"],
          signal: controller.signal,
        })) as Page<T>;
        if (controller.signal.aborted) return false;
        const before = cursor === undefined ? [] : (latest.current.items ?? []);
        const items = [...before, ...page.items];
        latest.current = {
          key,
          items,
          at: Date.now(),
          total: page.total,
          next: page.next,
          error: null,
          loading: false,
        };
        setState(latest.current);
        return true;
      } catch (error) {
        if (controller.signal.aborted) return false;
        const failure = error instanceof ApiError ? error : new ApiError(0, "Failed", messageOf(error));
        const known = latest.current.key === key ? latest.current : kNothing;
        latest.current = { ...latest.current, ...known, key, error: failure, loading: false };
        setState(latest.current);
        return false;
      } finally {
        if (running.current === controller) running.current = null;
      }
    },
    [key],
  );

  /** Reads on until so many are there, or all. */
  const readTo = useCallback(
    async (wanted: number): Promise<boolean> => {
      if (!(await read(undefined, wanted > kPageSize ? kLargestPage : kPageSize))) return false;
      return readOn(wanted);
    },
    [read],
  );
  const readOn = useCallback(
    async (wanted: number): Promise<boolean> => {
      while (latest.current.next !== undefined && (latest.current.items?.length ?? 0) < wanted) {
        if (!(await read(latest.current.next, kLargestPage))) return false;
      }
      return true;
    },
    [read],
  );

  useEffect(() => {
    setState({ ...latest.current, loading: true, error: null });
    void readTo(Math.max(atLeast, 1));
    return () => {
      running.current?.abort();
      running.current = null;
    };
  }, [key, readings.value]);

  const more = useCallback(() => {
    if (latest.current.next !== undefined && !running.current) void read(latest.current.next);
  }, [read]);
  // As much as there was, so that who has scrolled stays where that was.
  const reload = useCallback(async () => {
    await readTo(latest.current.items?.length ?? 1);
  }, [readTo]);
  const all = useCallback(async () => ((await readOn(kMostItems)) ? latest.current.items : undefined), [readOn]);
  const { items: data, total, error, loading, at } = state;
  return { items: data ?? kNoItems, data, total, error, loading, at, all, more, reload };
}
