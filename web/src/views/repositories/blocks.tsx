// What is blocked, by whom and why, with the way back; and blocking a repository or some of its tags.
import { useState } from "preact/hooks";
import { request } from "../../api/client";
import type { Block } from "../../api/schema.gen";
import { Button, ConfirmButton, EmptyState, Time } from "../../components/basics";
import { CheckField, TextField } from "../../components/field";
import { Loaded, Notice } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { errorsByPath, save, type ErrorsByPath } from "../../config/save";
import { useResource } from "../../store/resource";
import { mayConfigure } from "../../store/session";

const kPathOfBlock = /^larder\.blocked\[\d+\]\.?/;

function whatOf({ tags, pull, mirror }: Block): string {
  const how = pull && mirror ? "cannot be pulled or mirrored" : pull ? "cannot be pulled" : "cannot be mirrored";
  return tags ? `Tags matching ${tags} ${how}` : `It ${how}`;
}

async function unblock(block: Block, changed: () => unknown): Promise<void> {
  await save((headers) => request("DELETE /blocks/{id}", { path: { id: block.id }, headers }), {
    etag: "*",
    done: `${block.repository} unblocked`,
    changed,
  });
}

function WhoAndWhen({ block }: { block: Block }) {
  return (
    <>
      {block.by || "unknown"}
      {block.at && (
        <>
          , <Time at={block.at} />
        </>
      )}
    </>
  );
}

/** Above a repository that a block covers. */
export function BlockNotices({ blocks, onChanged }: { blocks: Block[]; onChanged: () => unknown }) {
  return (
    <>
      {blocks.map((block) => (
        <Notice key={block.id} role="warn">
          <div class="row">
            <span class="grow">
              <strong>Blocked</strong> by <WhoAndWhen block={block} />. {whatOf(block)}
              {block.reason && `: ${block.reason}`}
              {/[*?[{]/.test(block.repository) && (
                <span class="muted">
                  {" "}
                  (covers <span class="mono">{block.repository}</span>)
                </span>
              )}
            </span>
            {mayConfigure.value && <Button onClick={() => void unblock(block, onChanged)}>Unblock</Button>}
          </div>
        </Notice>
      ))}
    </>
  );
}

interface ListProps {
  onBlock: () => void;
  onClose: () => void;
}

/** All blocks, those of names that are not stored among them. */
export function BlockList({ onBlock, onClose }: ListProps) {
  const blocks = useResource("GET /blocks");
  const columns: Column<Block>[] = [
    {
      key: "repository",
      title: "Repositories",
      narrow: "lead",
      cell: (one) => <span class="mono">{one.repository}</span>,
    },
    { key: "what", title: "What", narrow: "below", cell: whatOf },
    { key: "by", title: "By", narrow: "bare", cell: (one) => <WhoAndWhen block={one} /> },
    {
      key: "reason",
      title: "Reason",
      wideOnly: true,
      fills: true,
      cell: (one) => (
        <span class="cut" title={one.reason}>
          {one.reason ?? ""}
        </span>
      ),
    },
    {
      key: "actions",
      title: "",
      narrow: "end",
      cell: (one) =>
        mayConfigure.value && (
          <ConfirmButton
            question={`Unblock ${one.repository}?`}
            confirm="Unblock"
            onConfirm={() => unblock(one, blocks.reload)}
          >
            Unblock
          </ConfirmButton>
        ),
    },
  ];
  return (
    <Sheet
      size="widest"
      title="Blocked repositories"
      subtitle="Denied to everyone, including admins, regardless of access policies"
      onClose={onClose}
      footer={
        mayConfigure.value && (
          <Button icon="lock" kind="primary" onClick={onBlock}>
            Block repositories
          </Button>
        )
      }
    >
      <Loaded
        from={{ ...blocks, data: blocks.data?.items }}
        empty={
          <EmptyState title="Nothing is blocked">
            Block a repository, or some of its tags, to keep it from being pulled or mirrored.
          </EmptyState>
        }
      >
        {(rows) => <Table label="Blocks" columns={columns} rows={rows} rowKey={(one) => one.id} />}
      </Loaded>
    </Sheet>
  );
}

interface SheetProps {
  /** A name to begin with; empty where any may be typed. */
  repository: string;
  onChanged: () => unknown;
  onClose: () => void;
}

export function BlockSheet({ repository, onChanged, onClose }: SheetProps) {
  const [name, setName] = useState(repository);
  const [tags, setTags] = useState("");
  const [pull, setPull] = useState(true);
  const [mirror, setMirror] = useState(true);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<ErrorsByPath>(new Map());
  const store = async () => {
    setBusy(true);
    const body = { repository: name, tags: tags || undefined, pull, mirror, reason: reason || undefined };
    const outcome = await save(() => request("POST /blocks", { body }), {
      etag: "*",
      done: `${name} blocked`,
      changed: onChanged,
    });
    setBusy(false);
    if (outcome.saved) onClose();
    else setErrors(errorsByPath(outcome.errors, kPathOfBlock));
  };
  const shown = ["repository", "tags", "reason"];
  const others = [...errors].filter(([path]) => !shown.includes(path));
  return (
    <Sheet
      title={repository ? `Block ${repository}` : "Block repositories"}
      subtitle="Takes effect immediately, for everyone. Stored images are kept."
      unsaved={tags !== "" || reason !== "" || name !== repository}
      onSubmit={store}
      onClose={onClose}
      footer={
        <>
          <Button kind="danger" icon="lock" submit busy={busy} disabled={name === "" || (!pull && !mirror)}>
            Block
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {others.map(([path, text]) => (
        <Notice key={path} role="bad">
          Not blocked: {path && `${path}: `}
          {text}
        </Notice>
      ))}
      <TextField
        label="Repositories"
        mono
        value={name}
        onInput={setName}
        error={errors.get("repository")}
        help="A name, or a glob: team/** covers all levels below team."
        required
        autoFocus={repository === ""}
      />
      <TextField
        label="Tags"
        mono
        value={tags}
        onInput={setTags}
        error={errors.get("tags")}
        placeholder="-debug$"
        help="A regular expression. Leave empty for all tags."
      />
      <CheckField
        label="Block pulls"
        help="Clients get 403, even for cached images."
        checked={pull}
        onChange={setPull}
      />
      <CheckField
        label="Block mirroring"
        help="Nothing new is fetched from upstreams."
        checked={mirror}
        onChange={setMirror}
      />
      <TextField
        label="Reason"
        value={reason}
        onInput={setReason}
        error={errors.get("reason")}
        help="Shown with the block, along with your name and the time."
        autoFocus={repository !== ""}
      />
    </Sheet>
  );
}
