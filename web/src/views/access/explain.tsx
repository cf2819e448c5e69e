// May they do this, and which rule decides: asked of the draft on the screen, by the code that decides a request.
import { useState } from "preact/hooks";
import type { AccessDecision, AccessDraft, Action } from "../../api/schema.gen";
import { Badge, Panel, Segments, Tag } from "../../components/basics";
import { SelectField, TextField } from "../../components/field";
import { Loaded } from "../../components/loaded";
import { useAsked } from "../../store/asked";
import { kActionWords } from "./words";

type Kind = "user" | "group" | "anonymous";

export const kKinds: { value: Kind; label: string }[] = [
  { value: "user", label: "User" },
  { value: "group", label: "Group" },
  { value: "anonymous", label: "Anonymous" },
];

/** As the API asks for it. */
export function subjectOf(kind: Kind, name: string): { user?: string; group?: string } {
  return kind === "anonymous" ? {} : { [kind]: name };
}

export function AccessExplain({ draft }: { draft: AccessDraft | undefined }) {
  const [kind, setKind] = useState<Kind>("user");
  const [name, setName] = useState("");
  const [repository, setRepository] = useState("");
  const [action, setAction] = useState<Action>("read");
  const complete = repository.trim() !== "" && (kind === "anonymous" || name.trim() !== "");
  const answer = useAsked(
    "POST /access/explain",
    complete ? { ...subjectOf(kind, name.trim()), repository: repository.trim(), action, draft } : null,
  );
  return (
    <Panel title="Test a permission" side={draft && <Badge role="warn">unsaved draft</Badge>}>
      <div class="stack tight">
        <Segments label="Who" choices={kKinds} value={kind} onChange={setKind} />
        <div class="form-grid">
          {kind !== "anonymous" && (
            <TextField
              label={kind === "user" ? "User" : "Group"}
              value={name}
              onInput={setName}
              placeholder={kind === "user" ? "alice" : "developers"}
            />
          )}
          <TextField label="Repository" mono value={repository} onInput={setRepository} placeholder="team/app" />
          <SelectField label="Action" value={action} choices={kActionWords} onChange={setAction} />
        </div>
        <div aria-live="polite" aria-busy={answer.loading}>
          {complete && (
            <Loaded from={answer} lines={2}>
              {(data) => <Answer answer={data} old={answer.loading} />}
            </Loaded>
          )}
        </div>
      </div>
    </Panel>
  );
}

const kSources: Record<AccessDecision["source"], string> = {
  policy: "a policy that names them",
  defaultPolicy: "the default for logged-in users",
  anonymousPolicy: "the default for anyone, without login",
  adminPolicy: "the admin policy",
  entry: "a rule that grants them nothing",
  block: "a block, which holds for everyone",
  none: "",
};

function Answer({ answer, old }: { answer: AccessDecision; old: boolean }) {
  return (
    <div class={`stack tight${old ? " muted" : ""}`}>
      <div class="row">
        {answer.allowed ? <Badge role="good">allowed</Badge> : <Badge role="bad">denied</Badge>}
        <span>
          {kSources[answer.source] && `Decided by ${kSources[answer.source]}`}
          {answer.glob && answer.rules.length <= 1 && (
            <>
              {" of "}
              <span class="mono">{answer.glob}</span>
            </>
          )}
        </span>
        {answer.groups.map((group) => (
          <Tag key={group}>group {group}</Tag>
        ))}
      </div>
      <p class="muted small mono wrap-anywhere">{answer.rule}</p>
      {answer.blocked && <p class="small wrap-anywhere">{answer.blocked}</p>}
      {answer.allowed &&
        answer.blocks.map((block) => (
          <p key={block.id} class="small wrap-anywhere">
            {"Tags that match "}
            <span class="mono">{block.tags}</span>
            {" are blocked for everyone."}
          </p>
        ))}
      {answer.source !== "block" && answer.rules.length > 1 && (
        <ol class="small">
          {answer.rules.map((rule) => (
            <li key={rule.repositories}>
              <span class="mono">{rule.repositories}</span>{" "}
              <span class="muted">
                {rule.wins ? "matches, and decides alone: the longest glob wins" : "matches too, but is not used"}
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
