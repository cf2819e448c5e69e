// How an upstream does, in the same words everywhere.
import type { UpstreamHealth } from "../api/schema.gen";
import { clock, count, duration } from "../format";
import { useSecond } from "../store/clock";
import { Badge, type Role } from "./basics";

type State = UpstreamHealth["state"];

const kStates: Record<State, [Role, string]> = {
  neverContacted: ["unknown", "never contacted"],
  up: ["good", "up"],
  recovering: ["warn", "recovering"],
  down: ["bad", "down"],
  denied: ["bad", "credentials rejected"],
};

/** "down since 12:00:05 UTC", "recovering, next try in 5 s". */
export function UpstreamBadge({ upstream }: { upstream: UpstreamHealth }) {
  const [role, word] = kStates[upstream.state];
  const { state, since, nextTryAt, lastError } = upstream;
  return (
    <Badge role={role} title={[since && `Since ${clock(since)}.`, lastError].filter(Boolean).join(" ") || undefined}>
      {word}
      {(state === "down" || state === "denied") && since && ` since ${clock(since)}`}
      {state === "recovering" && nextTryAt && <NextTry at={nextTryAt} />}
    </Badge>
  );
}

function NextTry({ at }: { at: string }) {
  const left = Date.parse(at) - useSecond();
  return <>{left > 0 ? `, next try in ${duration(Math.ceil(left / 1000) * 1000)}` : ", trying now"}</>;
}

export function quotaText(upstream: UpstreamHealth): string {
  if (upstream.rateRemaining === undefined) return "–";
  return upstream.rateLimit === undefined
    ? `${count(upstream.rateRemaining)} left`
    : `${count(upstream.rateRemaining)} of ${count(upstream.rateLimit)} left`;
}
