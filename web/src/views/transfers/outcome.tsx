// How a pull ended, in words and colours that every list of pulls shares.
import type { EndedTransfer, Pull } from "../../api/schema.gen";
import { Badge, type Role } from "../../components/basics";
import { duration, shortDigest } from "../../format";

const kOutcomes: Record<Pull["outcome"], [Role, string]> = {
  served: ["good", "served"],
  failed: ["bad", "failed"],
  cancelled: ["info", "cancelled by the client"],
};

export function OutcomeBadge({ of, times }: { of: Pull | EndedTransfer; times?: number }) {
  const [role, word] = kOutcomes[of.outcome];
  return (
    <Badge role={role} title={of.error}>
      {word}
      {times !== undefined && times > 1 && ` ${times} times`}
    </Badge>
  );
}

export function imageOf(pull: { repository: string; reference: string }): string {
  if (pull.reference === "") return pull.repository;
  return `${pull.repository}${pull.reference.includes(":") ? "@" : ":"}${pull.reference}`;
}

/** Where there is little room: with the digest as it is shown everywhere. */
export function shortImageOf(pull: { repository: string; reference: string }): string {
  if (!pull.reference.includes(":")) return imageOf(pull);
  return `${pull.repository}@${shortDigest(pull.reference)}`;
}

/** What made it slow, the largest part first. */
export function reasonOf(pull: Pull): string {
  if (pull.error) return pull.error;
  const parts = [
    pull.waitedMs >= 1000 && `queued ${duration(pull.waitedMs)} for the upstream`,
    pull.firstByteMs - pull.waitedMs >= 1000 && `${duration(pull.firstByteMs)} to the first byte`,
  ].filter(Boolean);
  return parts.join(", ");
}
