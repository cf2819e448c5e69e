import { useState } from "preact/hooks";
import type { RepositoryDetail, Tag as TagRow } from "../../api/schema.gen";
import { call } from "../../api/client";
import { Button, Digest, EmptyState, Panel, Tag, Time } from "../../components/basics";
import { SearchBox } from "../../components/field";
import { act, Loaded } from "../../components/loaded";
import { ask } from "../../components/overlay";
import { Table, type Column, type Sort } from "../../components/table";
import { toast } from "../../components/toast";
import { bytes, count, plural } from "../../format";
import { useDebounced } from "../../store/debounced";
import { usePages } from "../../store/pages";
import { navigate, query, setQuery } from "../../store/router";
import { useResource } from "../../store/resource";
import { mayChange } from "../../store/session";
import { ManifestSheet } from "./manifest";

type TagSort = "name" | "pushed" | "lastPull" | "pulls";

export function kindOfManifest(mediaType: string): string {
  if (/index|manifest\.list/.test(mediaType)) return "several platforms";
  return /manifest/.test(mediaType) ? "image" : "artifact";
}

const kColumns: Column<TagRow>[] = [
  {
    key: "name",
    title: "Tag",
    sortable: true,
    narrow: "lead",
    cell: (one) => (
      <span class="row flat">
        <span class="cut mono">{one.name}</span>
        {one.pinned && <Tag title="Neither collected nor evicted">pinned</Tag>}
      </span>
    ),
  },
  { key: "digest", title: "Digest", wideOnly: true, cell: (one) => <Digest digest={one.digest} /> },
  {
    key: "kind",
    title: "Kind",
    wideOnly: true,
    cell: (one) => <span class="muted">{kindOfManifest(one.mediaType)}</span>,
  },
  {
    key: "from",
    title: "From",
    wideOnly: true,
    narrow: "bare",
    cell: (one) => <span class="muted">{one.cached ? "upstream" : "pushed here"}</span>,
  },
  {
    key: "checked",
    title: "Confirmed",
    num: true,
    wideOnly: true,
    cell: (one) => (one.cached ? <Time at={one.checkedAt} /> : "–"),
  },
  {
    key: "pushed",
    title: "Stored",
    num: true,
    sortable: true,
    wideOnly: true,
    cell: (one) => <Time at={one.pushedAt} />,
  },
  { key: "pulls", title: "Pulls", num: true, sortable: true, narrow: "below", cell: (one) => count(one.pulls) },
  {
    key: "lastPull",
    title: "Last pull",
    num: true,
    sortable: true,
    narrow: "below",
    cell: (one) => <Time at={one.lastPulledAt} />,
  },
];

export function RepositoryView({ name }: { name: string }) {
  const detail = useResource("GET /repository", { query: { repository: name } });
  const reference = query.value.get("ref");
  return (
    <div class="screen fill">
      <div class="screen-head">
        <h1 class="crumbs wrap-anywhere">
          <a href="/repositories">Repositories</a> <span class="muted">/</span> <span class="mono">{name}</span>
        </h1>
      </div>
      <Loaded from={detail} lines={2}>
        {(data) => <Summary repository={data} />}
      </Loaded>
      <Tags
        name={name}
        mayDelete={detail.data?.may.includes("delete") ?? false}
        onChanged={() => void detail.reload()}
      />
      {reference && (
        <ManifestSheet
          key={reference}
          repository={name}
          reference={reference}
          mayDelete={detail.data?.may.includes("delete") ?? false}
          onClose={() => setQuery({ ref: null })}
        />
      )}
    </div>
  );
}

function Summary({ repository }: { repository: RepositoryDetail }) {
  const { name, origin } = repository;
  const remove = async () => {
    const yes = await ask({
      title: `Remove ${name}?`,
      body: `${plural(repository.tags, "tag")} and ${plural(repository.manifests, "manifest")} go. ${bytes(repository.ownBytes)} that nothing else uses are given back by the next collection. ${
        origin
          ? `The next pull fetches it again from ${origin.host}.`
          : "It was pushed here, so it cannot be fetched again."
      }`,
      confirm: "Remove the repository",
      danger: true,
    });
    if (yes && (await act(() => call("DELETE /repository", { query: { repository: name } }), `${name} removed`))) {
      await navigate("/repositories", { replace: true });
    }
  };
  return (
    <div class="row summary">
      <span>
        {origin ? (
          <>
            from{" "}
            <span class="mono">
              {origin.host}/{origin.name}
            </span>
          </>
        ) : (
          "pushed here"
        )}
      </span>
      <span class="muted">·</span>
      <span>{plural(repository.tags, "tag")}</span>
      <span class="muted">·</span>
      <span title="What other repositories share counts too">
        {bytes(repository.sizeBytes)}, {bytes(repository.ownBytes)} only here
      </span>
      <span class="muted">·</span>
      <span>
        {plural(repository.pulls, "pull")}
        {repository.lastPulledAt && (
          <>
            , the last <Time at={repository.lastPulledAt} />
          </>
        )}
      </span>
      <span class="grow" />
      {repository.may.includes("delete") && (
        <Button kind="danger" icon="trash" onClick={() => void remove()}>
          {origin ? "Purge" : "Remove"}
        </Button>
      )}
    </div>
  );
}

function Tags({ name, mayDelete, onChanged }: { name: string; mayDelete: boolean; onChanged: () => void }) {
  const [text, setText] = useState("");
  const [sort, setSort] = useState<Sort>({ key: "name", descending: false });
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const pages = usePages("GET /tags", {
    repository: name,
    q: useDebounced(text, 150) || undefined,
    sort: sort.key as TagSort,
    order: sort.descending ? "desc" : "asc",
  });
  const chosen = pages.items.filter((one) => selected.has(one.name));

  /** One call for each chosen tag; stops at the first that fails. */
  const each = async (word: string, action: (reference: string) => Promise<unknown>) => {
    let done = 0;
    for (const tag of chosen) {
      if (!(await act(() => action(tag.name)))) break;
      done++;
    }
    toast(`${plural(done, "tag")} ${word}`);
    setSelected(new Set());
    await pages.reload();
    onChanged();
  };
  const at = (reference: string) => ({ query: { repository: name, reference } });
  const remove = async () => {
    const lost = chosen.filter((tag) => !tag.cached).length;
    const yes = await ask({
      title: `Remove ${plural(chosen.length, "tag")} of ${name}?`,
      body: `${chosen
        .map((tag) => tag.name)
        .slice(0, 12)
        .join(", ")}${chosen.length > 12 ? " and more" : ""}. ${
        lost > 0
          ? `${plural(lost, "tag was", "tags were")} pushed here and cannot be fetched again.`
          : "The next pull fetches them again."
      }`,
      confirm: "Remove",
      danger: true,
    });
    if (yes) await each("removed", (reference) => call("DELETE /manifest", at(reference)));
  };

  return (
    <Panel
      flush
      title="Tags"
      side={
        <>
          {chosen.length > 0 && mayChange.value && (
            <>
              <Button
                icon="refresh"
                onClick={() => void each("rechecked", (reference) => call("POST /recheck", at(reference)))}
              >
                Recheck
              </Button>
              <Button icon="pin" onClick={() => void each("pinned", (reference) => call("PUT /pins", at(reference)))}>
                Pin
              </Button>
              <Button onClick={() => void each("unpinned", (reference) => call("DELETE /pins", at(reference)))}>
                Unpin
              </Button>
            </>
          )}
          {chosen.length > 0 && mayDelete && (
            <Button kind="danger" icon="trash" onClick={() => void remove()}>
              Remove {count(chosen.length)}
            </Button>
          )}
          <SearchBox label="Search tags" value={text} onInput={setText} />
        </>
      }
    >
      <Loaded
        from={pages}
        empty={
          text ? (
            <EmptyState title="No tag matches" />
          ) : (
            <EmptyState title="No tag is stored">
              Manifests that were pulled by digest have none, and stay until they are collected.
            </EmptyState>
          )
        }
      >
        {(rows) => (
          <Table
            label={`Tags of ${name}`}
            fill
            columns={kColumns}
            rows={rows}
            rowKey={(one) => one.name}
            sort={sort}
            onSort={setSort}
            onEnd={pages.more}
            onOpen={(one) => setQuery({ ref: one.name }, { push: true })}
            opened={query.value.get("ref") ?? undefined}
            selected={mayChange.value || mayDelete ? selected : undefined}
            onSelect={mayChange.value || mayDelete ? setSelected : undefined}
          />
        )}
      </Loaded>
    </Panel>
  );
}
