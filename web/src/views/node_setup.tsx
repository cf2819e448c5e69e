// Files and commands that point a node here, with the credential step where one is needed, and a check that it worked.
import { useState } from "preact/hooks";
import type { NodeClient, NodePull, NodeSetup as Setup } from "../api/schema.gen";
import { Badge, CodeBlock, Panel, Segments, Time } from "../components/basics";
import { AreaField, TextField } from "../components/field";
import { Loaded, Notice } from "../components/loaded";
import { useResource } from "../store/resource";
import { query, setQuery } from "../store/router";

const kClients: { value: NodeClient; label: string }[] = [
  { value: "containerd", label: "containerd" },
  { value: "kubernetes", label: "Kubernetes" },
  { value: "crio", label: "CRI-O" },
  { value: "podman", label: "Podman" },
  { value: "docker", label: "Docker" },
];

export function NodeSetup() {
  const client = kClients.find((one) => one.value === query.value.get("client"))?.value ?? "containerd";
  const [address, setAddress] = useState("");
  const [registries, setRegistries] = useState("");
  const [login, setLogin] = useState("");
  const registry = registries.split(/[\s,]+/).filter(Boolean);
  const setup = useResource("GET /node-setup", {
    query: {
      client,
      address: address || undefined,
      registry: registry.length > 0 ? registry : undefined,
      login: login || undefined,
    },
  });
  const credentials = setup.data?.credentials;
  return (
    <div class="screen">
      <div class="screen-head">
        <h1 class="grow">Node setup</h1>
        <Segments
          label="Client"
          choices={kClients}
          value={client}
          onChange={(value) => setQuery({ client: value === "containerd" ? null : value })}
        />
      </div>
      <div class="columns setup">
        <div class="stack">
          <Panel title="Settings">
            <div class="stack">
              <TextField
                label="Address of this cache"
                mono
                value={address}
                onInput={setAddress}
                placeholder={setup.data?.address ?? window.location.origin}
                help="The address nodes use to reach it. Leave empty for http.externalUrl or the address of this page."
              />
              <AreaField
                label="Registries to mirror"
                mono
                rows={4}
                value={registries}
                onInput={setRegistries}
                placeholder={"docker.io\nghcr.io"}
                help="One per line. Leave empty for those in the mirror rules."
              />
              {credentials?.needed && (
                <TextField
                  label="Log in as"
                  value={login}
                  onInput={setLogin}
                  placeholder="node"
                  help={`Pulls need a login here. ${credentials.without}`}
                />
              )}
            </div>
          </Panel>
          <Check />
        </div>
        <Panel title="On each node">
          <Loaded from={setup} lines={8}>
            {(data) => <Instructions setup={data} />}
          </Loaded>
        </Panel>
      </div>
    </div>
  );
}

function Instructions({ setup }: { setup: Setup }) {
  return (
    <div class="stack">
      {setup.notes.map((note) => (
        <Notice key={note} role="info">
          {note}
        </Notice>
      ))}
      {(setup.steps ?? []).map((step, index) => (
        <section key={step.title} class="stack tight">
          <h3>
            {index + 1}. {step.title}
          </h3>
          {step.why && <p class="muted">{step.why}</p>}
          {step.files.map((file) => (
            <CodeBlock key={file.path} name={file.path} text={file.content} />
          ))}
          {step.commands.length > 0 && <CodeBlock name="Run" text={step.commands.join("\n")} />}
        </section>
      ))}
    </div>
  );
}

const kLookEveryMs = 3000;

/** Whether a node has reached this daemon since the page was opened: asked again and again. */
function Check() {
  const [opened] = useState(() => Date.now());
  const check = useResource("GET /node-setup/check", { everyMs: kLookEveryMs });
  return (
    <Panel title="Did it work?">
      <Loaded from={check} lines={2}>
        {({ lastPull }) => {
          const fresh = lastPull !== undefined && Date.parse(lastPull.at) >= opened;
          return (
            <div class="stack tight" role="status">
              <p>
                {fresh ? (
                  <Badge role="good">it works</Badge>
                ) : (
                  <>
                    <Badge role="unknown">waiting</Badge> Pull any image on the node. This page sees it within seconds.
                  </>
                )}
              </p>
              {lastPull ? (
                <LastPull pull={lastPull} fresh={fresh} />
              ) : (
                <p class="muted">No node has pulled through this cache yet.</p>
              )}
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function LastPull({ pull, fresh }: { pull: NodePull; fresh: boolean }) {
  return (
    <p class={fresh ? undefined : "muted"}>
      {fresh ? "A" : "Before that, a"} pull from {pull.client} reached this daemon <Time at={pull.at} />{" "}
      {pull.user ? (
        <>
          as user <strong>{pull.user}</strong>
        </>
      ) : (
        "without login"
      )}
      : <span class="mono wrap-anywhere">{pull.repository}</span>
      {pull.agent && <span class="muted small"> ({pull.agent})</span>}
    </p>
  );
}
