// Adding a mirror as a task: which registry, with which login, and what its names look like here. All the rest has good
// defaults and stands in the form of all settings.
import { useState } from "preact/hooks";
import { call, kUpstreamAnswerMs, messageOf, request } from "../../api/client";
import type { CredentialHost, Preset, UpstreamTest } from "../../api/schema.gen";
import { Button } from "../../components/basics";
import { CheckField, TextField } from "../../components/field";
import { Loaded, Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { errorsByPath, save } from "../../config/save";
import type { JsonObject } from "../../config/schema";
import { useResource } from "../../store/resource";
import { TagPreviewPanel } from "./preview";
import { NewRoute } from "./new_route";
import { answersOf, hostOf, kNothing, localName, ruleOf, type Answers } from "./new_rule";
import { TestResult } from "./test_result";

const kRulePrefix = /^extensions\.sync\.registries\[\d+\]\.?/;

interface Props {
  onSaved: () => Promise<void>;
  onClose: () => void;
  /** The form of all settings, with what was chosen here. */
  onAllSettings: (rule: JsonObject) => void;
}

export function AddMirror({ onSaved, onClose, onAllSettings }: Props) {
  const presets = useResource("GET /sync/presets");
  const stored = useResource("GET /credentials");
  const [answers, setAnswers] = useState<Answers>(kNothing);
  const [errors, setErrors] = useState<[string, string][]>([]);
  const [tests, setTests] = useState<UpstreamTest[] | string | null>(null);
  const [busy, setBusy] = useState<"save" | "test" | null>(null);
  const rule = ruleOf(answers);
  const set = (changes: Partial<Answers>) => setAnswers({ ...answers, ...changes });
  const login = answers.username !== "" && answers.password !== "";
  const credentials = login ? { username: answers.username, password: answers.password } : undefined;
  const host = hostOf(rule.urls[0] ?? "");
  const known = stored.data?.items.find((one) => one.host === host);
  const usesHttp = rule.urls.some((url) => url.startsWith("http:"));
  const example = exampleOf(answers.preset);

  const choose = (preset: Preset) => {
    setTests(null);
    set(answersOf(preset));
  };
  const test = async () => {
    setBusy("test");
    const options = { body: { rule, credentials }, timeoutMs: kUpstreamAnswerMs };
    setTests(
      await call("POST /sync/test", options)
        .then((answer) => answer.items)
        .catch(messageOf),
    );
    setBusy(null);
  };
  const store = async () => {
    setBusy("save");
    setErrors([]);
    if (credentials) {
      const failure = await call("PUT /credentials/{host}", {
        path: { host },
        body: credentials,
        // Upon what this sheet has shown: nobody else's are replaced unseen.
        headers: known ? { "If-Match": `"${known.etag}"` } : {},
      }).then(() => null, messageOf);
      if (failure !== null) {
        setErrors([["the credentials", failure]]);
        await stored.reload();
        return setBusy(null);
      }
    }
    const outcome = await save(() => request("POST /sync/rules", { body: rule }), {
      etag: "*",
      done: credentials ? `Mirror added, with credentials for ${host}` : "Mirror added",
      changed: onSaved,
    });
    setBusy(null);
    if (outcome.saved) onClose();
    else setErrors([...errorsByPath(outcome.errors, kRulePrefix)]);
  };

  return (
    <Sheet
      size="widest"
      title="Add a mirror"
      subtitle="Pull images from another registry through this cache"
      unsaved={answers !== kNothing}
      onClose={onClose}
      onSubmit={store}
      footer={
        <>
          <Button kind="primary" submit busy={busy === "save"} disabled={rule.urls.length === 0}>
            Add mirror
          </Button>
          <Button icon="check" busy={busy === "test"} disabled={rule.urls.length === 0} onClick={() => void test()}>
            {login ? "Test with these credentials" : "Test"}
          </Button>
          <span class="grow" />
          <Button onClick={() => onAllSettings(rule as unknown as JsonObject)}>All settings</Button>
        </>
      }
    >
      {errors.map(([path, text]) => (
        <Notice key={path} role="bad">
          Not saved: {path || "the rule"}: {text}
        </Notice>
      ))}
      <div class="with-aside">
        <aside class="stack">
          {tests !== null && <TestResult tests={tests} />}
          {host !== "" && <NewRoute rule={rule} image={example} />}
          <TagPreviewPanel rule={rule} credentials={credentials} example={example} />
        </aside>
        <div class="stack">
          <Loaded from={presets} lines={3}>
            {(data) => (
              <fieldset class="stack tight">
                <legend>
                  <strong>Registry</strong>
                </legend>
                <div class="presets">
                  {data.items.map((preset) => (
                    <label key={preset.id} class={`side${answers.preset?.id === preset.id ? " chosen" : ""}`}>
                      <span class="row flat">
                        <input
                          type="radio"
                          name="preset"
                          checked={answers.preset?.id === preset.id}
                          onChange={() => choose(preset)}
                        />
                        {preset.title}
                      </span>
                    </label>
                  ))}
                </div>
              </fieldset>
            )}
          </Loaded>
          {answers.preset?.note && <Notice role="info">{answers.preset.note}</Notice>}
          <TextField
            label="URL"
            mono
            value={answers.urls}
            onInput={(urls) => set({ urls })}
            placeholder="https://registry.example.com"
            help="The URL of the registry. Separate several with spaces; they are tried in order."
            required
          />
          {answers.preset?.credentials !== "none" && (
            <Login answers={answers} set={set} host={host} known={known} why={unwritable(stored.data)} />
          )}
          <TextField
            label="Stored under"
            mono
            value={answers.destination}
            onInput={(destination) => set({ destination })}
            placeholder="/"
            help={
              <>
                <span class="mono">
                  {host || "registry"}/{example}
                </span>{" "}
                is listed here as <span class="mono">{localName(answers.destination, example)}</span>
              </>
            }
          />
          <details class="group">
            <summary>
              More{" "}
              <span class="muted small">
                {answers.repositories === "**" ? "all repositories" : answers.repositories}
                {usesHttp ? ", without TLS" : answers.tlsVerify ? ", TLS verified" : ", TLS not verified"}, on demand
              </span>
            </summary>
            <div class="stack">
              <TextField
                label="Repositories"
                mono
                value={answers.repositories}
                onInput={(repositories) => set({ repositories })}
                help="Globs for repository names at the upstream, separated by spaces. ** matches all."
              />
              {!usesHttp && (
                <CheckField
                  label="Verify the TLS certificate"
                  checked={answers.tlsVerify}
                  onChange={(tlsVerify) => set({ tlsVerify })}
                />
              )}
              <p class="muted small">
                Images are fetched on demand, when somebody pulls them. Scheduled sync, tag filters, retries and limits
                are under All settings.
              </p>
            </div>
          </details>
        </div>
      </div>
    </Sheet>
  );
}

interface LoginProps {
  answers: Answers;
  set: (changes: Partial<Answers>) => void;
  host: string;
  /** What is stored for that host already. */
  known: CredentialHost | undefined;
  /** Why none can be stored here. */
  why: string | null;
}

function Login({ answers, set, host, known, why }: LoginProps) {
  const whose = answers.preset?.credentials ?? "optional";
  if (why !== null) {
    return (
      <Notice role={whose === "needed" ? "warn" : "info"}>
        Credentials cannot be stored here, so this registry is asked anonymously. {why}
      </Notice>
    );
  }
  return (
    <div class="form-grid">
      <TextField
        label="User"
        value={answers.username}
        onInput={(username) => set({ username })}
        required={answers.password !== ""}
        help={
          known
            ? `Leave empty to use the stored login of ${known.username}. What you enter replaces it.`
            : kCredentialWords[whose]
        }
      />
      <TextField
        label="Password or token"
        type="password"
        autoComplete="new-password"
        value={answers.password}
        onInput={(password) => set({ password })}
        required={answers.username !== ""}
        help={
          host ? `Stored for ${host} with the mirror, not shown again.` : "Stored with the mirror, not shown again."
        }
      />
    </div>
  );
}

function unwritable(data: { editable: boolean; reason?: string } | undefined): string | null {
  return !data || data.editable ? null : (data.reason ?? "Set extensions.sync.credentialsFile.");
}

const kCredentialWords: Record<Preset["credentials"], string> = {
  none: "",
  optional: "Leave empty to pull anonymously.",
  needed: "This registry answers only to logged-in users.",
};

function exampleOf(preset: Preset | null): string {
  return preset?.id.startsWith("docker") ? "library/alpine" : "team/app";
}
