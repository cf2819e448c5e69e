import { useState } from "preact/hooks";
import type { Repository } from "../../api/schema.gen";
import { call } from "../../api/client";
import { Badge, Button, EmptyState, Panel, Time } from "../../components/basics";
import { SearchBox, TextField } from "../../components/field";
import { act, Loaded } from "../../components/loaded";
import { ask, Sheet } from "../../components/overlay";
import { SelectionBar } from "../../components/selection_bar";
import { Table, type Column } from "../../components/table";
import { toast } from "../../components/toast";
import { bytes, count, plural } from "../../format";
import { useDebounced } from "../../store/debounced";
import { usePages } from "../../store/pages";
import { query, setQuery } from "../../store/router";
import { useResource } from "../../store/resource";
import { useSelection, type Selection } from "../../store/selection";
import { isAdmin, mayChange } from "../../store/session";
import { useUrlRow, useUrlSort } from "../../store/url_state";
import { BlockList, BlockSheet } from "./blocks";

type SortKey = "name" | "size" | "lastPull" | "pulls";

/** So many are read at least, from the row that is scrolled to. */
const kRowsInSight = 60;

const kColumns: Column<Repository>[] = [
  {
    key: "name",
    title: "Repository",
    sortable: true,
    narrow: "lead",
    fills: true,
    cell: (one) => {
      const name = (
        <span class="cut mono" title={one.name}>
          {one.name}
        </span>
      );
      if (!one.blocked) return name;
      return (
        <span class="row flat">
          {name}
          <Badge role="warn">{one.blocked === "whole" ? "blocked" : "tags blocked"}</Badge>
        </span>
      );
    },
  },
  {
    key: "origin",
    width: "180px",
    title: "From",
    wideOnly: true,
    muted: true,
    cell: (one) => one.origin?.host ?? "pushed here",
  },
  { key: "tags", title: "Tags", width: "80px", num: true, wideOnly: true, cell: (one) => count(one.tags) },
  {
    key: "size",
    title: "Size",
    width: "100px",
    num: true,
    sortable: true,
    narrow: "bare",
    cell: (one) => bytes(one.sizeBytes),
  },
  {
    key: "pulls",
    width: "90px",
    title: "Pulls",
    num: true,
    sortable: true,
    wideOnly: true,
    narrow: "below",
    cell: (one) => count(one.pulls),
  },
  {
    key: "lastPull",
    width: "120px",
    title: "Last pull",
    num: true,
    sortable: true,
    narrow: "below",
    cell: (one) => <Time at={one.lastPulledAt} />,
  },
];

export function addressOf(repository: string): string {
  return `repositories?name=${encodeURIComponent(repository)}`;
}

const hrefOf = (one: Repository) => addressOf(one.name);

export function RepositoryList() {
  const text = query.value.get("q") ?? "";
  const [sort, setSort] = useUrlSort({ key: "name", descending: false });
  const [firstRow, noteRow] = useUrlRow();
  const [fetching, setFetching] = useState(false);
  const pages = usePages(
    "GET /repositories",
    {
      q: useDebounced(text, 150) || undefined,
      sort: sort.key as SortKey,
      order: sort.descending ? "desc" : "asc",
    },
    firstRow + kRowsInSight,
  );
  const selection = useSelection(pages, (one) => one.name);

  return (
    <div class="screen fill">
      <div class="screen-head">
        <h1>Repositories</h1>
        <SearchBox
          label="Search repositories"
          value={text}
          onInput={(value) => setQuery({ q: value || null, row: null })}
        />
        <span class="muted num grow">
          {pages.total !== undefined && plural(pages.total, "repository", "repositories")}
        </span>
        {isAdmin.value && <BlockedButton />}
        {mayChange.value && (
          <Button icon="download" onClick={() => setFetching(true)}>
            Prefetch an image
          </Button>
        )}
      </div>
      <SelectionBar selection={selection} one="repository" many="repositories">
        <Button icon="trash" kind="danger" onClick={() => void remove(selection, pages.reload)}>
          Remove {count(selection.rows.length)}
        </Button>
      </SelectionBar>
      <Panel flush>
        <Loaded
          from={pages}
          lines={8}
          empty={
            text ? (
              <EmptyState title="No repository matches">Try a shorter part of the name.</EmptyState>
            ) : (
              <EmptyState title="Nothing stored yet" action={<a href="node-setup">Set up a node</a>}>
                Images appear here with their first pull through this cache, or when they are pushed.
              </EmptyState>
            )
          }
        >
          {(rows) => (
            <Table
              label="Repositories"
              fill
              columns={kColumns}
              rows={rows}
              total={pages.total}
              rowKey={(one) => one.name}
              sort={sort}
              onSort={setSort}
              onEnd={pages.more}
              firstRow={firstRow}
              onScrolled={noteRow}
              href={hrefOf}
              selected={mayChange.value ? selection.keys : undefined}
              onSelect={mayChange.value ? selection.set : undefined}
            />
          )}
        </Loaded>
      </Panel>
      {fetching && <PrefetchSheet onClose={() => setFetching(false)} />}
      <Blocking onChanged={pages.reload} />
    </div>
  );
}

/** How many blocks there are, and the way to them. */
function BlockedButton() {
  const blocks = useResource("GET /blocks");
  const total = blocks.data?.total ?? 0;
  return (
    <Button icon="lock" onClick={() => setQuery({ block: "list" }, { push: true })}>
      {total > 0 ? `${count(total)} blocked` : "Blocked"}
    </Button>
  );
}

function Blocking({ onChanged }: { onChanged: () => unknown }) {
  const what = query.value.get("block");
  if (what === "list") {
    return (
      <BlockList onBlock={() => setQuery({ block: "new" }, { push: true })} onClose={() => setQuery({ block: null })} />
    );
  }
  if (what === null) return null;
  return <BlockSheet repository="" onChanged={onChanged} onClose={() => setQuery({ block: "list" })} />;
}

async function remove(selection: Selection<Repository>, reload: () => Promise<void>): Promise<void> {
  const chosen = selection.rows;
  const size = chosen.reduce((sum, one) => sum + one.sizeBytes, 0);
  const pushed = chosen.filter((one) => !one.origin).length;
  const yes = await ask({
    title: `Remove ${plural(chosen.length, "repository", "repositories")}?`,
    body: (
      <div class="stack tight">
        <ul class="names mono small">
          {chosen.slice(0, 8).map((one) => (
            <li key={one.name}>{one.name}</li>
          ))}
          {chosen.length > 8 && <li>and {count(chosen.length - 8)} more</li>}
        </ul>
        <p>
          All their tags and manifests are removed: {bytes(size)}, layers shared with other repositories included.
          Garbage collection frees the disk space.
        </p>
        <p>
          {pushed > 0
            ? `${plural(pushed, "of them was", "of them were")} pushed here and cannot be fetched again.`
            : "All of them come from upstreams and are fetched again on the next pull."}
        </p>
      </div>
    ),
    confirm: `Remove ${count(chosen.length)}`,
    refuse: "Cancel",
    danger: true,
  });
  if (!yes) return;
  let done = 0;
  for (const one of chosen) {
    if (!(await act(() => call("DELETE /repository", { query: { repository: one.name } })))) break;
    done++;
  }
  selection.clear();
  const left = chosen.length - done;
  toast(
    `${plural(done, "repository", "repositories")} removed${left > 0 ? `, ${count(left)} not` : ""}`,
    left > 0 ? { bad: true } : {},
  );
  await reload();
}

function PrefetchSheet({ onClose }: { onClose: () => void }) {
  const [image, setImage] = useState("");
  const [ns, setNs] = useState("");
  const [platforms, setPlatforms] = useState("linux/amd64");
  const start = async () => {
    const body = {
      image,
      ns: ns || undefined,
      platforms: platforms.split(/[\s,]+/).filter(Boolean),
    };
    if (await act(() => call("POST /prefetch", { body }), "Prefetch started. Follow it under Storage")) onClose();
  };
  return (
    <Sheet
      title="Prefetch an image"
      subtitle="Fetches the image now, so the first pull is served from cache"
      unsaved={image !== ""}
      onSubmit={start}
      onClose={onClose}
      footer={
        <Button kind="primary" submit disabled={image === ""}>
          Prefetch
        </Button>
      }
    >
      <TextField
        label="Image"
        mono
        value={image}
        onInput={setImage}
        placeholder="library/nginx:1.27"
        required
        autoFocus
      />
      <TextField
        label="Registry"
        mono
        value={ns}
        onInput={setNs}
        placeholder="docker.io"
        help="The registry in the image reference, such as docker.io. Leave empty to let the mirror rules decide."
      />
      <TextField
        label="Platforms"
        mono
        value={platforms}
        onInput={setPlatforms}
        help="Separated by commas. Leave empty for all."
      />
    </Sheet>
  );
}
