// Somebody saved or removed a rule while it was edited here.
import { useState } from "preact/hooks";
import type { EditConflict } from "../../api/schema.gen";
import { Button } from "../../components/basics";
import { Notice } from "../../components/loaded";
import { ConflictList, MergeNotice, TheirChanges, type Choices } from "../../config/merge_view";
import type { Json, JsonObject } from "../../config/schema";
import { parsePath, setAt } from "../../config/value";

interface Props {
  conflict: EditConflict;
  /** Their rule with what is yours in it: to be looked at, and saved upon their revision. */
  onMerged: (conflict: EditConflict, merged: JsonObject) => void;
  onAdd: () => unknown;
  onDiscard: () => void;
}

const kRule = /^extensions\.sync\.registries\[\d+\]\.?/;

/** What is merged already, with the chosen side of each conflict. */
export function resolved(conflict: EditConflict, choices: Choices): JsonObject {
  return conflict.conflicts.reduce<JsonObject>(
    (value, one) => {
      const side = choices[one.id];
      const path = parsePath(one.path.replace(kRule, ""));
      return side === undefined ? value : ((setAt(value, path, one[side] as Json | undefined) ?? {}) as JsonObject);
    },
    (conflict.merged ?? conflict.theirs ?? {}) as JsonObject,
  );
}

export function RuleConflict({ conflict, onMerged, onAdd, onDiscard }: Props) {
  const [choices, setChoices] = useState<Choices>({});
  if (conflict.removed) {
    return (
      <Notice role="warn">
        <div class="stack tight">
          Somebody removed this rule while you were editing it. Your changes are still here.
          <div class="row">
            <Button icon="plus" onClick={() => void onAdd()}>
              Add it again as a new rule
            </Button>
            <Button onClick={onDiscard}>Discard my changes</Button>
          </div>
        </div>
      </Notice>
    );
  }
  if (conflict.baseUnknown) {
    return (
      <Notice role="warn">
        <div class="stack tight">
          So much was saved meanwhile that nobody can tell what others changed in this rule. Take one of the two, look
          at it, then save.
          <div class="row">
            <Button kind="primary" onClick={() => onMerged(conflict, (conflict.merged ?? {}) as JsonObject)}>
              Use mine
            </Button>
            <Button onClick={() => onMerged(conflict, (conflict.theirs ?? {}) as JsonObject)}>Use theirs</Button>
          </div>
        </div>
      </Notice>
    );
  }
  const open = conflict.conflicts.filter((one) => !choices[one.id]).length;
  return (
    <div class="stack tight">
      <MergeNotice conflicts={conflict.conflicts.length} />
      {conflict.conflicts.length > 0 && (
        <ConflictList conflicts={conflict.conflicts} choices={choices} onChoose={setChoices} />
      )}
      <TheirChanges revision={conflict.revision} changes={conflict.changes} />
      <div class="row">
        <Button kind="primary" disabled={open > 0} onClick={() => onMerged(conflict, resolved(conflict, choices))}>
          Take the merged rule into the form
        </Button>
      </div>
    </div>
  );
}
