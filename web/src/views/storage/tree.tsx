// Which registry, repository or tag takes up the disk: what each holds, and what would be freed without it.
import type { StorageTree as Tree } from "../../api/schema.gen";
import { EmptyState, Panel } from "../../components/basics";
import { SearchBox } from "../../components/field";
import { Loaded } from "../../components/loaded";
import { Table, type Column } from "../../components/table";
import { bytes, count } from "../../format";
import { useDebounced } from "../../store/debounced";
import { usePages } from "../../store/pages";
import { addressWith, query, setQuery } from "../../store/router";
import { useUrlRow, useUrlSort } from "../../store/url_state";
import { addressOf } from "../repositories/list";
import { ShareBar } from "./share_bar";

type Row = Tree["items"][number];
type Level = Tree["level"];

const kNouns: Record<Level, string> = { registry: "Registry", repository: "Repository", tag: "Tag" };

/** One answer, as long as answers get: the bar is about all of a level, unless that is a very large one. */
const kAtLeast = 500;

const nameOf = (row: Row) => row.name || "pushed here";

function columnsFor(level: Level, largest: number): Column<Row>[] {
  const columns: Column<Row>[] = [
    {
      key: "name",
      title: kNouns[level],
      sortable: true,
      narrow: "lead",
      fills: true,
      cell: (one) => (
        <span class="cut mono" title={nameOf(one)}>
          {nameOf(one)}
        </span>
      ),
    },
    {
      key: "bar",
      title: "Relative size",
      width: "clamp(80px, 12vw, 640px)",
      wideOnly: true,
      cell: (one) => <SizeBar row={one} largest={largest} />,
    },
    {
      key: "size",
      title: "Size",
      width: "90px",
      num: true,
      sortable: true,
      narrow: "bare",
      cell: (one) => bytes(one.sizeBytes),
    },
    {
      key: "own",
      title: "Freed if removed",
      width: "140px",
      num: true,
      sortable: true,
      narrow: "below",
      cell: (one) => bytes(one.ownBytes),
    },
  ];
  if (level !== "tag") {
    const title = level === "registry" ? "Repositories" : "Tags";
    columns.push({
      key: "children",
      title,
      width: "110px",
      num: true,
      wideOnly: true,
      cell: (one) => count(one.children),
    });
  }
  return columns;
}

/** Solid is its own, hatched is shared with others. */
function SizeBar({ row, largest }: { row: Row; largest: number }) {
  const own = Math.min(row.ownBytes, row.sizeBytes);
  const shared = row.sizeBytes - own;
  const share = (value: number) => `${largest > 0 ? (value / largest) * 100 : 0}%`;
  return (
    <span
      class="size-bar"
      role="img"
      aria-label={`${bytes(own)} not shared, ${bytes(shared)} shared`}
      title={`${bytes(own)} not shared, ${bytes(shared)} shared with others`}
    >
      <span class="own" style={{ width: share(own) }} />
      <span class="shared" style={{ width: share(shared) }} />
    </span>
  );
}

export function StorageTree() {
  const path = query.value.get("path") ?? "";
  // What was scrolled in one level says nothing about the next.
  return <TreeLevel key={path} path={path} />;
}

function TreeLevel({ path }: { path: string }) {
  const text = query.value.get("q") ?? "";
  const [sort, setSort] = useUrlSort({ key: "own", descending: true });
  const [firstRow, noteRow] = useUrlRow();
  const pages = usePages(
    "GET /storage/tree",
    {
      path: path || undefined,
      q: useDebounced(text.trim(), 200) || undefined,
      sort: sort.key as "size" | "own" | "name",
      order: sort.descending ? "desc" : "asc",
    },
    Math.max(kAtLeast, firstRow + 60),
  );
  // By name the first of a large level say nothing about it.
  const largestFirst = sort.descending && sort.key !== "name";
  const level = pages.answer?.level ?? "registry";
  const hrefOf = (row: Row) =>
    level === "tag"
      ? `${addressOf(path)}&ref=${encodeURIComponent(row.name)}`
      : addressWith({ path: row.path, from: path || null, q: null, row: null });
  return (
    <Panel
      title={<Crumbs path={path} level={level} />}
      flush
      side={
        <>
          <Key />
          <SearchBox
            label="Search disk usage"
            value={text}
            onInput={(value) => setQuery({ q: value || null, row: null })}
          />
        </>
      }
    >
      {!text && pages.data && (largestFirst || pages.data.length === pages.total) && (
        <ShareBar rows={pages.data} total={pages.total ?? 0} nameOf={nameOf} hrefOf={hrefOf} />
      )}
      <Loaded
        from={pages}
        empty={
          text ? (
            <EmptyState title="Nothing matches">Try a shorter part of the name.</EmptyState>
          ) : path ? (
            <EmptyState title="Nothing stored under this name" action={<a href="storage">All registries</a>} />
          ) : (
            <EmptyState title="Nothing stored yet">Images appear here with their first pull.</EmptyState>
          )
        }
      >
        {(rows) => (
          <Table
            label="Disk usage"
            columns={columnsFor(level, Math.max(...rows.map((one) => one.sizeBytes)))}
            rows={rows}
            total={pages.total}
            rowKey={(one) => one.path}
            sort={sort}
            onSort={setSort}
            onEnd={pages.more}
            firstRow={firstRow}
            onScrolled={noteRow}
            href={hrefOf}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function Key() {
  return (
    <span class="row small muted" aria-hidden="true">
      <span class="size-key own" /> not shared <span class="size-key shared" /> shared with others
    </span>
  );
}

const nameOfRegistry = (path: string) => (path === "-" ? "pushed here" : path);

/** Above the tags stands the repository, and above that the registry that it was come by from. */
function Crumbs({ path, level }: { path: string; level: Level }) {
  if (path === "") return <>Disk usage</>;
  const registry = query.value.get("from");
  const slash = <span class="muted">/</span>;
  return (
    <span class="crumbs">
      <a href={addressWith({ path: null, from: null, q: null, row: null })}>Disk usage</a> {slash}{" "}
      {level === "tag" && registry && (
        <>
          <a class="mono" href={addressWith({ path: registry, from: null, q: null, row: null })}>
            {nameOfRegistry(registry)}
          </a>{" "}
          {slash}{" "}
        </>
      )}
      <span class="mono wrap-anywhere">{nameOfRegistry(path)}</span>
    </span>
  );
}
