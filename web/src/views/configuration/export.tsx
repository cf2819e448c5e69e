import { useEffect, useState } from "preact/hooks";
import { call, messageOf, urlOf } from "../../api/client";
import { CodeBlock, EmptyState, Panel, Segments, Skeleton } from "../../components/basics";
import { Loaded, Notice } from "../../components/loaded";
import { ChangeList } from "../../config/diff_view";
import { useResource } from "../../store/resource";

export function Drift({ path }: { path: string | undefined }) {
  const drift = useResource("GET /config/drift");
  return (
    <Loaded from={drift}>
      {(data) =>
        data.changes.length === 0 ? (
          <EmptyState title="No drift">
            {data.source === "file"
              ? "Changes are written to the configuration file itself, so nothing can drift."
              : "The file is read-only, and nothing has been changed on top of it yet."}
          </EmptyState>
        ) : (
          <div class="stack">
            <Notice role="warn">
              <span class="mono">{path}</span> cannot be written. These changes lie over it, in the data directory. Take
              them over into the file (see Export), so that a new installation has them too.
            </Notice>
            <Panel title="Differences from the file">
              <ChangeList changes={data.changes} />
            </Panel>
            <CodeBlock name="Overlay (JSON merge patch)" text={JSON.stringify(data.overlay, null, 2)} />
          </div>
        )
      }
    </Loaded>
  );
}

type Format = "config" | "helm";

const kFormats: { value: Format; label: string; file: string }[] = [
  { value: "config", label: "config.json", file: "config.json" },
  { value: "helm", label: "Helm values", file: "values.yaml" },
];

export function Export() {
  const [format, setFormat] = useState<Format>("config");
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    setText(null);
    setError("");
    call("GET /config/export", { query: { format } })
      .then((data: unknown) => setText(typeof data === "string" ? data : JSON.stringify(data, null, 2)))
      .catch((failure) => setError(messageOf(failure)));
  }, [format]);
  const file = kFormats.find((one) => one.value === format)?.file ?? "";
  return (
    <div class="stack">
      <div class="row">
        <Segments label="Format" choices={kFormats} value={format} onChange={setFormat} />
        <a href={urlOf("GET /config/export", {}, { format })} download={file}>
          Download {file}
        </a>
      </div>
      <p class="muted">Secrets are replaced by placeholders.</p>
      {error ? (
        <Notice role="bad">{error}</Notice>
      ) : text === null ? (
        <Skeleton lines={8} />
      ) : (
        <CodeBlock name={file} text={text} />
      )}
    </div>
  );
}
