import { useState } from "preact/hooks";
import { urlOf } from "../../api/client";
import { CodeBlock, EmptyState, Panel, Segments } from "../../components/basics";
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
  const text = useResource("GET /config/export", { query: { format } });
  const file = kFormats.find((one) => one.value === format)?.file ?? "";
  return (
    <div class="stack export">
      <div class="row">
        <Segments label="Format" choices={kFormats} value={format} onChange={setFormat} />
        <a href={urlOf("GET /config/export", {}, { format })} download={file}>
          Download {file}
        </a>
      </div>
      <p class="muted">Secrets are replaced by placeholders.</p>
      <Loaded from={text} lines={8}>
        {(data: unknown) => (
          <CodeBlock name={file} text={typeof data === "string" ? data : JSON.stringify(data, null, 2)} />
        )}
      </Loaded>
    </div>
  );
}
