// How an upstream does, in the same words everywhere.
import type { UpstreamHealth } from "../api/schema.gen";
import { clock, count } from "../format";
import { Badge, type Role } from "./basics";

type State = UpstreamHealth["state"];

const kStates: Record<State, [Role, string]> = {
  neverContacted: ["unknown", "never contacted"],
  up: ["good", "up"],
  recovering: ["warn", "recovering"],
  down: ["bad", "down"],
};

/** "down, since 12:00:05 UTC", "recovering, failing since 12:00:05 UTC". */
export function UpstreamBadge({ upstream }: { upstream: UpstreamHealth }) {
  const [role, word] = kStates[upstream.state];
  return (
    <Badge role={role} title={upstream.lastError}>
      {word}
      {(upstream.state === "down" || upstream.state === "recovering") &&
        upstream.since &&
        `, ${upstream.state === "down" ? "" : "failing "}since ${clock(upstream.since)}`}
    </Badge>
  );
}

export function quotaText(upstream: UpstreamHealth): string {
  if (upstream.rateRemaining === undefined) return "–";
  return upstream.rateLimit === undefined
    ? `${count(upstream.rateRemaining)} left`
    : `${count(upstream.rateRemaining)} of ${count(upstream.rateLimit)} left`;
}
