// What an image says about itself, and what refers to it. All of it is text of strangers.
import type { HistoryStep, Image, Referrer } from "../../api/schema.gen";
import { Button, CodeBlock, Digest, Facts, Tag, Time } from "../../components/basics";
import { Loaded, Notice } from "../../components/loaded";
import { Table, type Column } from "../../components/table";
import { bytes, count } from "../../format";
import { usePages } from "../../store/pages";
import { useResource } from "../../store/resource";
import { Annotations, platformText } from "./manifest";

export function ImageConfig({ repository, digest }: { repository: string; digest: string }) {
  const image = useResource("GET /image", { query: { repository, reference: digest } });
  if (image.error?.status === 404) {
    return <Notice role="info">The image's configuration is not cached yet.</Notice>;
  }
  return <Loaded from={image}>{(data) => <ImageView image={data} />}</Loaded>;
}

function ImageView({ image }: { image: Image }) {
  const code = (text: string | undefined) => <span class="mono small">{text || "–"}</span>;
  return (
    <>
      <h3>Configuration</h3>
      <Facts
        items={[
          ["Platform", code(platformText(image.platform))],
          ["Created", <Time key="created" at={image.createdAt} never="not stated" />],
          ["Entry point", code(image.entrypoint.join(" "))],
          ["Command", code(image.cmd.join(" "))],
          ["User", code(image.user || "root")],
          ["Working directory", code(image.workingDir || "/")],
          ["Ports", code(image.exposedPorts.join(", "))],
          ["Volumes", code(image.volumes.join(", "))],
        ]}
      />
      {image.env.length > 0 && (
        <details class="group">
          <summary>
            Environment <span class="muted">({image.env.length})</span>
          </summary>
          <CodeBlock text={image.env.join("\n")} name="Environment" />
        </details>
      )}
      <Annotations texts={image.labels} title="Labels" />
      <details class="group">
        <summary>
          History <span class="muted">({image.history.length})</span>
        </summary>
        <ol class="steps">
          {image.history.map((step, index) => (
            <Step key={index} step={step} />
          ))}
        </ol>
      </details>
    </>
  );
}

function Step({ step }: { step: HistoryStep }) {
  return (
    <li>
      <code class="small wrap-anywhere">{step.createdBy || step.comment || "–"}</code>
      <span class="muted small nowrap">{step.empty ? "no layer" : bytes(step.sizeBytes)}</span>
    </li>
  );
}

const kColumns: Column<Referrer>[] = [
  { key: "type", title: "Kind", cell: (one) => <Tag title={one.artifactType}>{wordOf(one)}</Tag> },
  { key: "digest", title: "Digest", cell: (one) => <Digest digest={one.digest} /> },
  {
    key: "artifact",
    title: "Type",
    wideOnly: true,
    cell: (one) => <span class="cut muted mono small">{one.artifactType || one.mediaType}</span>,
  },
  { key: "size", title: "Size", num: true, cell: (one) => bytes(one.sizeBytes) },
];

function wordOf(referrer: Referrer): string {
  const type = `${referrer.artifactType} ${referrer.tag ?? ""}`.toLowerCase();
  if (/cosign|notary|signature|\.sig/.test(type)) return "signature";
  if (/spdx|cyclonedx|sbom/.test(type)) return "SBOM";
  return /in-toto|attest|\.att/.test(type) ? "attestation" : "artifact";
}

export function Referrers({ repository, digest }: { repository: string; digest: string }) {
  const referrers = usePages("GET /referrers", { repository, digest });
  const left = (referrers.total ?? 0) - referrers.items.length;
  return (
    <section class="stack tight">
      <h3>Signatures and other artifacts</h3>
      <Loaded
        from={referrers}
        lines={1}
        empty={<p class="muted small">No signature, SBOM or other artifact refers to it.</p>}
      >
        {(rows) => <Table label="Referrers" columns={kColumns} rows={rows} rowKey={(one) => one.digest} />}
      </Loaded>
      {left > 0 && <Button onClick={referrers.more}>{`Show more (${count(left)} left)`}</Button>}
    </section>
  );
}
