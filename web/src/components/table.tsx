// A table that stays quick with ten thousand rows: only those in sight are drawn. Rows are opened with Enter or a
// click (those with an address are links: a middle click opens them beside this page), and selected with the space bar
// or their box. On a phone a row is two lines, if its columns say how.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isNarrow } from "../store/narrow";
import { navigate } from "../store/router";
import type { Sort } from "../store/url_state";
import type { Column } from "./table_column";
import { TableHead } from "./table_head";
import { Row, type Handlers } from "./table_row";
import { afterRest, Pace, scrollToShow, stepTowards, visibleRange, type Range } from "./virtual";

export type { Column } from "./table_column";

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
const kVirtualFrom = 60;
/** Up to these a list is as high as its rows; a longer one is left some height whatever else there is. */
const kFew = 4;
const kNone: Range = { first: 0, end: 0 };
/** New rows in the first frame after a leap, or with the screen around them. */
const kAtFirst = 3;
/** One machine, one pace. */
const pace = new Pace();

export function Table<T>(props: Props<T>) {
  const { rows, rowKey, columns, selected, onSelect, href } = props;
  const onOpen = props.onOpen ?? (href && ((row: T) => void navigate(href(row))));
  const begun = performance.now();
  const box = useRef<HTMLDivElement>(null);
  /** Asked for as it changes: while it is scrolled the question would have the browser lay the rows out twice a frame. */
  const height = useRef(800);
  const [view, setView] = useState({ top: 0, height: 800, leaps: true, races: false });
  const seen = useRef(-Infinity);
  /** Calls off what is done once the list has come to rest. */
  const settling = useRef<() => void>(undefined);
  /** The row that the focus moves to, until it is drawn: at once, for the next key is meant for it. */
  const wanted = useRef<number | null>(null);
  const [cursor, setCursor] = useState(0);
  /** How many of the rows are not on the screen yet, and whether a frame is awaited. */
  const drawn = useRef({ range: kNone, added: 0, painting: false });
  const [, setStep] = useState(0);
  const virtual = rows.length > kVirtualFrom;
  const twoLines = isNarrow.value && columns.some((column) => column.narrow);
  // Columns of known widths: the browser need not look at each cell, and nothing moves while it is scrolled.
  const fixed = virtual && columns.every((column) => column.width || column.fills);
  const rowHeight = twoLines ? kTwoLinesHeight : kRowHeight;

  /**
   * What is in sight. The first look and a leap draw that alone, and what is near once the list has come to rest. Leap
   * upon leap draws nothing: nobody could read it, and a slow machine could not keep up with it.
   */
  const look = () => {
    const element = box.current;
    if (!element) return;
    const top = element.scrollTop;
    const leaps = Math.abs(top - seen.current) > height.current;
    const races = leaps && settling.current !== undefined && wanted.current === null;
    seen.current = top;
    settling.current?.();
    settling.current = undefined;
    const seenNow = { top, height: height.current, leaps, races };
    if (!races || !view.races) setView(seenNow);
    if (!leaps) return;
    settling.current = afterRest(() => {
      settling.current = undefined;
      setView({ ...seenNow, leaps: false, races: false });
    });
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      height.current = element.clientHeight;
      look();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      settling.current?.();
    };
  }, []);

  // Once, as soon as the row is there.
  const placed = useRef(!props.firstRow);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || placed.current || !props.firstRow || rows.length <= props.firstRow) return;
    placed.current = true;
    setCursor(props.firstRow);
    element.scrollTop = props.firstRow * rowHeight;
    look();
  }, [rows.length]);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    if (virtual) look();
    const top = element.scrollTop;
    if (top + height.current > (rows.length - 30) * rowHeight) props.onEnd?.();
    if (placed.current) props.onScrolled?.(Math.round(top / rowHeight));
  };

  const toggle = (key: string) => {
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    onSelect?.(next);
  };

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
    wanted.current = next;
    if (virtual) {
      element.scrollTop = scrollToShow(next, element.scrollTop, element.clientHeight - rowHeight, rowHeight);
      look();
    }
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

  const inSight = !virtual
    ? { first: 0, end: rows.length }
    : view.races
      ? kNone
      : visibleRange(view.top, view.height, rowHeight, rows.length, view.leaps ? 1 : undefined);
  // Step by step, one a frame; but the row that the focus goes to must be there for the next key.
  const { range: before, painting } = drawn.current;
  const begins = before.end <= inSight.first || before.first >= inSight.end;
  const atFirst = Math.min(kAtFirst, pace.rows);
  const most = painting ? 0 : begins ? atFirst : pace.rows;
  let range = wanted.current === null ? stepTowards(before, inSight, most) : inSight;
  if (range.first === range.end) range = stepTowards(kNone, inSight, atFirst);
  const whole = range.first === inSight.first && range.end === inSight.end;
  useLayoutEffect(() => {
    const kept = Math.max(0, Math.min(before.end, range.end) - Math.max(before.first, range.first));
    const added = drawn.current.added + range.end - range.first - kept;
    drawn.current = { range, added, painting: added > 0 || !whole };
    if (!drawn.current.painting) return;
    return pace.afterFrame(added, performance.now() - begun, () => {
      drawn.current = { range, added: 0, painting: false };
      if (!whole) setStep((step) => step + 1);
    });
  }, [range.first, range.end, whole]);
  const chosenRows = selected?.size ? rows.reduce((sum, row) => sum + Number(selected.has(rowKey(row))), 0) : 0;
  const interactive = Boolean(onOpen || onSelect);
  const focused = Math.min(cursor, rows.length - 1);
  const handlers = useRef({} as Handlers<T>);
  handlers.current = {
    key: onKey,
    focus: setCursor,
    open: (row) => onOpen?.(row),
    toggle: (row) => toggle(rowKey(row)),
    name: (row) => props.selectName?.(row) ?? rowKey(row),
  };

  return (
    <div
      ref={box}
      class={`table-box${props.fill ? " fill" : ""}${rows.length > kFew ? " many" : ""}${virtual ? " long" : ""}`}
      onScroll={onScroll}
      // So that the keyboard can scroll it where no row takes the focus.
      {...(interactive ? {} : { tabIndex: 0, role: "region", "aria-label": props.label })}
    >
      <table
        class={fixed ? "fixed" : undefined}
        aria-label={props.label}
        aria-rowcount={props.total === -1 ? -1 : Math.max(props.total ?? 0, rows.length) + 1}
      >
        <TableHead
          columns={columns}
          twoLines={twoLines}
          sort={props.sort}
          onSort={props.onSort}
          shown={rows.length}
          chosen={chosenRows}
          onChooseAll={onSelect && ((all) => onSelect(new Set(all ? rows.map(rowKey) : [])))}
        />
        <tbody>
          {range.first > 0 && <tr class="spacer" style={{ height: `${range.first * rowHeight}px` }} />}
          {rows.slice(range.first, range.end).map((row, offset) => {
            const index = range.first + offset;
            const key = rowKey(row);
            const chosen = selected?.has(key) ?? false;
            return (
              <Row
                key={key}
                row={row}
                index={index}
                columns={columns}
                twoLines={twoLines}
                href={href}
                chosen={chosen}
                opened={key === props.opened}
                stop={interactive && index === focused}
                opens={Boolean(onOpen)}
                selects={Boolean(onSelect)}
                on={handlers}
              />
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
