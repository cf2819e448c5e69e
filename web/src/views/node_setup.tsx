// Files that point a node here.
import { useState } from "preact/hooks";
import type { NodeClient } from "../api/schema.gen";
import { CodeBlock, Panel, Segments } from "../components/basics";
import { AreaField, TextField } from "../components/field";
import { Loaded, Notice } from "../components/loaded";
import { useResource } from "../store/resource";

const kClients: { value: NodeClient; label: string }[] = [
  { value: "containerd", label: "containerd" },
  { value: "crio", label: "CRI-O" },
  { value: "podman", label: "Podman" },
  { value: "docker", label: "Docker" },
];

export function NodeSetup() {
  const [client, setClient] = useState<NodeClient>("containerd");
  const [address, setAddress] = useState("");
  const [registries, setRegistries] = useState("");
  const registry = registries.split(/[\s,]+/).filter(Boolean);
  const setup = useResource("GET /node-setup", {
    query: { client, address: address || undefined, registry: registry.length > 0 ? registry : undefined },
  });
  return (
    <div class="screen">
      <div class="screen-head">
        <h1 class="grow">Node setup</h1>
        <Segments label="Client" choices={kClients} value={client} onChange={setClient} />
      </div>
      <div class="columns setup">
        <Panel title="What to write">
          <div class="stack">
            <TextField
              label="Address of this cache"
              mono
              value={address}
              onInput={setAddress}
              placeholder={setup.data?.address ?? window.location.origin}
              help="As the nodes reach it. Left empty: http.externalUrl, else where this page came from."
            />
            <AreaField
              label="Registries to mirror"
              mono
              rows={4}
              value={registries}
              onInput={setRegistries}
              placeholder={"docker.io\nghcr.io"}
              help="One a line. Left empty: those of the sync rules."
            />
          </div>
        </Panel>
        <Panel title="Copy to each node">
          <Loaded from={setup} lines={8}>
            {(data) => (
              <div class="stack">
                {data.notes.map((note) => (
                  <Notice key={note} role="info">
                    {note}
                  </Notice>
                ))}
                {data.files.map((file) => (
                  <CodeBlock key={file.path} name={file.path} text={file.content} />
                ))}
                {data.commands.length > 0 && <CodeBlock name="Then run" text={data.commands.join("\n")} />}
              </div>
            )}
          </Loaded>
        </Panel>
      </div>
    </div>
  );
}
