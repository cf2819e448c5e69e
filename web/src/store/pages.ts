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
  /** Reads the next page, if there is one and none is being read. */
  more: () => void;
  /** Reads again from the start; what is shown stays until then. */
  reload: () => Promise<void>;
}

const kPageSize = 200;

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

/** `query` without limit and cursor; the list begins anew when it changes. */
export function usePages<O extends ListOperation>(operation: O, query: Operations[O]["query"]): Pages<ItemOf<O>> {
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
    async (cursor: string | undefined) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      try {
        const page = (await call(operation, {
          query: { ...query, limit: kPageSize, cursor } as Operations[O]["query"],
          signal: controller.signal,
        })) as Page<T>;
        if (controller.signal.aborted) return;
        const before = cursor === undefined ? [] : (latest.current.items ?? []);
        setState({
          key,
          items: [...before, ...page.items],
          at: Date.now(),
          total: page.total,
          next: page.next,
          error: null,
          loading: false,
        });
      } catch (error) {
        if (controller.signal.aborted) return;
        const failure = error instanceof ApiError ? error : new ApiError(0, "Failed", messageOf(error));
        const known = latest.current.key === key ? latest.current : kNothing;
        setState({ ...latest.current, ...known, key, error: failure, loading: false });
      } finally {
        if (running.current === controller) running.current = null;
      }
    },
    [key],
  );

  useEffect(() => {
    setState({ ...latest.current, loading: true, error: null });
    void read(undefined);
    return () => {
      running.current?.abort();
      running.current = null;
    };
  }, [key, readings.value]);

  const more = useCallback(() => {
    if (latest.current.next !== undefined && !running.current) void read(latest.current.next);
  }, [read]);
  const reload = useCallback(() => read(undefined), [read]);
  const { items: data, total, error, loading, at } = state;
  return { items: data ?? kNoItems, data, total, error, loading, at, more, reload };
}
