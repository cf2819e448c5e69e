// Who may do what, as a grid: repositories, who, and a box for each action. Edited in place, reviewed before saving.
import { useState } from "preact/hooks";
import type { AccessDraft } from "../../api/schema.gen";
import { Button, ConfirmButton, EmptyState, Panel } from "../../components/basics";
import { SelectField, TextField } from "../../components/field";
import { Loaded, Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { useDraft, type Draft } from "../../config/draft";
import type { Json, JsonObject, Path } from "../../config/schema";
import { getAt, isObject, tidy } from "../../config/value";
import { useAsked } from "../../store/asked";
import { query, setQuery } from "../../store/router";
import { mayConfigure, session } from "../../store/session";
import { ReviewSheet } from "../configuration/review";
import { SaveBar } from "../configuration";
import { AccessExplain } from "./explain";
import { kActions, kPresets, presetOf } from "./words";

const kAccess: Path = ["http", "accessControl"];
const kRepositories: Path = [...kAccess, "repositories"];
interface Row {
  who: string;
  /** Of the list of actions. */
  path: Path;
  removable?: Path;
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function whoOf(policy: JsonObject): string {
  const users = texts(policy.users);
  const groups = texts(policy.groups).map((group) => `group ${group}`);
  return [...users, ...groups].join(", ") || "nobody";
}

function rowsOf(draft: Draft, glob: string): Row[] {
  const base = [...kRepositories, glob];
  const policies = getAt(draft.value, [...base, "policies"]);
  const named = Array.isArray(policies) ? policies : [];
  return [
    ...named.map((policy, index) => ({
      who: isObject(policy) ? whoOf(policy) : "nobody",
      path: [...base, "policies", index, "actions"],
      removable: [...base, "policies", index],
    })),
    { who: "any logged-in user", path: [...base, "defaultPolicy"] },
    { who: "anyone, without login", path: [...base, "anonymousPolicy"] },
  ];
}

/** What the API asks for to answer about the draft; nothing where there is none. */
export function draftOf(draft: Draft): AccessDraft | undefined {
  return draft.patch ? { patch: tidy(draft.patch) as JsonObject, base: draft.base } : undefined;
}

export function Policies() {
  const draft = useDraft();
  const adding = query.value.get("add");
  const setAdding = (glob: string | null) =>
    setQuery({ add: glob === "" ? "new" : glob, preset: null }, { push: glob !== null });
  const [reviewing, setReviewing] = useState(false);
  const repositories = getAt(draft.value, kRepositories);
  const globs = isObject(repositories) ? Object.keys(repositories) : [];
  const configured = getAt(draft.value, kAccess) !== undefined;
  const about = draftOf(draft);
  const review = useAsked("POST /access/review", { draft: about });
  const place = new Map(review.data?.items.map((one) => [one.repositories, one.precedence]));
  const ordered = globs.toSorted((a, b) => (place.get(a) ?? Infinity) - (place.get(b) ?? Infinity));
  const warnings = review.data?.warnings ?? [];
  return (
    <>
      <AccessExplain draft={about} />
      <Loaded from={draft.config}>
        {() => (
          <Panel
            title="Policies"
            flush
            side={
              mayConfigure.value && (
                <Button icon="plus" onClick={() => setAdding("")}>
                  Add a rule
                </Button>
              )
            }
          >
            {!configured && (
              <Notice role="warn">
                {session.value?.loginPossible
                  ? "Access control is not configured: anyone who can log in can do everything."
                  : "Access control and logins are not configured: anyone on this network can pull and push."}
              </Notice>
            )}
            {configured && (
              <p class="muted small policy-note">
                For each repository the longest glob that matches decides alone, whatever the others grant. Rules are
                listed in that order. Inside a rule the policies of a user and of their groups add up with the default.
              </p>
            )}
            {review.error && (
              <Notice role="warn">
                The rules could not be checked, and are in the order of the file. {review.error.message}
              </Notice>
            )}
            {warnings.map((warning) => (
              <Notice key={warning.kind + warning.repositories + warning.who.join()} role="warn">
                {warning.message}
              </Notice>
            ))}
            {globs.length === 0 && configured && (
              <EmptyState title="No policies yet">
                Only the admin policy grants access. Add a rule for ** to let others pull.
              </EmptyState>
            )}
            {(globs.length > 0 || configured) && (
              <div class="table-box">
                <table class="grid-table" aria-label="Policies">
                  <thead>
                    <tr>
                      <th scope="col">Repositories and users</th>
                      <th scope="col">May</th>
                      {kActions.map((action) => (
                        <th key={action} scope="col" class="box">
                          {action}
                        </th>
                      ))}
                      <th scope="col">
                        <span class="visually-hidden">Actions</span>
                      </th>
                    </tr>
                  </thead>
                  {ordered.map((glob) => (
                    <GlobRows
                      key={glob}
                      draft={draft}
                      glob={glob}
                      place={place.get(glob)}
                      onAdd={() => setAdding(glob)}
                    />
                  ))}
                  <AdminRow draft={draft} />
                </table>
              </div>
            )}
          </Panel>
        )}
      </Loaded>
      <SaveBar draft={draft} onReview={() => setReviewing(true)} />
      {adding !== null && draft.config.data && (
        <RuleSheet
          key={adding}
          glob={adding === "new" ? "" : adding}
          preset={query.value.get("preset") ?? "read"}
          draft={draft}
          onClose={() => setAdding(null)}
        />
      )}
      {reviewing && draft.patch && <ReviewSheet draft={draft} onClose={() => setReviewing(false)} />}
    </>
  );
}

function Boxes({ draft, row, glob }: { draft: Draft; row: Row; glob: string }) {
  const actions = texts(getAt(draft.value, row.path));
  const preset = presetOf(actions);
  const toggle = (action: string, on: boolean) => {
    const others = actions.filter((one) => one !== action);
    draft.set(row.path, on ? [...others, action] : others);
  };
  const choose = (value: string) => {
    const found = kPresets.find((one) => one.value === value);
    if (found) draft.set(row.path, found.actions);
  };
  return (
    <>
      <td>
        <select
          class="narrow preset"
          aria-label={`${row.who}: what they can do with ${glob}`}
          value={preset}
          disabled={!mayConfigure.value}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {kPresets.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
          {preset === "custom" && <option value="custom">Custom</option>}
        </select>
      </td>
      {kActions.map((action) => (
        <td key={action} class="box">
          <input
            type="checkbox"
            aria-label={`${row.who}: ${action} ${glob}`}
            checked={actions.includes(action)}
            disabled={!mayConfigure.value}
            onChange={(event) => toggle(action, event.currentTarget.checked)}
          />
        </td>
      ))}
    </>
  );
}

interface GlobProps {
  draft: Draft;
  glob: string;
  /** 1: looked at first; nothing while that is not known. */
  place: number | undefined;
  onAdd: () => void;
}

function GlobRows({ draft, glob, place, onAdd }: GlobProps) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={kActions.length + 3} class="glob">
          <span class="row">
            {place !== undefined && <span class="muted num">{place}.</span>}
            <span class="mono wrap-anywhere grow">{glob}</span>
            {mayConfigure.value && (
              <>
                <Button kind="ghost" icon="plus" label={`Add users or groups for ${glob}`} onClick={onAdd} />
                <ConfirmButton
                  kind="ghost"
                  icon="trash"
                  label={`Remove the rule for ${glob}`}
                  question="Remove this rule?"
                  confirm="Remove"
                  onConfirm={() => draft.set([...kRepositories, glob], undefined)}
                />
              </>
            )}
          </span>
        </th>
      </tr>
      {rowsOf(draft, glob).map((row) => (
        <tr key={row.path.join("/")}>
          <td>{row.who}</td>
          <Boxes draft={draft} row={row} glob={glob} />
          <td>
            {row.removable && mayConfigure.value && (
              <Button
                kind="ghost"
                icon="close"
                label={`Remove ${row.who} from ${glob}`}
                onClick={() => draft.set(row.removable ?? [], undefined)}
              />
            )}
          </td>
        </tr>
      ))}
    </tbody>
  );
}

function AdminRow({ draft }: { draft: Draft }) {
  const path = [...kAccess, "adminPolicy"];
  const policy = getAt(draft.value, path);
  if (!isObject(policy)) return null;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={kActions.length + 3} class="glob">
          everything, and administration
        </th>
      </tr>
      <tr>
        <td>{whoOf(policy)}</td>
        <Boxes draft={draft} row={{ who: `admins (${whoOf(policy)})`, path: [...path, "actions"] }} glob="everything" />
        <td />
      </tr>
    </tbody>
  );
}

interface RuleProps {
  glob: string;
  preset: string;
  draft: Draft;
  onClose: () => void;
}

function RuleSheet({ glob, preset: initial, draft, onClose }: RuleProps) {
  const [repositories, setRepositories] = useState(glob || "**");
  const [users, setUsers] = useState("");
  const [groups, setGroups] = useState("");
  const [preset, setPreset] = useState(initial);
  const actions = kPresets.find((one) => one.value === preset)?.actions ?? [];
  const list = (text: string) => text.split(/[\s,]+/).filter(Boolean);
  const take = () => {
    const base = [...kRepositories, repositories];
    if (list(users).length + list(groups).length > 0) {
      const policies = getAt(draft.value, [...base, "policies"]);
      const policy: JsonObject = { users: list(users), groups: list(groups), actions };
      draft.set([...base, "policies"], [...(Array.isArray(policies) ? policies : []), policy]);
    } else {
      draft.set([...base, "defaultPolicy"], actions);
    }
    onClose();
  };
  return (
    <Sheet
      title={glob ? `Users and groups for ${glob}` : "Add a rule"}
      unsaved={repositories !== (glob || "**") || users !== "" || groups !== ""}
      onSubmit={take}
      onClose={onClose}
      footer={
        <Button kind="primary" submit disabled={!repositories}>
          Add
        </Button>
      }
    >
      <TextField
        label="Repositories"
        mono
        value={repositories}
        onInput={setRepositories}
        disabled={glob !== ""}
        autoFocus={glob === ""}
        help="A glob: ** matches everything, team/* one level, team/** all levels below team."
      />
      <TextField label="Users" value={users} onInput={setUsers} help="Separated by commas." autoFocus={glob !== ""} />
      <TextField
        label="Groups"
        value={groups}
        onInput={setGroups}
        help="Separated by commas. With neither, the rule covers any logged-in user."
      />
      <SelectField
        label="They may"
        value={preset}
        choices={kPresets.map(({ value, label }) => ({ value, label }))}
        onChange={setPreset}
      />
    </Sheet>
  );
}
