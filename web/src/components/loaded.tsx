// What is read from the API on a screen: the data, or why it is not there and what to do.
import type { ComponentChildren } from "preact";
import { messageOf, type ApiError } from "../api/client";
import type { Resource } from "../store/resource";
import { Button, EmptyState, Skeleton } from "./basics";
import { Icon } from "./icon";
import { toast } from "./toast";

interface Props<T> {
  from: Resource<T>;
  lines?: number;
  children: (data: NonNullable<T>) => ComponentChildren;
}

export function Loaded<T>({ from, lines, children }: Props<T>) {
  if (from.data != null) {
    return (
      <>
        {from.error && <Notice role="warn">This is what was read before. {from.error.message}</Notice>}
        {children(from.data as NonNullable<T>)}
      </>
    );
  }
  if (from.error) return <Failure error={from.error} onRetry={from.reload} />;
  return <Skeleton lines={lines} />;
}

export function Failure({ error, onRetry }: { error: ApiError; onRetry: () => unknown }) {
  const title = error.status === 403 ? "You may not see this" : error.offline ? "No connection" : error.title;
  return (
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
