// What a change will do, before it is saved.
import { useState } from "preact/hooks";
import { Button, Segments } from "../../components/basics";
import { Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { ChangeList, LineDiff } from "../../config/diff_view";
import type { Draft } from "../../config/draft";

export function ReviewSheet({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [form, setForm] = useState<"keys" | "lines">("keys");
  const { verdict } = draft;
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
      subtitle="Everything is validated before anything is written"
      onClose={onClose}
      footer={
        <>
          <Button kind="primary" busy={busy} disabled={verdict?.valid === false} onClick={() => void store()}>
            Save
          </Button>
          <Button onClick={onClose}>Keep editing</Button>
          <span class="grow" />
          <Segments
            label="Show as"
            choices={[
              { value: "keys", label: "Changes" },
              { value: "lines", label: "JSON" },
            ]}
            value={form}
            onChange={setForm}
          />
        </>
      }
    >
      {verdict?.errors.map((error) => (
        <Notice key={error.path + error.message} role="bad">
          <span class="mono">{error.path || "configuration"}</span> {error.message}
          {error.hint && ` (${error.hint})`}
        </Notice>
      ))}
      {verdict?.warnings.map((warning) => (
        <Notice key={warning.path + warning.message} role="warn">
          <span class="mono">{warning.path}</span> {warning.message}
        </Notice>
      ))}
      {verdict && verdict.restartNeeded.length > 0 && (
        <Notice role="warn">
          Takes effect after a restart: <span class="mono">{verdict.restartNeeded.join(", ")}</span>
        </Notice>
      )}
      {draft.config.data?.source === "overlay" && (
        <Notice role="info">
          The file is read-only. The change is kept in the data directory and listed under Drift.
        </Notice>
      )}
      {form === "keys" && verdict ? (
        <ChangeList changes={verdict.changes} />
      ) : (
        <LineDiff before={JSON.stringify(draft.written, null, 2)} after={JSON.stringify(draft.value, null, 2)} />
      )}
    </Sheet>
  );
}
