// How an upstream does, in the same words everywhere.
import type { UpstreamHealth } from "../api/schema.gen";
import { count } from "../format";
import { Badge, type Role } from "./basics";

/** An open circuit is down, one that lets a request through to try is recovering. */
function stateOf(upstream: UpstreamHealth): [Role, string] {
  if (upstream.breaker === "open") return ["bad", "down"];
  if (upstream.breaker === "halfOpen") return ["warn", "recovering"];
  if (upstream.lastFirstByteMs !== undefined) return ["good", "up"];
  return upstream.lastError === undefined ? ["unknown", "never contacted"] : ["bad", "down"];
}

export function UpstreamBadge({ upstream }: { upstream: UpstreamHealth }) {
  const [role, word] = stateOf(upstream);
  return (
    <Badge role={role} title={upstream.lastError}>
      {word}
    </Badge>
  );
}

export function quotaText(upstream: UpstreamHealth): string {
  if (upstream.rateRemaining === undefined) return "–";
  return upstream.rateLimit === undefined
    ? `${count(upstream.rateRemaining)} left`
    : `${count(upstream.rateRemaining)} of ${count(upstream.rateLimit)} left`;
}
