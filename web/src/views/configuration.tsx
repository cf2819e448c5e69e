// Every setting as a form or as JSON, reviewed before it is saved; history, drift and export.
import { useState } from "preact/hooks";
import { Button } from "../components/basics";
import { Loaded, Notice } from "../components/loaded";
import { Tabs } from "../components/tabs";
import { useDraft, type Draft } from "../config/draft";
import { JsonEditor } from "../config/json_editor";
import { isObject } from "../config/value";
import { plural } from "../format";
import { query } from "../store/router";
import { mayChange, mayConfigure } from "../store/session";
import { Drift, Export } from "./configuration/export";
import { History } from "./configuration/history";
import { ReviewSheet } from "./configuration/review";
import { Settings } from "./configuration/settings";

const kTabs = [
  { value: "", label: "Settings" },
  { value: "json", label: "JSON" },
  { value: "history", label: "History" },
  { value: "drift", label: "Drift" },
  { value: "export", label: "Export" },
];

export function Configuration() {
  const draft = useDraft();
  const tab = query.value.get("tab") ?? "";
  const [reviewing, setReviewing] = useState(false);
  return (
    <div class="screen">
      <h1>Configuration</h1>
      <Tabs label="Configuration" tabs={kTabs} current={tab} />
      <Loaded from={draft.config} lines={8}>
        {(state) => (
          <>
            {mayChange.value && !mayConfigure.value && (
              <Notice role="info">
                Configuration changes are disabled on this daemon (larder.management.readOnly).
              </Notice>
            )}
            {state.reloadError && (
              <Notice role="bad">The last change to the file was not applied: {state.reloadError}</Notice>
            )}
            {state.restartNeeded.length > 0 && (
              <Notice role="warn">
                Saved; takes effect after a restart: <span class="mono">{state.restartNeeded.join(", ")}</span>
              </Notice>
            )}
            {tab === "history" ? (
              <History current={state.revision} onChanged={draft.config.reload} />
            ) : tab === "drift" ? (
              <Drift path={state.path} />
            ) : tab === "export" ? (
              <Export />
            ) : (
              <>
                {tab === "json" ? (
                  <JsonEditor
                    label="Configuration"
                    value={draft.value}
                    errors={draft.errors}
                    readOnly={!mayConfigure.value}
                    onChange={(value) => isObject(value) && draft.replace(value)}
                    broken={draft.text}
                    onBroken={draft.keepText}
                  />
                ) : (
                  <Settings draft={draft} />
                )}
                <SaveBar draft={draft} onReview={() => setReviewing(true)} />
              </>
            )}
          </>
        )}
      </Loaded>
      {reviewing && draft.patch && <ReviewSheet draft={draft} onClose={() => setReviewing(false)} />}
    </div>
  );
}

export function SaveBar({ draft, onReview }: { draft: Draft; onReview: () => void }) {
  if (!draft.patch && draft.text === null) return null;
  const errors = draft.errors.size;
  const changes = draft.check.data?.changes.length;
  const state =
    draft.text !== null
      ? "Not valid JSON yet"
      : errors > 0
        ? plural(errors, "error")
        : changes === undefined
          ? "Unsaved changes"
          : plural(changes, "unsaved change");
  return (
    <div class="save-bar row" role="status">
      <span class="grow">{state}</span>
      <Button icon="undo" onClick={draft.discard}>
        Discard
      </Button>
      <Button kind="primary" disabled={draft.text !== null} onClick={onReview}>
        Review and save
      </Button>
    </div>
  );
}
