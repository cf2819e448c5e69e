// How the disk is divided at one level: the largest by name, the others as one. For the eye alone: the table below it
// says the same to everybody else.
import type { StorageTree } from "../../api/schema.gen";
import { bytes, count, percent, plural } from "../../format";
import { useResource } from "../../store/resource";

type Node = StorageTree["items"][number];

/** As many as one answer may have. */
const kMost = 500;
const kNamed = 8;
const kLeastShare = 0.02;

interface Props {
  path: string;
  nameOf: (node: Node) => string;
  hrefOf: (node: Node) => string;
}

export function ShareBar({ path, nameOf, hrefOf }: Props) {
  const { data } = useResource("GET /storage/tree", {
    query: { path: path || undefined, sort: "size", order: "desc", limit: kMost },
  });
  const sum = data?.items.reduce((total, one) => total + one.sizeBytes, 0) ?? 0;
  if (!data || data.items.length < 2 || sum === 0) return null;
  const named = data.items.filter((one, index) => index < kNamed && one.sizeBytes >= sum * kLeastShare);
  const others = data.items.slice(named.length);
  const left = others.reduce((total, one) => total + one.sizeBytes, 0);
  const unread = data.total - data.items.length;
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
            {unread > 0 && `, ${count(unread)} smaller not counted`}
          </span>
          <span class="cut small muted">{bytes(left)}</span>
        </span>
      )}
    </div>
  );
}
