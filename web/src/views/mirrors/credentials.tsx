import { useState } from "preact/hooks";
import type { CredentialHost } from "../../api/schema.gen";
import { ApiError, call, messageOf } from "../../api/client";
import { Button, ConfirmButton, EmptyState, Panel } from "../../components/basics";
import { TextField } from "../../components/field";
import { act, given, Loaded, Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { toast } from "../../components/toast";
import { useResource } from "../../store/resource";
import { mayChange } from "../../store/session";

export function Credentials() {
  const credentials = useResource("GET /credentials");
  const [editing, setEditing] = useState<CredentialHost | null>(null);
  const columns: Column<CredentialHost>[] = [
    { key: "host", title: "Upstream", cell: (one) => <span class="mono">{one.host}</span> },
    { key: "user", title: "User", cell: (one) => one.username },
    { key: "password", title: "Password", wideOnly: true, cell: () => <span class="muted">set, never shown</span> },
    {
      key: "actions",
      title: "",
      cell: (one) =>
        mayChange.value && (
          <span class="row flat end">
            <Button
              kind="ghost"
              icon="edit"
              label={`Change the credentials of ${one.host}`}
              onClick={() => setEditing(one)}
            />
            <ConfirmButton
              kind="ghost"
              icon="trash"
              label={`Remove the credentials of ${one.host}`}
              question="Requests to this upstream will be anonymous."
              confirm="Remove"
              onConfirm={() =>
                act(async () => {
                  await call("DELETE /credentials/{host}", { path: { host: one.host }, headers: matching(one) });
                  await credentials.reload();
                }, `Credentials of ${one.host} removed`)
              }
            />
          </span>
        ),
    },
  ];
  return (
    <>
      <Loaded from={credentials}>
        {(data) => (
          <>
            {!data.editable && (
              <Notice role="info">
                {data.reason ?? "Credentials cannot be changed here: set extensions.sync.credentialsFile."}
              </Notice>
            )}
            <Panel
              title="Upstream credentials"
              flush
              side={
                data.editable &&
                mayChange.value && (
                  <Button icon="plus" onClick={() => setEditing({ host: "", username: "", etag: "" })}>
                    Add
                  </Button>
                )
              }
            >
              <Loaded
                from={given(data.items)}
                empty={
                  <EmptyState
                    title="No credentials"
                    action={!data.editable && <a href="configuration?q=credentialsFile">Set the credentials file</a>}
                  >
                    Upstreams are asked anonymously. Docker Hub allows more pulls to logged-in users.
                  </EmptyState>
                }
              >
                {(rows) => <Table label="Credentials" columns={columns} rows={rows} rowKey={(one) => one.host} />}
              </Loaded>
            </Panel>
          </>
        )}
      </Loaded>
      {editing && (
        <CredentialSheet credential={editing} onClose={() => setEditing(null)} onSaved={credentials.reload} />
      )}
    </>
  );
}

/** Upon what was read: new ones upon there being none. */
function matching(credential: CredentialHost): Record<string, string> {
  return credential.host === "" ? { "If-None-Match": "*" } : { "If-Match": `"${credential.etag}"` };
}

function CredentialSheet(props: { credential: CredentialHost; onClose: () => void; onSaved: () => Promise<void> }) {
  const [host, setHost] = useState(props.credential.host);
  const [username, setUsername] = useState(props.credential.username);
  const [password, setPassword] = useState("");
  // Why they were not saved: somebody else has set some.
  const [taken, setTaken] = useState<string | null>(null);
  const known = props.credential.host !== "";
  const storeUpon = async (headers: Record<string, string>) => {
    try {
      await call("PUT /credentials/{host}", { path: { host }, body: { username, password }, headers });
      await props.onSaved();
    } catch (error) {
      if (error instanceof ApiError && (error.status === 412 || (error.status === 409 && !known))) {
        setTaken(messageOf(error));
        await props.onSaved();
      } else toast(messageOf(error), { bad: true });
      return;
    }
    toast(`Credentials of ${host} saved and in use`);
    props.onClose();
  };
  const store = () => storeUpon(matching(props.credential));
  return (
    <Sheet
      title={known ? `Credentials of ${host}` : "Add credentials"}
      unsaved={host !== props.credential.host || username !== props.credential.username || password !== ""}
      onSubmit={store}
      onClose={props.onClose}
      footer={
        <Button kind="primary" submit disabled={!host || !username || !password}>
          Save
        </Button>
      }
    >
      {taken !== null && (
        <Notice role="warn">
          <div class="stack tight">
            {taken}
            <div class="row">
              <Button onClick={() => void storeUpon({ "If-Match": "*" })}>Use mine</Button>
              <Button onClick={props.onClose}>Use theirs</Button>
            </div>
          </div>
        </Notice>
      )}
      <TextField
        label="Upstream"
        mono
        value={host}
        onInput={setHost}
        disabled={known}
        autoFocus={!known}
        placeholder="docker.io"
        help="host[:port] as in the rule's URL; docker.io for Docker Hub."
        required
      />
      <TextField label="User" value={username} onInput={setUsername} required autoFocus={known} />
      <TextField
        label="Password or token"
        type="password"
        value={password}
        onInput={setPassword}
        autoComplete="new-password"
        help="Write-only: not shown again after saving."
        required
      />
    </Sheet>
  );
}
