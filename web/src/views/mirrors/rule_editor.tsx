// One rule as a form or as JSON; the test and the preview of what it takes beside it, before it is saved.
import { useState } from "preact/hooks";
import type { EditConflict, Rule, RuleConfig, UpstreamTest } from "../../api/schema.gen";
import { call, kUpstreamAnswerMs, messageOf, request } from "../../api/client";
import { Button, Segments } from "../../components/basics";
import { Loaded, Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { toast } from "../../components/toast";
import { SchemaFields } from "../../config/form";
import { JsonEditor } from "../../config/json_editor";
import { errorsByPath, save, type ErrorsByPath } from "../../config/save";
import type { JsonObject, Path, Schema } from "../../config/schema";
import { schemaAt, useSchema } from "../../config/schema_resource";
import { equal, isObject, setAt, tidy } from "../../config/value";
import { RuleConflict } from "./conflict";
import { TagPreviewPanel } from "./preview";
import { TestResult } from "./test_result";

const kRulePath: Path = ["extensions", "sync", "registries", 0];
const kRulePrefix = /^extensions\.sync\.registries\[\d+\]\.?/;
const kNewRule: JsonObject = { urls: [], onDemand: true, content: [{ prefix: "**" }] };
const kCommon = ["urls", "onDemand", "pollInterval", "content"];

function configOf(rule: Rule): JsonObject {
  return rule.config as unknown as JsonObject;
}

interface Props {
  rule: Rule | undefined; // none: a new one
  /** What a new one begins with. */
  initial?: JsonObject;
  etag: string;
  onSaved: () => Promise<void>;
  onClose: () => void;
}

export function RuleEditor({ rule: current, initial, etag: currentEtag, onSaved, onClose }: Props) {
  const schema = useSchema();
  // What the editor began with: the list behind it is read again and again.
  const [rule] = useState(current);
  const [etag, setEtag] = useState(currentEtag);
  const [original, setOriginal] = useState<JsonObject>(() => (rule ? configOf(rule) : kNewRule));
  const [value, setValue] = useState<JsonObject>(initial ?? original);
  const [conflict, setConflict] = useState<EditConflict | null>(null);
  const [mode, setMode] = useState<"form" | "json">("form");
  const [errors, setErrors] = useState<ErrorsByPath>(new Map());
  const [tests, setTests] = useState<UpstreamTest[] | string | null>(null);
  const [busy, setBusy] = useState<"save" | "test" | null>(null);
  const [broken, setBroken] = useState<string | null>(null);
  const changed = !equal(original, value);

  const config = () => tidy(value) as unknown as RuleConfig;
  const store = async () => {
    setBusy("save");
    const body = config();
    const outcome = await save(
      (headers) =>
        rule
          ? request("PUT /sync/rules/{id}", { path: { id: rule.id }, body, headers })
          : request("POST /sync/rules", { body }),
      { etag, done: rule ? "Rule saved" : "Mirror added", changed: onSaved },
    );
    setBusy(null);
    if (outcome.saved) return onClose();
    setErrors(errorsByPath(outcome.errors, kRulePrefix));
    setConflict(outcome.conflict);
  };
  const takeMerged = (found: EditConflict, merged: JsonObject) => {
    setOriginal((found.theirs ?? {}) as JsonObject);
    setValue(merged);
    setEtag(`"${found.revision}"`);
    setConflict(null);
    setMode("form");
  };
  const addAsNew = async () => {
    setBusy("save");
    const outcome = await save(() => request("POST /sync/rules", { body: config() }), {
      etag,
      done: "Mirror added",
      changed: onSaved,
    });
    setBusy(null);
    if (outcome.saved) onClose();
  };
  const test = async () => {
    setBusy("test");
    try {
      setTests((await call("POST /sync/test", { body: { rule: config() }, timeoutMs: kUpstreamAnswerMs })).items);
    } catch (error) {
      setTests(messageOf(error));
    }
    setBusy(null);
  };

  return (
    <Sheet
      size="widest"
      title={rule ? `Rule ${rule.index + 1}` : "Add a mirror"}
      subtitle="What is mirrored, and from where"
      unsaved={changed || broken !== null}
      onClose={onClose}
      footer={
        <>
          <Button
            kind="primary"
            busy={busy === "save"}
            disabled={!changed || broken !== null || conflict !== null}
            onClick={() => void store()}
          >
            Save
          </Button>
          <Button icon="check" busy={busy === "test"} onClick={() => void test()}>
            Test upstream
          </Button>
          <span class="grow" />
          <Segments
            label="Edit as"
            choices={[
              { value: "form", label: "Form" },
              { value: "json", label: "JSON" },
            ]}
            value={mode}
            onChange={(next) =>
              broken !== null
                ? toast("Not valid JSON yet; it would be lost in the form.", { bad: true })
                : setMode(next)
            }
          />
        </>
      }
    >
      {errors.size > 0 && (
        <Notice role="bad">
          Not saved: {[...errors].map(([path, text]) => `${path || "the rule"} ${text}`).join("; ")}
        </Notice>
      )}
      {conflict && <RuleConflict conflict={conflict} onMerged={takeMerged} onAdd={addAsNew} onDiscard={onClose} />}
      <div class="with-aside">
        <aside class="stack">
          {tests !== null && <TestResult tests={tests} />}
          <TagPreviewPanel rule={config()} />
        </aside>
        <div class="stack">
          {mode === "json" ? (
            <JsonEditor
              label="Rule"
              value={value}
              errors={errors}
              onChange={(next) => isObject(next) && setValue(next)}
              broken={broken}
              onBroken={setBroken}
            />
          ) : (
            <Loaded from={{ ...schema, data: schemaAt(schema.data, kRulePath) }} lines={8}>
              {(data) => <RuleForm schema={data} value={value} errors={errors} onChange={setValue} />}
            </Loaded>
          )}
        </div>
      </div>
    </Sheet>
  );
}

function RuleForm(props: {
  schema: Schema;
  value: JsonObject;
  errors: ErrorsByPath;
  onChange: (value: JsonObject) => void;
}) {
  const { schema, value, errors } = props;
  const form = {
    value,
    errors,
    set: (path: Path, next: Parameters<typeof setAt>[2]) =>
      props.onChange((setAt(value, path, next) ?? {}) as JsonObject),
  };
  const part = (common: boolean): Schema => ({
    ...schema,
    properties: Object.fromEntries(
      Object.entries(schema.properties ?? {}).filter(([name]) => kCommon.includes(name) === common),
    ),
  });
  return (
    <>
      <SchemaFields form={form} schema={part(true)} path={[]} />
      <details class="group">
        <summary>More settings: TLS, retries, limits</summary>
        <SchemaFields form={form} schema={part(false)} path={[]} />
      </details>
    </>
  );
}
