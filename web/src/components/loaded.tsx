// What is read from the API on a screen: the data, or why it is not there and what to do.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { kAnswerMs, messageOf, type ApiError } from "../api/client";
import { Button, EmptyState, Skeleton, Time } from "./basics";
import { Icon } from "./icon";
import { toast } from "./toast";

/** What a screen reads: a resource, a list read by pages, or a topic of the live stream. */
export interface Readable<T> {
  data: T | undefined;
  error: ApiError | null;
  /** When the data was read, in ms; left out where it is kept up to date. */
  at?: number;
  reload: () => unknown;
}

/** What is known already, as from another answer. */
export function given<T>(data: T): Readable<T> {
  return { data, error: null, reload: () => {} };
}

interface Props<T> {
  from: Readable<T>;
  lines?: number;
  /** Shown for a list without entries. */
  empty?: ComponentChildren;
  children: (data: NonNullable<T>) => ComponentChildren;
}

/** The one place that says "loading", "failed" or "empty": what was not read is never shown as empty, zero or done. */
export function Loaded<T>({ from, lines, empty, children }: Props<T>) {
  const { data, error } = from;
  if (data == null) return error ? <Failure error={error} onRetry={from.reload} /> : <Waiting lines={lines} />;
  const nothing = empty !== undefined && Array.isArray(data) && data.length === 0;
  return (
    <>
      {error && <Outdated error={error} at={from.at} onRetry={from.reload} />}
      {nothing ? (error ? null : empty) : children(data as NonNullable<T>)}
    </>
  );
}

function Outdated({ error, at, onRetry }: { error: ApiError; at?: number; onRetry: () => unknown }) {
  return (
    <Notice role="warn">
      <span class="row">
        <span class="grow">
          {at ? (
            <>
              As of <Time at={new Date(at).toISOString()} />, incomplete or out of date.{" "}
            </>
          ) : null}
          {error.message}
        </span>
        <Button icon="refresh" onClick={onRetry}>
          Try again
        </Button>
      </span>
    </Notice>
  );
}

const kSaySoAfterMs = 2500;

function Waiting({ lines }: { lines?: number }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), kSaySoAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <Skeleton lines={lines} />
      {long && <p class="muted small waiting">No answer yet. Waiting up to {kAnswerMs / 1000} s.</p>}
    </>
  );
}

export function Failure({ error, onRetry }: { error: ApiError; onRetry: () => unknown }) {
  const title = error.status === 403 ? "You do not have access to this" : error.title;
  return (
    <div role="alert">
      <EmptyState
        title={title}
        action={
          <Button icon="refresh" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {error.message}
      </EmptyState>
    </div>
  );
}

export function Notice(props: { role: "good" | "warn" | "bad" | "info"; children: ComponentChildren }) {
  const icons = { good: "check", warn: "warn", bad: "bad", info: "info" } as const;
  return (
    <div class={`notice ${props.role}`} role={props.role === "bad" ? "alert" : undefined}>
      <Icon name={icons[props.role]} />
      <div class="grow wrap-anywhere">{props.children}</div>
    </div>
  );
}

/** Does something that may fail, and says how it went. True if it succeeded. */
export async function act(action: () => Promise<unknown>, done?: string, undo?: () => unknown): Promise<boolean> {
  try {
    await action();
    if (done) toast(done, { undo });
    return true;
  } catch (error) {
    toast(messageOf(error), { bad: true });
    return false;
  }
}
