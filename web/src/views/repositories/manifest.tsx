// One manifest in a sheet: platforms, layers, the image's configuration and history, what refers to it.
import { useState } from "preact/hooks";
import type { Blob, Manifest, ManifestNode, Platform } from "../../api/schema.gen";
import { call } from "../../api/client";
import { Badge, Button, CodeBlock, ConfirmButton, Digest, Facts, Segments, Tag, Time } from "../../components/basics";
import { LayerBar, LayerSwatch } from "../../components/layer_bar";
import { act, Loaded, Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { bytes, count, percent, plural } from "../../format";
import { useResource } from "../../store/resource";
import { mayChange } from "../../store/session";
import { ImageConfig, Referrers } from "./image";

export function platformText(platform: Platform | undefined): string {
  if (!platform) return "unspecified";
  const parts = [platform.os, platform.architecture, platform.variant].filter(Boolean);
  return parts.join("/") === "unknown/unknown" ? "attestation" : parts.join("/");
}

interface Props {
  repository: string;
  reference: string;
  mayDelete: boolean;
  onClose: () => void;
}

export function ManifestSheet({ repository, reference, mayDelete, onClose }: Props) {
  const manifest = useResource("GET /manifest", { query: { repository, reference } });
  const at = { query: { repository, reference } };
  const data = manifest.data;
  const remove = async () => {
    if (await act(() => call("DELETE /manifest", at), `${reference} removed`)) onClose();
  };
  const recheck = async () => {
    await act(async () => {
      await call("POST /recheck", at);
      await manifest.reload();
    }, "Rechecked with the upstream");
  };
  const pin = async (pinned: boolean) => {
    await act(
      async () => {
        await call(pinned ? "PUT /pins" : "DELETE /pins", at);
        await manifest.reload();
      },
      pinned ? "Pinned: exempt from garbage collection and eviction" : "Unpinned",
      () => pin(!pinned),
    );
  };
  const isDigest = reference.includes(":");
  return (
    <Sheet
      size="wide"
      title={<span class="mono">{`${repository}${isDigest ? "@" : ":"}${reference}`}</span>}
      onClose={onClose}
      footer={
        data && (
          <>
            {mayChange.value && data.cached && (
              <Button icon="refresh" onClick={() => void recheck()}>
                Recheck
              </Button>
            )}
            {mayChange.value && (
              <Button icon="pin" pressed={data.pinned} onClick={() => void pin(!data.pinned)}>
                {data.pinned ? "Unpin" : "Pin"}
              </Button>
            )}
            <span class="grow" />
            {mayDelete && (
              <ConfirmButton
                kind="danger"
                icon="trash"
                question={
                  data.cached ? "The next pull fetches it again." : "It was pushed here and cannot be fetched again."
                }
                confirm="Remove"
                onConfirm={remove}
              >
                {isDigest ? "Remove the manifest" : "Remove the tag"}
              </ConfirmButton>
            )}
          </>
        )
      }
    >
      <Loaded from={manifest} lines={8}>
        {(one) => <ManifestView manifest={one} />}
      </Loaded>
    </Sheet>
  );
}

function ManifestView({ manifest }: { manifest: Manifest }) {
  const { root } = manifest;
  const platforms = root.manifests ?? [];
  const firstStored = platforms.find((one) => one.stored && one.platform?.os !== "unknown") ?? platforms[0];
  const [chosen, setChosen] = useState(firstStored?.digest ?? root.digest);
  const [client, setClient] = useState(manifest.pull[0]?.client ?? "");
  const shown = platforms.find((one) => one.digest === chosen) ?? root;
  const command = manifest.pull.find((one) => one.client === client);
  return (
    <>
      {command && (
        <div class="stack tight">
          <div class="row">
            <h3 class="grow">Pull</h3>
            <Segments
              label="Client"
              choices={manifest.pull.map((one) => ({ value: one.client, label: one.client }))}
              value={client}
              onChange={setClient}
            />
          </div>
          <CodeBlock text={command.command} name={command.client} wrap />
        </div>
      )}
      <Facts
        items={[
          ["Digest", <Digest key="digest" digest={root.digest} />],
          ["Tags", manifest.tags.length > 0 ? manifest.tags.map((tag) => <Tag key={tag}>{tag}</Tag>) : "none"],
          ["Size", sizeText(root)],
          [
            "Pulls",
            <span key="pulls">
              {count(manifest.pulls)}
              {manifest.lastPulledAt && (
                <>
                  , last <Time at={manifest.lastPulledAt} />
                </>
              )}
            </span>,
          ],
          ["Stored", <Time key="stored" at={manifest.pushedAt} />],
          ["From", manifest.cached ? "an upstream; can be fetched again" : "pushed here"],
        ]}
      />
      {manifest.truncated && <Notice role="info">Too large to show in full: some entries are omitted.</Notice>}
      {platforms.length > 0 && (
        <section class="stack tight">
          <h3>Platforms</h3>
          <Table
            label="Platforms"
            columns={kPlatformColumns}
            rows={platforms}
            rowKey={(one) => one.digest}
            opened={shown.digest}
            onOpen={(one) => setChosen(one.digest)}
          />
        </section>
      )}
      <NodeView key={shown.digest} repository={manifest.repository} node={shown} />
      <Referrers repository={manifest.repository} digest={root.digest} />
    </>
  );
}

function sizeText(node: ManifestNode): string {
  if (node.totalBytes === undefined) return "not known until it is fetched";
  const stored = node.storedBytes ?? 0;
  // What an index says of platforms that were not fetched is their manifests' size, not their layers'.
  const platforms = node.manifests ?? [];
  const missing = platforms.filter((one) => !one.stored).length;
  if (missing > 0) {
    return `${bytes(stored)} cached; ${count(missing)} of ${plural(platforms.length, "platform")} not fetched, size unknown`;
  }
  return stored === node.totalBytes
    ? `${bytes(node.totalBytes)}, all cached`
    : `${bytes(node.totalBytes)}, ${bytes(stored)} (${percent(stored / node.totalBytes)}) cached`;
}

const kPlatformColumns: Column<ManifestNode>[] = [
  { key: "platform", title: "Platform", cell: (one) => <span class="mono">{platformText(one.platform)}</span> },
  { key: "digest", title: "Digest", wideOnly: true, cell: (one) => <Digest digest={one.digest} /> },
  { key: "state", title: "State", cell: (one) => <StoredBadge node={one} /> },
  { key: "layers", title: "Layers", num: true, wideOnly: true, cell: (one) => count(one.layers?.length) },
  { key: "size", title: "Size", num: true, cell: (one) => (one.stored ? bytes(one.totalBytes) : "unknown") },
];

function StoredBadge({ node }: { node: ManifestNode }) {
  if (!node.stored) return <Tag title="Fetched on first pull">not cached</Tag>;
  const all = node.totalBytes !== undefined && node.storedBytes === node.totalBytes;
  return all ? <Badge role="good">cached</Badge> : <Badge role="warn">partly cached</Badge>;
}

/** Other configurations are of artifacts, and each kind has a form of its own. */
const kImageConfigs = ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

function NodeView({ repository, node }: { repository: string; node: ManifestNode }) {
  const layers = node.layers ?? [];
  if (!node.stored) {
    return <Notice role="info">This platform is not cached. Its layers are listed after its first pull.</Notice>;
  }
  return (
    <section class="stack tight">
      {layers.length > 0 && (
        <>
          <div class="row">
            <h3 class="grow">{plural(layers.length, "layer")}</h3>
            {node.platform && <span class="muted small">{platformText(node.platform)}</span>}
          </div>
          <LayerBar
            layers={layers.map((layer) => ({ digest: layer.digest, size: layer.sizeBytes, cached: layer.stored }))}
          />
          <Table label="Layers" columns={layerColumns(layers)} rows={layers} rowKey={(layer) => layer.digest} />
        </>
      )}
      <Annotations texts={node.annotations} />
      {kImageConfigs.includes(node.config?.mediaType ?? "") && (
        <ImageConfig repository={repository} digest={node.digest} />
      )}
    </section>
  );
}

/** The colour is the one that a layer has in the bar. */
const layerColumns = (layers: Blob[]): Column<Blob>[] => [
  {
    key: "digest",
    title: "Layer",
    cell: (one) => (
      <span class="row flat">
        <LayerSwatch index={layers.indexOf(one)} cached={one.stored} />
        <Digest digest={one.digest} />
      </span>
    ),
  },
  { key: "size", title: "Size", num: true, cell: (one) => bytes(one.sizeBytes) },
  {
    key: "state",
    title: "State",
    cell: (one) => (one.stored ? <Badge role="good">cached</Badge> : <Tag>not cached</Tag>),
  },
  {
    key: "shared",
    title: "Shared",
    wideOnly: true,
    cell: (one) => <span class="muted">{one.shared ? "with other repositories" : "no"}</span>,
  },
];

export function Annotations({
  texts,
  title = "Annotations",
}: {
  texts: Record<string, string> | undefined;
  title?: string;
}) {
  const entries = Object.entries(texts ?? {});
  if (entries.length === 0) return null;
  return (
    <details class="group">
      <summary>
        {title} <span class="muted">({entries.length})</span>
      </summary>
      <Facts
        items={entries.map(([name, value]) => [
          name,
          <span key={name} class="mono small">
            {value}
          </span>,
        ])}
      />
    </details>
  );
}
