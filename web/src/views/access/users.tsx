import { useState } from "preact/hooks";
import type { User } from "../../api/schema.gen";
import { ApiError, call, messageOf } from "../../api/client";
import { Button, ConfirmButton, EmptyState, Panel, Tag } from "../../components/basics";
import { SearchBox, TextField } from "../../components/field";
import { act, Loaded, Notice } from "../../components/loaded";
import { ask, Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { toast } from "../../components/toast";
import { plural } from "../../format";
import { useDebounced } from "../../store/debounced";
import { usePages } from "../../store/pages";
import { useResource } from "../../store/resource";
import { query, setQuery } from "../../store/router";
import { WhatTheyMay } from "./effective";
import { mayChange, session, status } from "../../store/session";

export function Users() {
  const [text, setText] = useState("");
  const users = usePages("GET /users", { q: useDebounced(text, 150) || undefined });
  const about = useResource("GET /users", { query: { limit: 1 } });
  const [changing, setChanging] = useState<User | null>(null);
  const loginPossible = status.value?.loginPossible ?? false;
  const adding = query.value.get("add") === "user";
  const editable = (about.data?.editable ?? false) && mayChange.value;

  const reload = async () => {
    await Promise.all([users.reload(), about.reload()]);
  };
  const columns: Column<User>[] = [
    { key: "name", title: "User", cell: (one) => one.name },
    {
      key: "role",
      title: "Role",
      cell: (one) => (one.admin ? <Tag>admin</Tag> : <span class="muted">user</span>),
    },
    {
      key: "groups",
      title: "Groups",
      cell: (one) => (
        <span class="row flat">
          {one.groups.map((group) => (
            <Tag key={group}>{group}</Tag>
          ))}
        </span>
      ),
    },
    {
      key: "hash",
      title: "Password hash",
      wideOnly: true,
      cell: (one) => (
        <span class="muted">
          {one.hash}
          {one.cost !== undefined && `, cost ${one.cost}`}
        </span>
      ),
    },
    {
      key: "actions",
      title: "",
      cell: (one) =>
        editable && (
          <span class="row flat end">
            <Button
              kind="ghost"
              icon="lock"
              label={`Change the password of ${one.name}`}
              onClick={() => setChanging(one)}
            />
            <ConfirmButton
              kind="ghost"
              icon="trash"
              label={`Remove ${one.name}`}
              question={one.name === session.value?.user ? "This is your own account." : "Their sessions end at once."}
              confirm={`Remove ${one.name}`}
              onConfirm={() =>
                act(async () => {
                  await call("DELETE /users/{name}", { path: { name: one.name }, headers: matching(one) });
                  await reload();
                }, `${one.name} removed`)
              }
            />
          </span>
        ),
    },
  ];

  return (
    <>
      <Loaded from={about} lines={1}>
        {(data) => (
          <>
            {!data.editable && (
              <Notice role="info">{data.reason ?? "Users cannot be changed here: set http.auth.htpasswd.path."}</Notice>
            )}
          </>
        )}
      </Loaded>
      <Panel
        flush
        title={users.total === undefined ? "Users" : plural(users.total, "user")}
        side={
          <>
            <SearchBox label="Search users" value={text} onInput={setText} />
            {editable && (
              <Button icon="plus" kind="primary" onClick={() => setQuery({ add: "user" }, { push: true })}>
                Add
              </Button>
            )}
          </>
        }
      >
        <Loaded
          from={users}
          empty={
            text ? (
              <EmptyState title="No user matches" />
            ) : (
              <EmptyState
                title="No users yet"
                action={!loginPossible && <a href="configuration?q=htpasswd">Set the htpasswd file</a>}
              >
                {loginPossible
                  ? "Add one, so that clients and admins can log in."
                  : "Without users, anyone on this network can pull. Set http.auth.htpasswd.path, then add one."}
              </EmptyState>
            )
          }
        >
          {(rows) => (
            <Table label="Users" columns={columns} rows={rows} rowKey={(one) => one.name} onEnd={users.more} />
          )}
        </Loaded>
      </Panel>
      {adding && <UserSheet onClose={() => setQuery({ add: null })} onSaved={reload} />}
      {changing && <UserSheet user={changing} onClose={() => setChanging(null)} onSaved={reload} />}
    </>
  );
}

/** Upon the user as it was read, or whatever became of it. */
function matching(user: User, anyway = false): Record<string, string> {
  return { "If-Match": anyway ? "*" : `"${user.etag}"` };
}

const askAnyway = (name: string) =>
  ask({
    title: `Change the password of ${name} anyway?`,
    body: "Somebody else has changed this user since you opened it. Your password would replace theirs.",
    confirm: "Use my password",
    refuse: "Cancel",
    danger: true,
  });

function UserSheet({ user, onClose, onSaved }: { user?: User; onClose: () => void; onSaved: () => Promise<void> }) {
  const [name, setName] = useState(user?.name ?? "");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const differs = again !== "" && again !== password;

  const store = async (anyway = false): Promise<void> => {
    if (again !== password) return;
    setBusy(true);
    try {
      if (user)
        await call("PUT /users/{name}", { path: { name }, body: { password }, headers: matching(user, anyway) });
      else await call("POST /users", { body: { name, password } });
      toast(user ? `Password of ${name} changed; their sessions have ended` : `${name} added and can log in now`);
      await onSaved();
      onClose();
    } catch (error) {
      if (error instanceof ApiError && error.status === 412 && (await askAnyway(name))) return store(true);
      const fields = error instanceof ApiError ? error.errors : [];
      setErrors(
        fields.length > 0
          ? Object.fromEntries(fields.map((one) => [one.path, one.hint ? `${one.message} (${one.hint})` : one.message]))
          : { "": messageOf(error) },
      );
    }
    setBusy(false);
  };

  return (
    <Sheet
      title={user ? `Change password of ${user.name}` : "Add a user"}
      unsaved={name !== (user?.name ?? "") || password !== ""}
      onSubmit={() => store()}
      onClose={onClose}
      footer={
        <Button kind="primary" submit busy={busy} disabled={!name || !password || again !== password}>
          {user ? "Change password" : "Add user"}
        </Button>
      }
    >
      {errors[""] && <Notice role="bad">{errors[""]}</Notice>}
      {!user && (
        <TextField
          label="Name"
          value={name}
          onInput={setName}
          error={errors.name}
          autoComplete="off"
          required
          autoFocus
        />
      )}
      <TextField
        label="Password"
        type="password"
        value={password}
        onInput={setPassword}
        error={errors.password}
        autoComplete="new-password"
        help="8 characters to 72 bytes, the limit of bcrypt."
        required
        autoFocus={user !== undefined}
      />
      <TextField
        label="Confirm password"
        type="password"
        value={again}
        onInput={setAgain}
        error={differs ? "The passwords do not match" : undefined}
        autoComplete="new-password"
        required
      />
      {!user && name !== "" && <WhatTheyMay user={name} />}
    </Sheet>
  );
}
