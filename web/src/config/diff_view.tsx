// What a change does: by element and key, or as lines.
import type { ConfigChange } from "../api/schema.gen";
import { Badge, type Role } from "../components/basics";
import { diffLines } from "./text";

const kSigns = { same: " ", added: "+", removed: "−", gap: " " };

export function LineDiff({ before, after }: { before: string; after: string }) {
  const lines = diffLines(before, after);
  if (lines.length === 0) return <p class="muted">No changes.</p>;
  return (
    <div class="diff" role="group" aria-label="Changes" tabIndex={0}>
      {lines.map((line, index) => (
        <div key={index} class={line.kind}>
          {kSigns[line.kind]} {line.text}
        </div>
      ))}
    </div>
  );
}

/** Text as it is, all else as JSON: on one line if it is short. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  const line = JSON.stringify(value);
  return line === undefined ? "not set" : line.length <= 80 ? line : JSON.stringify(value, null, 2);
}

const kKinds: Record<ConfigChange["kind"], [Role, string]> = {
  added: ["good", "added"],
  removed: ["bad", "removed"],
  changed: ["warn", "changed"],
  moved: ["info", "moved"],
};

export function ChangeList({ changes, label = "Changes" }: { changes: ConfigChange[]; label?: string }) {
  if (changes.length === 0) return <p class="muted">No changes.</p>;
  return (
    <div class="diff" role="group" aria-label={label} tabIndex={0}>
      {changes.map((change) => (
        <Change key={`${change.kind} ${change.path}`} change={change} />
      ))}
    </div>
  );
}

function Change({ change }: { change: ConfigChange }) {
  const { kind, path, name, from, to } = change;
  const [role, word] = kKinds[kind];
  return (
    <div class="change">
      <div class="row">
        <Badge role={role}>{word}</Badge>
        {name && <strong>{name}</strong>}
        <span class={name ? "muted" : "strong"}>{path}</span>
        {kind === "moved" && from !== undefined && to !== undefined && (
          <span>
            from place {from + 1} to {to + 1}
          </span>
        )}
      </div>
      {(kind === "removed" || kind === "changed") && <div class="removed">− {valueText(change.before)}</div>}
      {(kind === "added" || kind === "changed") && <div class="added">+ {valueText(change.after)}</div>}
    </div>
  );
}
