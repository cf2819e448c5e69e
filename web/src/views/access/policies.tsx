// Who may do what, as a grid: repositories, who, and a box for each action. Edited in place, reviewed before saving.
import { useState } from "preact/hooks";
import type { Action } from "../../api/schema.gen";
import { Button, ConfirmButton, EmptyState, Panel } from "../../components/basics";
import { TextField } from "../../components/field";
import { Loaded, Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { useDraft, type Draft } from "../../config/draft";
import type { Json, JsonObject, Path } from "../../config/schema";
import { getAt, isObject } from "../../config/value";
import { mayConfigure } from "../../store/session";
import { ReviewSheet } from "../configuration/review";
import { SaveBar } from "../configuration";
import { AccessExplain } from "./explain";

const kAccess: Path = ["http", "accessControl"];
const kRepositories: Path = [...kAccess, "repositories"];
const kActions: Action[] = ["read", "create", "update", "delete"];

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
    { who: "everyone who has logged in", path: [...base, "defaultPolicy"] },
    { who: "anyone, without a log-in", path: [...base, "anonymousPolicy"] },
  ];
}

export function Policies() {
  const draft = useDraft();
  const [adding, setAdding] = useState<string | null>(null);
  const [reviewing, setReviewing] = useState(false);
  const repositories = getAt(draft.value, kRepositories);
  const globs = isObject(repositories) ? Object.keys(repositories) : [];
  const configured = getAt(draft.value, kAccess) !== undefined;
  return (
    <>
      <AccessExplain />
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
              <Notice role="warn">No access control is configured: whoever may log in may do everything.</Notice>
            )}
            {globs.length === 0 && configured && (
              <EmptyState title="No policy yet">
                Only the admin policy grants something. Add a rule for ** to let others pull.
              </EmptyState>
            )}
            {(globs.length > 0 || configured) && (
              <div class="table-box">
                <table class="grid-table" aria-label="Policies">
                  <thead>
                    <tr>
                      <th scope="col">Repositories, and who</th>
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
                  {globs.map((glob) => (
                    <GlobRows key={glob} draft={draft} glob={glob} onAdd={() => setAdding(glob)} />
                  ))}
                  <AdminRow draft={draft} />
                </table>
              </div>
            )}
          </Panel>
        )}
      </Loaded>
      <SaveBar draft={draft} onReview={() => setReviewing(true)} />
      {adding !== null && <RuleSheet glob={adding} draft={draft} onClose={() => setAdding(null)} />}
      {reviewing && draft.patch && <ReviewSheet draft={draft} onClose={() => setReviewing(false)} />}
    </>
  );
}

function Boxes({ draft, row, glob }: { draft: Draft; row: Row; glob: string }) {
  const actions = texts(getAt(draft.value, row.path));
  const toggle = (action: string, on: boolean) => {
    const others = actions.filter((one) => one !== action);
    draft.set(row.path, on ? [...others, action] : others);
  };
  return (
    <>
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

function GlobRows({ draft, glob, onAdd }: { draft: Draft; glob: string; onAdd: () => void }) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={kActions.length + 2} class="glob">
          <span class="row">
            <span class="mono wrap-anywhere grow">{glob}</span>
            {mayConfigure.value && (
              <>
                <Button kind="ghost" icon="plus" label={`Add users or groups for ${glob}`} onClick={onAdd} />
                <ConfirmButton
                  kind="ghost"
                  icon="trash"
                  label={`Remove the rule for ${glob}`}
                  question="Remove?"
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
                label={`Take ${row.who} out of ${glob}`}
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
        <th scope="rowgroup" colSpan={kActions.length + 2} class="glob">
          everything, and the administration
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

function RuleSheet({ glob, draft, onClose }: { glob: string; draft: Draft; onClose: () => void }) {
  const [repositories, setRepositories] = useState(glob || "**");
  const [users, setUsers] = useState("");
  const [groups, setGroups] = useState("");
  const list = (text: string) => text.split(/[\s,]+/).filter(Boolean);
  const take = () => {
    const base = [...kRepositories, repositories];
    if (list(users).length + list(groups).length > 0) {
      const policies = getAt(draft.value, [...base, "policies"]);
      const policy: JsonObject = { users: list(users), groups: list(groups), actions: ["read"] };
      draft.set([...base, "policies"], [...(Array.isArray(policies) ? policies : []), policy]);
    } else if (getAt(draft.value, base) === undefined) {
      draft.set([...base, "defaultPolicy"], ["read"]);
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
          Add with read
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
        help="A glob: ** is everything, team/* one level, team/** all below."
      />
      <TextField label="Users" value={users} onInput={setUsers} help="Separated by commas." autoFocus={glob !== ""} />
      <TextField
        label="Groups"
        value={groups}
        onInput={setGroups}
        help="Separated by commas. With neither, the rule is for everyone who has logged in."
      />
    </Sheet>
  );
}
