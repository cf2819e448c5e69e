// Groups stand in the configuration: http.accessControl.groups.
import { useState } from "preact/hooks";
import { Button, ConfirmButton, EmptyState, Panel, Tag } from "../../components/basics";
import { AreaField, TextField } from "../../components/field";
import { given, Loaded } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { useDraft, type Draft } from "../../config/draft";
import type { Path } from "../../config/schema";
import { getAt, isObject } from "../../config/value";
import { mayConfigure } from "../../store/session";
import { ReviewSheet } from "../configuration/review";
import { SaveBar } from "../configuration";

const kGroups: Path = ["http", "accessControl", "groups"];

interface Row {
  name: string;
  users: string[];
}

function rowsOf(draft: Draft): Row[] {
  const groups = getAt(draft.value, kGroups);
  if (!isObject(groups)) return [];
  return Object.entries(groups).map(([name, group]) => {
    const users = getAt(group, ["users"]);
    return { name, users: Array.isArray(users) ? users.map(String) : [] };
  });
}

export function Groups() {
  const draft = useDraft();
  const [editing, setEditing] = useState<Row | null>(null);
  const [reviewing, setReviewing] = useState(false);
  const columns: Column<Row>[] = [
    { key: "name", title: "Group", cell: (one) => one.name },
    {
      key: "users",
      title: "Users",
      cell: (one) => (
        <span class="row flat">
          {one.users.map((user) => (
            <Tag key={user}>{user}</Tag>
          ))}
        </span>
      ),
    },
    {
      key: "actions",
      title: "",
      cell: (one) =>
        mayConfigure.value && (
          <span class="row flat end">
            <Button kind="ghost" icon="edit" label={`Change ${one.name}`} onClick={() => setEditing(one)} />
            <ConfirmButton
              kind="ghost"
              icon="trash"
              label={`Remove ${one.name}`}
              question="Policies for this group stop applying to its members."
              confirm="Remove"
              onConfirm={() => draft.set([...kGroups, one.name], undefined)}
            />
          </span>
        ),
    },
  ];
  return (
    <>
      <Loaded from={draft.config}>
        {() => (
          <Panel
            title="Groups"
            flush
            side={
              mayConfigure.value && (
                <Button icon="plus" onClick={() => setEditing({ name: "", users: [] })}>
                  Add
                </Button>
              )
            }
          >
            <Loaded
              from={given(rowsOf(draft))}
              empty={<EmptyState title="No groups yet">A group lets one policy cover several users.</EmptyState>}
            >
              {(rows) => <Table label="Groups" columns={columns} rows={rows} rowKey={(one) => one.name} />}
            </Loaded>
          </Panel>
        )}
      </Loaded>
      <SaveBar draft={draft} onReview={() => setReviewing(true)} />
      {editing && <GroupSheet row={editing} draft={draft} onClose={() => setEditing(null)} />}
      {reviewing && draft.patch && <ReviewSheet draft={draft} onClose={() => setReviewing(false)} />}
    </>
  );
}

function GroupSheet({ row, draft, onClose }: { row: Row; draft: Draft; onClose: () => void }) {
  const [name, setName] = useState(row.name);
  const [users, setUsers] = useState(row.users.join("\n"));
  const take = () => {
    draft.set([...kGroups, name, "users"], users.split(/[\s,]+/).filter(Boolean));
    onClose();
  };
  return (
    <Sheet
      title={row.name ? `Group ${row.name}` : "Add a group"}
      unsaved={name !== row.name || users !== row.users.join("\n")}
      onSubmit={take}
      onClose={onClose}
      footer={
        <Button kind="primary" submit disabled={!name}>
          Apply
        </Button>
      }
    >
      <TextField label="Name" value={name} onInput={setName} disabled={row.name !== ""} required autoFocus />
      <AreaField label="Users" mono rows={8} value={users} onInput={setUsers} help="One per line." />
    </Sheet>
  );
}
