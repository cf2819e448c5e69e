// What a change does, as lines or by key.
import type { ConfigChange } from "../api/schema.gen";
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

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function ChangeList({ changes }: { changes: ConfigChange[] }) {
  if (changes.length === 0) return <p class="muted">No changes.</p>;
  return (
    <div class="diff" role="group" aria-label="Changes" tabIndex={0}>
      {changes.map((change) => (
        <div key={change.path} class="change">
          <strong>{change.path}</strong>
          {change.kind !== "added" && <div class="removed">− {shown(change.before)}</div>}
          {change.kind !== "removed" && <div class="added">+ {shown(change.after)}</div>}
        </div>
      ))}
    </div>
  );
}
