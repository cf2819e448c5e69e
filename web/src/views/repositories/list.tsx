import { useState } from "preact/hooks";
import type { Repository } from "../../api/schema.gen";
import { call } from "../../api/client";
import { Button, EmptyState, Panel, Time } from "../../components/basics";
import { SearchBox, TextField } from "../../components/field";
import { act, Loaded } from "../../components/loaded";
import { ask, Sheet } from "../../components/overlay";
import { Table, type Column, type Sort } from "../../components/table";
import { toast } from "../../components/toast";
import { bytes, count, plural } from "../../format";
import { useDebounced } from "../../store/debounced";
import { usePages } from "../../store/pages";
import { navigate, query, setQuery } from "../../store/router";
import { mayChange } from "../../store/session";

type SortKey = "name" | "size" | "lastPull" | "pulls";

const kColumns: Column<Repository>[] = [
  {
    key: "name",
    title: "Repository",
    sortable: true,
    narrow: "lead",
    fills: true,
    cell: (one) => <span class="cut mono">{one.name}</span>,
  },
  {
    key: "origin",
    title: "From",
    wideOnly: true,
    cell: (one) => <span class="muted">{one.origin?.host ?? "pushed here"}</span>,
  },
  { key: "tags", title: "Tags", num: true, wideOnly: true, cell: (one) => count(one.tags) },
  { key: "size", title: "Size", num: true, sortable: true, narrow: "bare", cell: (one) => bytes(one.sizeBytes) },
  {
    key: "pulls",
    title: "Pulls",
    num: true,
    sortable: true,
    wideOnly: true,
    narrow: "below",
    cell: (one) => count(one.pulls),
  },
  {
    key: "lastPull",
    title: "Last pull",
    num: true,
    sortable: true,
    narrow: "below",
    cell: (one) => <Time at={one.lastPulledAt} />,
  },
];

export function RepositoryList() {
  const text = query.value.get("q") ?? "";
  const [sort, setSort] = useState<Sort>({ key: "name", descending: false });
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [fetching, setFetching] = useState(false);
  const pages = usePages("GET /repositories", {
    q: useDebounced(text, 150) || undefined,
    sort: sort.key as SortKey,
    order: sort.descending ? "desc" : "asc",
  });

  const remove = async () => {
    const chosen = pages.items.filter((one) => selected.has(one.name));
    const size = chosen.reduce((sum, one) => sum + one.sizeBytes, 0);
    const pushed = chosen.filter((one) => !one.origin);
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
          <p>All their tags and manifests go, {bytes(size)} in all. The disk is given back by the next collection.</p>
          <p>
            {pushed.length > 0
              ? `${plural(pushed.length, "of them was", "of them were")} pushed here and cannot be fetched again.`
              : "All of them come from upstreams and are fetched again at the next pull."}
          </p>
        </div>
      ),
      confirm: "Remove",
      danger: true,
    });
    if (!yes) return;
    let done = 0;
    for (const one of chosen) {
      if (!(await act(() => call("DELETE /repository", { query: { repository: one.name } })))) break;
      done++;
    }
    setSelected(new Set());
    toast(`${plural(done, "repository", "repositories")} removed`);
    await pages.reload();
  };

  return (
    <div class="screen fill">
      <div class="screen-head">
        <h1>Repositories</h1>
        <SearchBox label="Search repositories" value={text} onInput={(value) => setQuery({ q: value || null })} />
        <span class="muted num grow">
          {pages.total !== undefined && plural(pages.total, "repository", "repositories")}
        </span>
        {mayChange.value && selected.size > 0 && (
          <Button icon="trash" kind="danger" onClick={() => void remove()}>
            Remove {count(selected.size)}
          </Button>
        )}
        {mayChange.value && (
          <Button icon="download" onClick={() => setFetching(true)}>
            Prefetch
          </Button>
        )}
      </div>
      <Panel flush>
        <Loaded
          from={pages}
          lines={8}
          empty={
            text ? (
              <EmptyState title="No repository matches">Try a shorter part of the name.</EmptyState>
            ) : (
              <EmptyState title="Nothing is stored yet" action={<a href="/node-setup">Set up a node</a>}>
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
              rowKey={(one) => one.name}
              sort={sort}
              onSort={setSort}
              onEnd={pages.more}
              onOpen={(one) => void navigate(`/repositories?name=${encodeURIComponent(one.name)}`)}
              selected={mayChange.value ? selected : undefined}
              onSelect={mayChange.value ? setSelected : undefined}
            />
          )}
        </Loaded>
      </Panel>
      {fetching && <PrefetchSheet onClose={() => setFetching(false)} />}
    </div>
  );
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
    if (await act(() => call("POST /prefetch", { body }), "Prefetch started. Its progress is under Storage")) onClose();
  };
  return (
    <Sheet
      title="Prefetch an image"
      subtitle="Fetches it before anybody pulls it"
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
        help="As containerd names it (ns). Left empty, the rules decide by the name."
      />
      <TextField
        label="Platforms"
        mono
        value={platforms}
        onInput={setPlatforms}
        help="Separated by commas. Left empty: all."
      />
    </Sheet>
  );
}
