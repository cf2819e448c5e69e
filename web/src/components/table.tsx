// A table that stays quick with ten thousand rows: only those in sight are drawn. Rows are opened with Enter or a
// click (those with an address are links: a middle click opens them beside this page), and selected with the space bar
// or their box. On a phone a row is two lines, if its columns say how.
import { Fragment, type ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isNarrow } from "../store/narrow";
import { count } from "../format";
import { navigate } from "../store/router";
import type { Sort } from "../store/url_state";
import { Icon } from "./icon";
import { scrollToShow, visibleRange } from "./virtual";

export interface Column<T> {
  key: string;
  title: string;
  cell: (row: T) => ComponentChildren;
  num?: boolean;
  width?: string;
  /** Takes the width that the others leave; what is longer is cut. */
  fills?: boolean;
  sortable?: boolean;
  /** Left out on narrow screens. */
  wideOnly?: boolean;
  /** Left out below 1400 px too. */
  widestOnly?: boolean;
  /** Where it stands on a phone: first, at the end of the first line, or below, with its title or bare. Else left out. */
  narrow?: "lead" | "end" | "below" | "bare";
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** The address that a row leads to. */
  href?: (row: T) => string;
  /** For rows that open something without an address. */
  onOpen?: (row: T) => void;
  opened?: string;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: Set<string>) => void;
  /** What the box of a row is called, where the key is no name. */
  selectName?: (row: T) => string;
  /** How many rows there are with those that were not read yet; -1 if that is not known. */
  total?: number;
  /** More rows exist; called when the end comes near. */
  onEnd?: () => void;
  /** The row to begin with, and what is told of where it was scrolled to. */
  firstRow?: number;
  onScrolled?: (row: number) => void;
  /** Takes the height that is left and scrolls within. */
  fill?: boolean;
}

// As in the style.
const kRowHeight = 33;
const kTwoLinesHeight = 56;
const kVirtualFrom = 120;

export function Table<T>(props: Props<T>) {
  const { rows, rowKey, columns, selected, onSelect, href } = props;
  const onOpen = props.onOpen ?? (href && ((row: T) => void navigate(href(row))));
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const [cursor, setCursor] = useState(0);
  const virtual = rows.length > kVirtualFrom;
  const twoLines = isNarrow.value && columns.some((column) => column.narrow);
  const sorting = columns.filter((column) => column.sortable && props.onSort);
  const rowHeight = twoLines ? kTwoLinesHeight : kRowHeight;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // Once, as soon as the row is there.
  const placed = useRef(!props.firstRow);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || placed.current || !props.firstRow || rows.length <= props.firstRow) return;
    placed.current = true;
    setCursor(props.firstRow);
    element.scrollTop = props.firstRow * rowHeight;
    setView({ top: element.scrollTop, height: element.clientHeight });
  }, [rows.length]);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    if (virtual) setView({ top: element.scrollTop, height: element.clientHeight });
    if (element.scrollTop + element.clientHeight > element.scrollHeight - 30 * rowHeight) props.onEnd?.();
    if (placed.current) props.onScrolled?.(Math.round(element.scrollTop / rowHeight));
  };

  const toggle = (key: string) => {
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    onSelect?.(next);
  };

  // The row that the focus moves to, until it is drawn: at once, for the next key is meant for it.
  const wanted = useRef<number | null>(null);
  const focusWanted = () => {
    if (wanted.current === null) return;
    const row = box.current?.querySelector<HTMLElement>(`tr[data-index="${wanted.current}"]`);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: virtual });
  };
  useLayoutEffect(focusWanted);
  const moveTo = (index: number) => {
    const element = box.current;
    if (!element) return;
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setCursor(next);
    if (virtual) {
      element.scrollTop = scrollToShow(next, element.scrollTop, element.clientHeight - rowHeight, rowHeight);
      setView({ top: element.scrollTop, height: element.clientHeight });
    }
    wanted.current = next;
    focusWanted();
  };

  const onKey = (event: KeyboardEvent, index: number, row: T) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 2);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const step = steps[event.key];
    if (step !== undefined) moveTo(index + step);
    else if (event.key === "Home") moveTo(0);
    else if (event.key === "End") moveTo(rows.length - 1);
    else if (event.key === "Enter" && onOpen) onOpen(row);
    else if (event.key === " " && onSelect) toggle(rowKey(row));
    else return;
    event.preventDefault();
  };

  const range = virtual ? visibleRange(view.top, view.height, rowHeight, rows.length) : { first: 0, end: rows.length };
  const chosenRows = selected ? rows.reduce((sum, row) => sum + Number(selected.has(rowKey(row))), 0) : 0;
  const interactive = Boolean(onOpen || onSelect);
  const focused = Math.min(cursor, rows.length - 1);
  const lead = href && (columns.find((column) => column.narrow === "lead") ?? columns[0]);
  const inRow = (column: Column<T>, row: T) =>
    href && column === lead ? (
      <a href={href(row)} class="row-link" tabIndex={-1}>
        {column.cell(row)}
      </a>
    ) : (
      column.cell(row)
    );

  return (
    <div
      ref={box}
      class={`table-box${props.fill ? " fill" : ""}`}
      onScroll={onScroll}
      // So that the keyboard can scroll it where no row takes the focus.
      {...(interactive ? {} : { tabIndex: 0, role: "region", "aria-label": props.label })}
    >
      <table
        aria-label={props.label}
        aria-rowcount={props.total === -1 ? -1 : Math.max(props.total ?? 0, rows.length) + 1}
      >
        <thead hidden={twoLines && !onSelect && sorting.length === 0}>
          <tr>
            {onSelect && (
              <th class="check">
                <input
                  type="checkbox"
                  aria-label={`Select all ${count(rows.length)} shown`}
                  title={`Select all ${count(rows.length)} shown`}
                  ref={(box) => {
                    if (box) box.indeterminate = chosenRows > 0 && chosenRows < rows.length;
                  }}
                  checked={rows.length > 0 && chosenRows === rows.length}
                  onChange={(event) => onSelect(new Set(event.currentTarget.checked ? rows.map(rowKey) : []))}
                />
              </th>
            )}
            {twoLines ? (
              <th scope="col" class="two-lines">
                <span class="line">
                  {sorting.map((column) => (
                    <HeadText key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
                  ))}
                </span>
              </th>
            ) : (
              columns.map((column) => <Head key={column.key} column={column} sort={props.sort} onSort={props.onSort} />)
            )}
          </tr>
        </thead>
        <tbody>
          {range.first > 0 && <tr class="spacer" style={{ height: `${range.first * rowHeight}px` }} />}
          {rows.slice(range.first, range.end).map((row, offset) => {
            const index = range.first + offset;
            const key = rowKey(row);
            const chosen = selected?.has(key) ?? false;
            return (
              <tr
                key={key}
                data-index={index}
                aria-rowindex={index + 2}
                aria-selected={onSelect ? chosen : undefined}
                class={`${chosen || key === props.opened ? "selected" : ""}${onOpen ? " opens" : ""}`}
                tabIndex={interactive ? (index === focused ? 0 : -1) : undefined}
                onFocus={(event) => event.target === event.currentTarget && setCursor(index)}
                onKeyDown={(event) => onKey(event, index, row)}
                onClick={(event) => {
                  if ((event.target as Element).closest("button, a, input, label")) return;
                  if (href && (event.ctrlKey || event.metaKey || event.shiftKey)) window.open(href(row));
                  else onOpen?.(row);
                }}
                onAuxClick={(event) => {
                  if (href && event.button === 1 && !(event.target as Element).closest("a")) window.open(href(row));
                }}
              >
                {onSelect && (
                  <td class="check">
                    <input
                      type="checkbox"
                      tabIndex={-1}
                      aria-label={`Select ${props.selectName?.(row) ?? key}`}
                      checked={chosen}
                      onChange={() => toggle(key)}
                    />
                  </td>
                )}
                {twoLines ? (
                  <TwoLines columns={columns} row={row} cell={inRow} />
                ) : (
                  columns.map((column) => (
                    <td key={column.key} class={classOf(column)}>
                      {inRow(column, row)}
                    </td>
                  ))
                )}
              </tr>
            );
          })}
          {range.end < rows.length && (
            <tr class="spacer" style={{ height: `${(rows.length - range.end) * rowHeight}px` }} />
          )}
        </tbody>
      </table>
    </div>
  );
}

function classOf<T>(column: Column<T>): string {
  return [
    column.num && "num",
    column.fills && "fills",
    column.wideOnly && "wide-only",
    column.widestOnly && "widest-only",
  ]
    .filter(Boolean)
    .join(" ");
}

interface HeadProps<T> {
  column: Column<T>;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
}

function Head<T>(props: HeadProps<T>) {
  const { column, sort } = props;
  const order = sort?.key === column.key ? (sort.descending ? "descending" : "ascending") : undefined;
  return (
    <th
      class={classOf(column)}
      style={column.width ? { width: column.width } : undefined}
      aria-sort={order}
      scope="col"
    >
      <HeadText {...props} />
    </th>
  );
}

function HeadText<T>({ column, sort, onSort }: HeadProps<T>) {
  if (!column.sortable || !onSort) return <>{column.title || <span class="visually-hidden">Actions</span>}</>;
  const active = sort?.key === column.key;
  return (
    <button
      type="button"
      onClick={() => onSort({ key: column.key, descending: active ? !sort.descending : Boolean(column.num) })}
    >
      {column.title}
      {active && <Icon name={sort.descending ? "down" : "up"} size={12} />}
    </button>
  );
}

interface LinesProps<T> {
  columns: Column<T>[];
  row: T;
  cell: (column: Column<T>, row: T) => ComponentChildren;
}

function TwoLines<T>({ columns, row, cell }: LinesProps<T>) {
  const at = (...places: Column<T>["narrow"][]) => columns.filter((column) => places.includes(column.narrow));
  return (
    <td class="two-lines">
      <div class="line">
        <div class="grow cut">
          {at("lead").map((column) => (
            <span key={column.key}>{cell(column, row)} </span>
          ))}
        </div>
        {at("end").map((column) => (
          <Fragment key={column.key}>{column.cell(row)}</Fragment>
        ))}
      </div>
      <div class="line small muted">
        {at("below", "bare").map((column) => (
          <span key={column.key}>
            {column.narrow === "below" && `${column.title} `}
            {column.cell(row)}
          </span>
        ))}
      </div>
    </td>
  );
}
