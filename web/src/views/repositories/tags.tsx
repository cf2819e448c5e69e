// The tags of a repository: sorted, chosen, and acted on together.
import type { Tag as TagRow } from "../../api/schema.gen";
import { call } from "../../api/client";
import { Button, Digest, EmptyState, Panel, Tag, Time } from "../../components/basics";
import { SearchBox } from "../../components/field";
import { act, Loaded } from "../../components/loaded";
import { ask } from "../../components/overlay";
import { SelectionBar } from "../../components/selection_bar";
import { Table, type Column } from "../../components/table";
import { toast } from "../../components/toast";
import { bytes, count, plural } from "../../format";
import { useDebounced } from "../../store/debounced";
import { usePages } from "../../store/pages";
import { addressWith, query, setQuery } from "../../store/router";
import { useSelection } from "../../store/selection";
import { mayChange } from "../../store/session";
import { useUrlRow, useUrlSort } from "../../store/url_state";

type TagSort = "name" | "version" | "size" | "own" | "pushed" | "lastPull" | "pulls";

export function kindOfManifest(mediaType: string): string {
  if (/index|manifest\.list/.test(mediaType)) return "multi-platform";
  return /manifest/.test(mediaType) ? "image" : "artifact";
}

const kColumns: Column<TagRow>[] = [
  {
    key: "version",
    title: "Tag",
    sortable: true,
    narrow: "lead",
    cell: (one) => (
      <span class="row flat">
        <span class="cut mono">{one.name}</span>
        {one.pinned && <Tag title="Exempt from garbage collection and eviction">pinned</Tag>}
      </span>
    ),
  },
  { key: "digest", title: "Digest", wideOnly: true, cell: (one) => <Digest digest={one.digest} /> },
  {
    key: "kind",
    title: "Kind",
    widestOnly: true,
    cell: (one) => <span class="muted">{kindOfManifest(one.mediaType)}</span>,
  },
  {
    key: "from",
    title: "From",
    wideOnly: true,
    cell: (one) => <span class="muted">{one.cached ? "upstream" : "pushed here"}</span>,
  },
  {
    key: "checked",
    title: "Last checked",
    num: true,
    widestOnly: true,
    cell: (one) => (one.cached ? <Time at={one.checkedAt} /> : "–"),
  },
  {
    key: "pushed",
    title: "Stored",
    num: true,
    sortable: true,
    widestOnly: true,
    cell: (one) => <Time at={one.pushedAt} />,
  },
  { key: "size", title: "Size", num: true, sortable: true, narrow: "bare", cell: (one) => bytes(one.sizeBytes) },
  {
    key: "own",
    title: "Freed if removed",
    num: true,
    sortable: true,
    narrow: "below",
    cell: (one) => <span title={`${bytes(one.sharedBytes)} is shared with other tags`}>{bytes(one.ownBytes)}</span>,
  },
  { key: "pulls", title: "Pulls", num: true, sortable: true, cell: (one) => count(one.pulls) },
  {
    key: "lastPull",
    title: "Last pull",
    num: true,
    sortable: true,
    narrow: "end",
    cell: (one) => <Time at={one.lastPulledAt} />,
  },
];

interface Props {
  name: string;
  mayDelete: boolean;
  onChanged: () => void;
}

export function Tags({ name, mayDelete, onChanged }: Props) {
  const text = query.value.get("q") ?? "";
  const [sort, setSort] = useUrlSort({ key: "version", descending: true });
  const [firstRow, noteRow] = useUrlRow();
  const pages = usePages(
    "GET /tags",
    {
      repository: name,
      q: useDebounced(text, 150) || undefined,
      sort: sort.key as TagSort,
      order: sort.descending ? "desc" : "asc",
    },
    firstRow + 60,
  );
  const selection = useSelection(pages, (one) => one.name);
  const chosen = selection.rows;

  /** One call for each chosen tag; stops at the first that fails. */
  const each = async (word: string, action: (reference: string) => Promise<unknown>) => {
    let done = 0;
    for (const tag of chosen) {
      if (!(await act(() => action(tag.name)))) break;
      done++;
    }
    const left = chosen.length - done;
    toast(`${plural(done, "tag")} ${word}${left > 0 ? `, ${count(left)} not` : ""}`, left > 0 ? { bad: true } : {});
    selection.clear();
    await pages.reload();
    onChanged();
  };
  const at = (reference: string) => ({ query: { repository: name, reference } });
  const remove = async () => {
    const lost = chosen.filter((tag) => !tag.cached).length;
    const names = chosen.slice(0, 12).map((tag) => tag.name);
    const yes = await ask({
      title: `Remove ${plural(chosen.length, "tag")} of ${name}?`,
      body: `${names.join(", ")}${chosen.length > 12 ? ` and ${count(chosen.length - 12)} more` : ""}. ${
        lost > 0
          ? `${plural(lost, "tag was", "tags were")} pushed here and cannot be fetched again.`
          : "They come from an upstream and are fetched again on the next pull."
      }`,
      confirm: `Remove ${count(chosen.length)}`,
      refuse: "Cancel",
      danger: true,
    });
    if (yes) await each("removed", (reference) => call("DELETE /manifest", at(reference)));
  };
  const maySelect = mayChange.value || mayDelete;

  return (
    <>
      <SelectionBar selection={selection} one="tag" many="tags">
        {mayChange.value && (
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
        {mayDelete && (
          <Button kind="danger" icon="trash" onClick={() => void remove()}>
            Remove {count(chosen.length)}
          </Button>
        )}
      </SelectionBar>
      <Panel
        flush
        title="Tags"
        side={
          <SearchBox label="Search tags" value={text} onInput={(value) => setQuery({ q: value || null, row: null })} />
        }
      >
        <Loaded
          from={pages}
          empty={
            text ? (
              <EmptyState title="No tag matches">Try a shorter part of the tag.</EmptyState>
            ) : (
              <EmptyState title="No tags stored">
                Manifests that were pulled by digest have no tag; they stay until garbage collection removes them.
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
              total={pages.total}
              rowKey={(one) => one.name}
              sort={sort}
              onSort={setSort}
              onEnd={pages.more}
              firstRow={firstRow}
              onScrolled={noteRow}
              href={(one) => addressWith({ ref: one.name })}
              opened={query.value.get("ref") ?? undefined}
              selected={maySelect ? selection.keys : undefined}
              onSelect={maySelect ? selection.set : undefined}
            />
          )}
        </Loaded>
      </Panel>
    </>
  );
}
