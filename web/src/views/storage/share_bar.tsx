// How the disk is divided at one level: the largest by name, the others as one. Of the rows of the table below it, which
// says the same to those who cannot see it.
import type { StorageTree } from "../../api/schema.gen";
import { bytes, count, percent, plural } from "../../format";

type Node = StorageTree["items"][number];

const kNamed = 8;
const kLeastShare = 0.02;

interface Props {
  rows: Node[];
  /** How many the level has with those that were not read. */
  total: number;
  nameOf: (node: Node) => string;
  hrefOf: (node: Node) => string;
}

export function ShareBar({ rows, total, nameOf, hrefOf }: Props) {
  const sum = rows.reduce((bytesSoFar, one) => bytesSoFar + one.sizeBytes, 0);
  if (rows.length < 2 || sum === 0) return null;
  const bySize = rows.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const named = bySize.slice(0, kNamed).filter((one) => one.sizeBytes >= sum * kLeastShare);
  const others = bySize.slice(named.length);
  const left = others.reduce((bytesSoFar, one) => bytesSoFar + one.sizeBytes, 0);
  const unread = total - rows.length;
  return (
    <div class="shares" aria-hidden="true">
      {named.map((one, index) => (
        <a
          key={one.path}
          class={`share series-${(index % 6) + 1}`}
          style={{ flexGrow: one.sizeBytes }}
          href={hrefOf(one)}
          tabIndex={-1}
          title={`${nameOf(one)}: ${bytes(one.sizeBytes)}, ${percent(one.sizeBytes / sum)}`}
        >
          <span class="cut mono small">{nameOf(one)}</span>
          <span class="cut small muted">{bytes(one.sizeBytes)}</span>
        </a>
      ))}
      {left > 0 && (
        <span class="share others" style={{ flexGrow: left }} title={`${bytes(left)}, ${percent(left / sum)}`}>
          <span class="cut small">
            {plural(others.length, "other")}
            {unread > 0 && `, ${count(unread)} more not counted`}
          </span>
          <span class="cut small muted">{bytes(left)}</span>
        </span>
      )}
    </div>
  );
}
