// A screen whose code is fetched apart from the first: the page starts with what it shows, and has the rest soon after.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { messageOf } from "../api/client";
import { Button, EmptyState, Skeleton } from "./basics";

export type LazyView = ComponentType & {
  /** Fetches the code, if that has not begun. Never fails: the screen says it when it is shown. */
  preload: () => Promise<void>;
};

export function lazy(load: () => Promise<ComponentType>): LazyView {
  const loaded = signal<{ view?: ComponentType; error?: unknown }>({});
  let loading: Promise<void> | undefined;
  const preload = () =>
    (loading ??= load().then(
      (view) => {
        loaded.value = { view };
      },
      (error) => {
        loaded.value = { error };
      },
    ));
  function Lazy() {
    useEffect(() => void preload(), []);
    const { view: View, error } = loaded.value;
    if (View) return <View />;
    return error === undefined ? <Skeleton lines={6} /> : <NotLoaded error={error} />;
  }
  return Object.assign(Lazy, { preload });
}

/** The browser does not fetch a module again that it could not have: only a new page does. */
function NotLoaded({ error }: { error: unknown }) {
  return (
    <div class="screen" role="alert">
      <EmptyState
        title="This screen could not be loaded"
        action={
          <Button icon="refresh" onClick={() => window.location.reload()}>
            Reload the page
          </Button>
        }
      >
        The server did not answer, or was updated since this page was opened. It said: {messageOf(error)}
      </EmptyState>
    </div>
  );
}

/** One after the other, when the page has nothing else to do. */
export async function preloadWhenIdle(views: LazyView[]): Promise<void> {
  for (const view of views) {
    await new Promise<void>((resolve) => {
      // Not in every browser.
      if (window.requestIdleCallback) window.requestIdleCallback(() => resolve(), { timeout: 2000 });
      else setTimeout(resolve, 200);
    });
    await view.preload();
  }
}
