// Two admins changed the same thing: before, theirs and yours side by side, and a choice for each that loses nothing.
import { useRef } from "preact/hooks";
import type { ConfigChange, ConfigConflict } from "../api/schema.gen";
import { Notice } from "../components/loaded";
import { plural } from "../format";
import { ChangeList, valueText } from "./diff_view";

export type Side = "mine" | "theirs" | "before";
export type Choices = Record<string, Side>;

const kSides: { side: Side; title: string; choose: string }[] = [
  { side: "before", title: "Before", choose: "Back to before" },
  { side: "theirs", title: "Theirs", choose: "Keep theirs" },
  { side: "mine", title: "Yours", choose: "Keep yours" },
];

/** The server tells those without a choice alone: a choice can be changed as long as it is not saved. */
export function useSeen(conflicts: ConfigConflict[]): ConfigConflict[] {
  const seen = useRef(new Map<string, ConfigConflict>());
  for (const conflict of conflicts) seen.current.set(conflict.id, conflict);
  return [...seen.current.values()];
}

interface Props {
  conflicts: ConfigConflict[];
  choices: Choices;
  onChoose: (choices: Choices) => void;
  /** What the sides are called where nobody else edits. */
  titles?: Record<Side, string>;
}

export function ConflictList({ conflicts, choices, onChoose, titles }: Props) {
  return (
    <section class="stack tight" aria-label="Conflicts">
      <h3>{`${plural(conflicts.length, "conflict")}${titles ? ": changed again since" : ": both of you changed this"}`}</h3>
      {conflicts.map((conflict) => (
        <fieldset key={conflict.id} class="group conflict">
          <legend>
            {conflict.name && <strong>{conflict.name} </strong>}
            <span class="mono">{conflict.path || "all of it"}</span>
          </legend>
          <div class="sides">
            {kSides.map(({ side, title, choose }) => (
              <label key={side} class={`side${choices[conflict.id] === side ? " chosen" : ""}`}>
                <span class="row flat">
                  <input
                    type="radio"
                    name={conflict.id}
                    checked={choices[conflict.id] === side}
                    aria-label={`${choose}: ${conflict.path}`}
                    onChange={() => onChoose({ ...choices, [conflict.id]: side })}
                  />
                  <strong>{titles?.[side] ?? title}</strong>
                </span>
                <pre class="mono small">{conflict[side] === undefined ? "not there" : valueText(conflict[side])}</pre>
              </label>
            ))}
          </div>
        </fieldset>
      ))}
    </section>
  );
}

/** What others did meanwhile, so that nobody is surprised by what is saved with it. */
export function TheirChanges({ revision, changes }: { revision: number; changes: ConfigChange[] }) {
  return (
    <details class="group" open={changes.length <= 4}>
      <summary>
        {plural(changes.length, "change")} made by others meanwhile (now revision {revision}), kept
      </summary>
      <ChangeList changes={changes} label="Changes made by others" />
    </details>
  );
}

export function MergeNotice({ conflicts }: { conflicts: number }) {
  return (
    <Notice role="warn">
      {conflicts > 0
        ? "Somebody else saved while you were editing. Nothing of yours or theirs is lost: choose for each conflict, then save."
        : "Somebody else saved while you were editing. Your changes and theirs do not overlap; both are kept."}
    </Notice>
  );
}
