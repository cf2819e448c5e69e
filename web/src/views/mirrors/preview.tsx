// Which of the upstream's tags a rule takes, saved or not. It follows the rule while that is edited.
import { useEffect, useRef, useState } from "preact/hooks";
import type { RuleConfig, TagPreview } from "../../api/schema.gen";
import { call, kUpstreamAnswerMs, messageOf } from "../../api/client";
import { Badge, Button, Tag } from "../../components/basics";
import { TextField } from "../../components/field";
import { Notice } from "../../components/loaded";
import { Table, type Column } from "../../components/table";
import { count } from "../../format";
import { useDebounced } from "../../store/debounced";

type Row = TagPreview["items"][number];

const kColumns: Column<Row>[] = [
  { key: "tag", title: "Tag", cell: (one) => <span class="mono">{one.tag}</span> },
  {
    key: "taken",
    title: "Result",
    cell: (one) => (one.taken ? <Badge role="good">included</Badge> : <Tag>excluded</Tag>),
  },
  { key: "reason", title: "Reason", cell: (one) => <span class="muted">{one.reason ?? ""}</span> },
];

/** Long enough that the upstream is not asked for every letter. */
const kAskAfterMs = 600;

interface Props {
  rule: RuleConfig;
  /** For this trial alone; left out, those that are stored. */
  credentials?: { username: string; password: string };
  /** A repository that the upstream may have. */
  example?: string;
}

export function TagPreviewPanel({ rule, credentials, example = "library/redis" }: Props) {
  const [repository, setRepository] = useState("");
  const [preview, setPreview] = useState<TagPreview | string | null>(null);
  const [busy, setBusy] = useState(false);
  const asking = useRef<AbortController | null>(null);

  const look = async () => {
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    setBusy(true);
    const found = await call("POST /sync/preview", {
      body: { rule, repository, credentials },
      signal: controller.signal,
      timeoutMs: kUpstreamAnswerMs,
    }).catch(messageOf);
    if (controller.signal.aborted) return;
    setPreview(found);
    setBusy(false);
  };
  const settled = useDebounced(JSON.stringify([rule, repository, credentials]), kAskAfterMs);
  useEffect(() => {
    if (repository !== "" && rule.urls.length > 0) void look();
  }, [settled]);
  useEffect(() => () => asking.current?.abort(), []);
  return (
    <section class="group stack tight">
      <h3>Tag preview</h3>
      <div
        class="row ends"
        // No form of its own: it stands in that of a sheet, which Enter would submit.
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
          event.preventDefault();
          if (repository !== "") void look();
        }}
      >
        <div class="grow">
          <TextField
            label="Repository at the upstream"
            mono
            value={repository}
            onInput={setRepository}
            placeholder={example}
          />
        </div>
        <Button icon="search" busy={busy} disabled={repository === ""} onClick={() => void look()}>
          Preview
        </Button>
      </div>
      <div aria-live="polite">
        {typeof preview === "string" && <Notice role="bad">{preview}</Notice>}
        {preview && typeof preview !== "string" && <Taken preview={preview} />}
      </div>
    </section>
  );
}

function Taken({ preview }: { preview: TagPreview }) {
  if (preview.repository === "")
    return <Notice role="warn">This rule does not cover the repository: no content prefix matches it.</Notice>;
  const rows = preview.items.toSorted((a, b) => Number(b.taken) - Number(a.taken));
  return (
    <div class="stack tight">
      <p>
        {count(preview.taken)} of {count(preview.total)} tags included, stored as{" "}
        <span class="mono">{preview.repository}</span>
      </p>
      <div class="short-list">
        <Table label="Tags of the upstream" fill columns={kColumns} rows={rows} rowKey={(one) => one.tag} />
      </div>
    </div>
  );
}
