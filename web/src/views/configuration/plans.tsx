// Two ways back, each with what it would change before it is done: one change taken back, or a whole version restored.
import { useState } from "preact/hooks";
import { messageOf, request } from "../../api/client";
import type { ConfigMerge } from "../../api/schema.gen";
import { Button } from "../../components/basics";
import { Loaded } from "../../components/loaded";
import { toast } from "../../components/toast";
import { ChangeList } from "../../config/diff_view";
import { ConflictList, useSeen, type Choices } from "../../config/merge_view";
import { say } from "../../config/save";
import { useAsked } from "../../store/asked";
import { Findings } from "./review";

interface Props {
  revision: number;
  onDone: () => Promise<void>;
}

export function RevertPlan({ revision, onDone }: Props) {
  const [choices, setChoices] = useState<Choices>({});
  const plan = useAsked("POST /config/revert/preview", { revision, choices });
  const conflicts = useSeen(plan.data?.conflicts ?? []);
  const revert = async (merge: ConfigMerge) => {
    try {
      const { data } = await request("POST /config/revert", {
        body: { revision, choices },
        headers: { "If-Match": `"${merge.revision}"` },
      });
      say(`Reverted the change of revision ${revision}`, data, onDone);
      await onDone();
    } catch (error) {
      toast(messageOf(error), { bad: true });
      plan.reload();
    }
  };
  return (
    <section class="group stack tight" aria-label="Revert this change">
      <h3>Reverting this change alone would</h3>
      <Loaded from={plan}>
        {(merge) => (
          <>
            {conflicts.length > 0 && (
              <ConflictList
                conflicts={conflicts}
                choices={choices}
                onChoose={setChoices}
                titles={{ before: "As this revision made it", theirs: "As it is now", mine: "As it was before it" }}
              />
            )}
            <Findings verdict={{ ...merge, changes: merge.result }} />
            <ChangeList changes={merge.result} />
            <div class="row">
              <Button
                kind="primary"
                icon="undo"
                disabled={!merge.valid || merge.conflicts.length > 0 || merge.result.length === 0}
                onClick={() => void revert(merge)}
              >
                Revert this change
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

export function RestorePlan({ revision, current, onDone }: Props & { current: number }) {
  const plan = useAsked("POST /config/rollback/preview", { revision });
  const restore = async () => {
    try {
      const { data } = await request("POST /config/rollback", {
        body: { revision },
        headers: { "If-Match": `"${current}"` },
      });
      say(`Restored revision ${revision}`, data, onDone);
      await onDone();
    } catch (error) {
      toast(messageOf(error), { bad: true });
      plan.reload();
    }
  };
  return (
    <section class="group stack tight" aria-label="Restore this version">
      <h3>Restoring this version also undoes everything since. It would</h3>
      <Loaded from={plan}>
        {(verdict) => (
          <>
            <Findings verdict={verdict} />
            <ChangeList changes={verdict.changes} />
            <div class="row">
              <Button
                kind="primary"
                icon="refresh"
                disabled={!verdict.valid || verdict.changes.length === 0}
                onClick={() => void restore()}
              >
                Restore this version
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}
