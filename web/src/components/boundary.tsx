// A fault in one screen stays there: it says so, and the others go on.
import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { messageOf } from "../api/client";
import { Button, EmptyState } from "./basics";

export function Boundary({ children }: { children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary((failure) => console.error(failure));
  if (error === undefined) return <>{children}</>;
  return (
    <div class="screen" role="alert">
      <EmptyState
        title="This screen failed"
        action={
          <>
            <Button icon="refresh" onClick={reset}>
              Try again
            </Button>
            <Button onClick={() => window.location.reload()}>Reload the page</Button>
          </>
        }
      >
        The fault is in the dashboard, not in what is stored or served. The other screens still work. It said:{" "}
        {messageOf(error)}
      </EmptyState>
    </div>
  );
}
