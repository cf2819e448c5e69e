// Name in, rule and URL out: the same code decides as for a pull.
import { useState } from "preact/hooks";
import type { RouteExplanation } from "../../api/schema.gen";
import { Badge, CopyButton, Panel, Tag } from "../../components/basics";
import { TextField } from "../../components/field";
import { Loaded, Notice } from "../../components/loaded";
import { useDebounced } from "../../store/debounced";
import { useResource } from "../../store/resource";

export function RouteExplain() {
  const [image, setImage] = useState("");
  const [ns, setNs] = useState("");
  const asked = useDebounced(image.trim(), 200);
  const askedNs = useDebounced(ns.trim(), 200);
  const route = useResource("GET /sync/explain", {
    query: { image: asked, ns: askedNs || undefined },
    skip: asked === "",
  });
  return (
    <Panel title="Test a route">
      <div class="stack tight">
        <div class="form-grid">
          <TextField label="Image" mono value={image} onInput={setImage} placeholder="nginx:1.27" />
          <TextField
            label="Registry (ns)"
            mono
            value={ns}
            onInput={setNs}
            placeholder="docker.io"
            suggestions={["docker.io", "ghcr.io", "quay.io", "registry.k8s.io"]}
          />
        </div>
        <div aria-live="polite">
          {asked !== "" && (
            <Loaded from={route} lines={2}>
              {(data) => <Answer route={data} />}
            </Loaded>
          )}
        </div>
      </div>
    </Panel>
  );
}

function Answer({ route }: { route: RouteExplanation }) {
  const local = (
    <>
      <span class="mono">
        {route.repository}:{route.reference}
      </span>{" "}
      {route.stored ? <Badge role="good">stored here</Badge> : <Tag>not stored yet</Tag>}
    </>
  );
  if (route.blocked) {
    return (
      <Notice role="warn">
        {local}
        <br />
        Blocked: {route.blocked}
      </Notice>
    );
  }
  if (route.steps.length === 0) {
    return (
      <Notice role={route.stored ? "info" : "warn"}>
        No rule matches. {route.stored ? "It is served from what is stored: " : "A pull gets 404: "}
        {local}
      </Notice>
    );
  }
  return (
    <div class="stack tight">
      <div class="row">Stored as {local}</div>
      <ol class="route">
        {route.steps.map((step) => (
          <li key={`${step.index}-${step.upstream}`}>
            <span>
              Rule {step.index + 1}:{" "}
              <span class="mono">
                {step.upstream}/{step.name}
              </span>
            </span>
            {step.urls.map((url) => (
              <span key={url} class="row flat muted small">
                <span class="mono cut">{url}</span>
                <CopyButton text={url} label="Copy the URL" />
              </span>
            ))}
          </li>
        ))}
      </ol>
    </div>
  );
}
