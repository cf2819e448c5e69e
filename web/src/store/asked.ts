// What is asked with a body, as about a draft: asked anew when that changes, and the answer to an older one is dropped.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, call, messageOf, type CallOptions } from "../api/client";
import type { Operations } from "../api/schema.gen";
import { useDebounced } from "./debounced";
import { readings } from "./resource";

type Asker = Extract<keyof Operations, `POST ${string}`>;

export interface Asked<T> {
  data: T | undefined;
  error: ApiError | null;
  /** What is shown is the answer to an older question. */
  loading: boolean;
  reload: () => void;
}

const kAskAfterMs = 250;

/** `body` null: nothing is asked, and there is no answer. */
export function useAsked<O extends Asker>(
  operation: O,
  body: Operations[O]["body"] | null,
  timeoutMs?: number,
): Asked<Operations[O]["answer"]> {
  type T = Operations[O]["answer"];
  const key = body === null ? null : JSON.stringify(body);
  const settled = useDebounced(key, kAskAfterMs);
  const [answer, setAnswer] = useState<{ key: string | null; data: T | undefined; error: ApiError | null }>({
    key: null,
    data: undefined,
    error: null,
  });
  const [turn, setTurn] = useState(0);
  const running = useRef<AbortController | null>(null);
  useEffect(() => {
    if (settled === null) return;
    const controller = new AbortController();
    running.current = controller;
    const options = { body: JSON.parse(settled), signal: controller.signal, timeoutMs } as CallOptions<O>;
    call(operation, options)
      .then((data) => !controller.signal.aborted && setAnswer({ key: settled, data, error: null }))
      .catch((error) => {
        if (controller.signal.aborted) return;
        const failure = error instanceof ApiError ? error : new ApiError(0, "Failed", messageOf(error));
        setAnswer({ key: settled, data: undefined, error: failure });
      });
    return () => controller.abort();
  }, [settled, turn, readings.value]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  if (key === null) return { data: undefined, error: null, loading: false, reload };
  return { data: answer.data, error: answer.error, loading: answer.key !== key, reload };
}
