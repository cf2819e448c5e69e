// May this user do this, and which rule decides: what a request would meet.
import { useState } from "preact/hooks";
import type { Action } from "../../api/schema.gen";
import { Badge, Panel, Tag } from "../../components/basics";
import { SelectField, TextField } from "../../components/field";
import { Notice } from "../../components/loaded";
import { useDebounced } from "../../store/debounced";
import { useResource } from "../../store/resource";

const kActions: { value: Action; label: string }[] = [
  { value: "read", label: "read (pull)" },
  { value: "create", label: "create (push new)" },
  { value: "update", label: "update (move a tag)" },
  { value: "delete", label: "delete" },
];

export function AccessExplain() {
  const [user, setUser] = useState("");
  const [repository, setRepository] = useState("");
  const [action, setAction] = useState<Action>("read");
  const asked = useDebounced(repository.trim(), 200);
  const askedUser = useDebounced(user.trim(), 200);
  const decision = useResource("GET /access/explain", {
    query: { user: askedUser || undefined, repository: asked, action },
    skip: asked === "",
  });
  const data = asked === "" ? undefined : decision.data;
  return (
    <Panel title="Check what somebody may do">
      <div class="stack tight">
        <div class="form-grid">
          <TextField label="User" value={user} onInput={setUser} placeholder="nobody: anonymous" />
          <TextField label="Repository" mono value={repository} onInput={setRepository} placeholder="team/app" />
          <SelectField label="Action" value={action} choices={kActions} onChange={setAction} />
        </div>
        <div aria-live="polite">
          {asked !== "" && decision.error && <Notice role="bad">{decision.error.message}</Notice>}
          {data && !decision.error && (
            <div class="row">
              {data.allowed ? <Badge role="good">allowed</Badge> : <Badge role="bad">refused</Badge>}
              <span>
                decided by <span class="mono wrap-anywhere">{data.rule}</span>
              </span>
              {data.groups.map((group) => (
                <Tag key={group}>group {group}</Tag>
              ))}
            </div>
          )}
        </div>
      </div>
    </Panel>
  );
}
