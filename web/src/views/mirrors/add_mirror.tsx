// Adding a mirror as a task: which registry, with which login, and what its names look like here. All the rest has good
// defaults and stands in the form of all settings.
import { useState } from "preact/hooks";
import { call, kUpstreamAnswerMs, messageOf, request } from "../../api/client";
import type { RuleConfig, UpstreamTest } from "../../api/schema.gen";
import { Button } from "../../components/basics";
import { CheckField, TextField } from "../../components/field";
import { Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { errorsByPath, save } from "../../config/save";
import type { JsonObject } from "../../config/schema";
import { kPresets, type Preset } from "./presets";
import { TagPreviewPanel } from "./preview";
import { TestResult } from "./test_result";

const kRulePrefix = /^extensions\.sync\.registries\[\d+\]\.?/;

interface Props {
  onSaved: () => Promise<void>;
  onClose: () => void;
  /** The form of all settings, with what was chosen here. */
  onAllSettings: (rule: JsonObject) => void;
}

/** What is asked for; the rule is made of it. */
interface Answers {
  preset: Preset | null;
  urls: string;
  username: string;
  password: string;
  destination: string;
  tlsVerify: boolean;
}

const kNothing: Answers = { preset: null, urls: "", username: "", password: "", destination: "", tlsVerify: true };

export function ruleOf(answers: Answers): RuleConfig {
  return {
    onDemand: true,
    urls: answers.urls.split(/\s+/).filter(Boolean),
    content: [{ prefix: "**", ...(answers.destination === "" ? {} : { destination: answers.destination }) }],
    ...(answers.preset?.credentialHelper ? { credentialHelper: answers.preset.credentialHelper } : {}),
    ...(answers.tlsVerify ? {} : { tlsVerify: false }),
  } as RuleConfig;
}

/** As the credentials' file names a host: docker.io, or host[:port] of the URL. */
export function hostOf(url: string): string {
  try {
    const { host } = new URL(url);
    return /(^|\.)docker\.io$/.test(host) ? "docker.io" : host;
  } catch {
    return "";
  }
}

export function AddMirror({ onSaved, onClose, onAllSettings }: Props) {
  const [answers, setAnswers] = useState<Answers>(kNothing);
  const [errors, setErrors] = useState<[string, string][]>([]);
  const [tests, setTests] = useState<UpstreamTest[] | string | null>(null);
  const [busy, setBusy] = useState<"save" | "test" | null>(null);
  const rule = ruleOf(answers);
  const set = (changes: Partial<Answers>) => setAnswers({ ...answers, ...changes });
  const login = answers.username !== "" && answers.password !== "";
  const credentials = login ? { username: answers.username, password: answers.password } : undefined;
  const host = hostOf(rule.urls[0] ?? "");
  const usesHttp = rule.urls.some((url) => url.startsWith("http:"));

  const choose = (preset: Preset) => {
    setTests(null);
    set({ preset, urls: preset.url, destination: preset.destination });
  };
  const test = async () => {
    setBusy("test");
    const options = { body: { rule }, timeoutMs: kUpstreamAnswerMs };
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
        headers: { "If-Match": "*" },
      }).then(() => null, messageOf);
      if (failure !== null) {
        setErrors([["the credentials", failure]]);
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
      subtitle="Images of that registry are then pulled through this cache"
      unsaved={answers !== kNothing}
      onClose={onClose}
      onSubmit={store}
      footer={
        <>
          <Button kind="primary" submit busy={busy === "save"} disabled={rule.urls.length === 0}>
            Add mirror
          </Button>
          <Button icon="check" busy={busy === "test"} disabled={rule.urls.length === 0} onClick={() => void test()}>
            Test
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
          <TagPreviewPanel rule={rule} example={exampleOf(answers.preset)} />
        </aside>
        <div class="stack">
          <fieldset class="stack tight">
            <legend>
              <strong>Registry</strong>
            </legend>
            <div class="presets">
              {kPresets.map((preset) => (
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
          {answers.preset?.note && <Notice role="info">{answers.preset.note}</Notice>}
          <TextField
            label="URL"
            mono
            value={answers.urls}
            onInput={(urls) => set({ urls })}
            placeholder="https://registry.example.com"
            help="Of the registry. Several, separated by spaces, are tried in order."
            required
          />
          <div class="form-grid">
            <TextField
              label="User"
              value={answers.username}
              onInput={(username) => set({ username })}
              help={kCredentialWords[answers.preset?.credentials ?? "optional"]}
            />
            <TextField
              label="Password or token"
              type="password"
              autoComplete="new-password"
              value={answers.password}
              onInput={(password) => set({ password })}
              help={
                host ? `Saved for ${host} with the mirror, never shown again.` : "Write-only: it is never shown again."
              }
            />
          </div>
          <TextField
            label="Stored under"
            mono
            value={answers.destination}
            onInput={(destination) => set({ destination })}
            placeholder="/"
            help={
              <>
                <span class="mono">
                  {host || "registry"}/{exampleOf(answers.preset)}
                </span>{" "}
                is listed here as <span class="mono">{localName(answers.destination, exampleOf(answers.preset))}</span>
              </>
            }
          />
          {!usesHttp && (
            <CheckField
              label="Verify the TLS certificate"
              checked={answers.tlsVerify}
              onChange={(tlsVerify) => set({ tlsVerify })}
            />
          )}
          <p class="muted small">
            Images are fetched on demand, when somebody pulls them. Scheduled sync, tag filters, retries and limits are
            under All settings.
          </p>
        </div>
      </div>
    </Sheet>
  );
}

const kCredentialWords: Record<Preset["credentials"], string> = {
  none: "None needed: this registry is public.",
  optional: "Empty: anonymous.",
  needed: "This registry answers only to logged-in users.",
};

function exampleOf(preset: Preset | null): string {
  return preset?.example ?? "team/app";
}

function localName(destination: string, name: string): string {
  const base = destination.replace(/^\/|\/$/g, "");
  return base === "" ? name : `${base}/${name}`;
}
