// What a change will do, before it is saved; and what others saved meanwhile.
import { useState } from "preact/hooks";
import { Button, Segments } from "../../components/basics";
import { Loaded, Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { ChangeList, LineDiff } from "../../config/diff_view";
import type { Draft, Verdict } from "../../config/draft";
import { ConflictList, MergeNotice, TheirChanges, useSeen } from "../../config/merge_view";

export function ReviewSheet({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [form, setForm] = useState<"changes" | "lines">("changes");
  const { merge } = draft;
  const verdict = draft.check.data;
  const conflicts = useSeen(merge?.conflicts ?? []);
  const open = conflicts.filter((one) => !draft.choices[one.id]).length;
  const store = async () => {
    setBusy(true);
    const saved = await draft.store();
    setBusy(false);
    if (saved) onClose();
  };
  return (
    <Sheet
      size="wide"
      title="Review and save"
      subtitle="Changes are validated before they are saved"
      onClose={onClose}
      footer={
        <>
          <Button
            kind="primary"
            busy={busy}
            disabled={verdict?.valid === false || open > 0}
            onClick={() => void store()}
          >
            Save
          </Button>
          <Button onClick={onClose}>Keep editing</Button>
          <span class="grow" />
          <Segments
            label="Show as"
            choices={[
              { value: "changes", label: "Changes" },
              { value: "lines", label: "JSON" },
            ]}
            value={form}
            onChange={setForm}
          />
        </>
      }
    >
      {verdict && <Findings verdict={verdict} />}
      {draft.config.data?.source === "overlay" && (
        <Notice role="info">
          The file is read-only. The change is kept in the data directory and listed under Drift.
        </Notice>
      )}
      {merge && (
        <>
          <MergeNotice conflicts={open} />
          {conflicts.length > 0 && (
            <ConflictList conflicts={conflicts} choices={draft.choices} onChoose={draft.choose} />
          )}
          <TheirChanges revision={merge.revision} changes={merge.theirs} />
          <h3>What saving will change</h3>
        </>
      )}
      {form === "lines" ? (
        <LineDiff before={lines(draft.written)} after={lines(merge?.merged ?? draft.value)} />
      ) : (
        <Loaded from={draft.check}>{({ changes }) => <ChangeList changes={changes} />}</Loaded>
      )}
    </Sheet>
  );
}

const lines = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

/** What is wrong with a draft, and what to know before it is saved. */
export function Findings({ verdict }: { verdict: Verdict }) {
  return (
    <>
      {verdict.errors.map((error) => (
        <Notice key={error.path + error.message} role="bad">
          <span class="mono">{error.path || "configuration"}</span> {error.message}
          {error.hint && ` (${error.hint})`}
        </Notice>
      ))}
      {verdict.warnings.map((warning) => (
        <Notice key={warning.path + warning.message} role="warn">
          <span class="mono">{warning.path}</span> {warning.message}
        </Notice>
      ))}
      {verdict.restartNeeded.length > 0 && (
        <Notice role="warn">
          Takes effect after a restart: <span class="mono">{verdict.restartNeeded.join(", ")}</span>
        </Notice>
      )}
    </>
  );
}
