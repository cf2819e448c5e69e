// How an upstream does, in the same words everywhere.
import type { UpstreamHealth } from "../api/schema.gen";
import { clock, count, duration } from "../format";
import { useSecond } from "../store/clock";
import { Badge, type Role } from "./basics";

type State = UpstreamHealth["state"];

const kStates: Record<State, [Role, string]> = {
  neverContacted: ["unknown", "never contacted"],
  up: ["good", "up"],
  recovering: ["warn", "recovering, trying now"],
  down: ["bad", "down"],
  denied: ["bad", "credentials rejected"],
};

/** "down since 12:00:05 UTC, next try in 5 s", "recovering, trying now". */
export function UpstreamBadge({ upstream }: { upstream: UpstreamHealth }) {
  const [role, word] = kStates[upstream.state];
  const { state, since, nextTryAt, lastError } = upstream;
  return (
    <Badge role={role} title={[since && `Since ${clock(since)}.`, lastError].filter(Boolean).join(" ") || undefined}>
      {word}
      {(state === "down" || state === "denied") && since && ` since ${clock(since)}`}
      {state === "down" && <NextTry at={nextTryAt} />}
    </Badge>
  );
}

// Nothing but a request tries an upstream again, and none does while requests are paused.
function NextTry({ at }: { at: string | undefined }) {
  const left = at === undefined ? 0 : Date.parse(at) - useSecond();
  return <>{left > 0 ? `, next try in ${duration(Math.ceil(left / 1000) * 1000)}` : ", next pull tries it again"}</>;
}

export function quotaText(upstream: UpstreamHealth): string {
  if (upstream.rateRemaining === undefined) return "–";
  return upstream.rateLimit === undefined
    ? `${count(upstream.rateRemaining)} left`
    : `${count(upstream.rateRemaining)} of ${count(upstream.rateLimit)} left`;
}
