// What the frame says while the server is away: since when, what is tried, and that what is shown is from before.
import { clock, duration } from "../format";
import { useSecond } from "../store/clock";
import { liveLost, liveState, nextTryAt, reconnectNow, silentSince } from "../store/live";
import { status, statusAt, statusError } from "../store/session";
import { Button } from "./basics";
import { Icon } from "./icon";

/** Three readings of the status and a little. */
const kOldStatusMs = 16_000;

export function ConnectionLine() {
  if (liveLost.value) return <LostLine />;
  return <OldStatusLine />;
}

function LostLine() {
  const now = useSecond();
  const since = silentSince.value;
  const silent = liveState.value === "silent";
  const wait = Math.max(0, nextTryAt.value - now);
  const what = silent ? "The server is silent" : "Connection lost";
  const tried = silent
    ? "The connection is still open; after 12 s of silence a new one is made."
    : wait > 0
      ? `Next try in ${duration(Math.max(1000, Math.ceil(wait / 1000) * 1000))}.`
      : "Trying to reconnect…";
  return (
    <div class="connection-line" role="status">
      <Icon name="warn" />
      <span class="grow">
        <strong>
          {what}
          {since > 0 && ` since ${clock(since)}`}
        </strong>
        {/* Counted each second: for the eye alone. */}
        {since > 0 && <span aria-hidden="true"> ({duration(Math.max(1000, now - since))})</span>}. Greyed values are
        from then. <span aria-hidden="true">{tried}</span> Nothing in a form is lost.
      </span>
      {!silent && (
        <Button icon="refresh" onClick={reconnectNow}>
          Try now
        </Button>
      )}
    </div>
  );
}

function OldStatusLine() {
  const now = useSecond();
  const age = now - statusAt.value;
  if (!status.value || !statusError.value || age < kOldStatusMs) return null;
  return (
    <div class="connection-line" role="status">
      <Icon name="warn" />
      <span class="grow">
        <strong>The server's state is from {clock(statusAt.value)}.</strong> It has not answered since; it is asked
        every 5 s. {statusError.value}
      </span>
    </div>
  );
}
