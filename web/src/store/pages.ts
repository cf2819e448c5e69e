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

export interface Pages<T, A = Page<T>> {
  /** The newest page as it was answered, with what it says of the whole list. */
  answer: A | undefined;
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
  answer: Page<T> | undefined;
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
const kNothing = { answer: undefined, items: undefined, total: undefined, next: undefined };

/**
 * `query` without limit and cursor; the list begins anew when it changes. `atLeast`: so many are read to begin with, for
 * a list that is shown scrolled.
 */
export function usePages<O extends ListOperation>(
  operation: O,
  query: Operations[O]["query"],
  atLeast = 0,
): Pages<ItemOf<O>, Operations[O]["answer"]> {
  type T = ItemOf<O>;
  const key = urlOf(operation, {}, query);
  const [state, setState] = useState<State<T>>({
    key,
    answer: undefined,
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

  /** Reads on from `cursor` until so many are there, or all; what was read is shown when all of that is there. */
  const read = useCallback(
    async (cursor: string | undefined, before: T[], wanted: number, size = kPageSize): Promise<boolean> => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      try {
        let items = before;
        let page: Page<T>;
        do {
          page = (await call(operation, {
            query: { ...query, limit: size, cursor } as Operations[O]["query"],
            signal: controller.signal,
          })) as Page<T>;
          items = [...items, ...page.items];
          cursor = page.next;
        } while (!controller.signal.aborted && cursor !== undefined && items.length < wanted);
        if (controller.signal.aborted) return false;
        latest.current = {
          key,
          answer: page,
          items,
          at: Date.now(),
          total: page.total,
          next: cursor,
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

  const readTo = useCallback(
    (wanted: number) => read(undefined, [], wanted, wanted > kPageSize ? kLargestPage : kPageSize),
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
    const { next, items } = latest.current;
    if (next !== undefined && !running.current) void read(next, items ?? [], 0);
  }, [read]);
  // As much as there was, so that who has scrolled stays where that was.
  const reload = useCallback(async () => {
    await readTo(latest.current.items?.length ?? 1);
  }, [readTo]);
  const all = useCallback(async () => {
    const { next, items = [] } = latest.current;
    const whole = next === undefined || (await read(next, items, kMostItems, kLargestPage));
    return whole ? latest.current.items : undefined;
  }, [read]);
  const { items: data, total, error, loading, at } = state;
  const answer = state.answer as Operations[O]["answer"] | undefined;
  return { answer, items: data ?? kNoItems, data, total, error, loading, at, all, more, reload };
}
