// One row of a table: cells, or two lines on a phone; what is done with it is the table's.
import { Component, Fragment, type ComponentChildren } from "preact";
import { classOf, type Column } from "./table_column";

export interface Handlers<T> {
  key: (event: KeyboardEvent, index: number, row: T) => void;
  focus: (index: number) => void;
  open: (row: T) => void;
  toggle: (row: T) => void;
  /** What its box is called. */
  name: (row: T) => string;
}

interface RowProps<T> {
  row: T;
  index: number;
  columns: Column<T>[];
  twoLines: boolean;
  href: ((row: T) => string) | undefined;
  chosen: boolean;
  opened: boolean;
  /** Tab leads here. */
  stop: boolean;
  opens: boolean;
  selects: boolean;
  /** Always the same, so that no row is drawn anew for them. */
  on: { current: Handlers<T> };
}

/** Drawn anew only if something of it has changed: scrolling and ticks leave most rows as they are. */
export class Row<T> extends Component<RowProps<T>> {
  override shouldComponentUpdate(next: RowProps<T>): boolean {
    // The same properties: something that a cell reads has changed.
    if (next === this.props) return true;
    return (Object.keys(next) as (keyof RowProps<T>)[]).some((name) => next[name] !== this.props[name]);
  }

  override render({ row, index, columns, twoLines, href, chosen, opened, stop, opens, selects, on }: RowProps<T>) {
    const lead = href && (columns.find((column) => column.narrow === "lead") ?? columns[0]);
    const inRow = (column: Column<T>) =>
      href && column === lead ? (
        <a href={href(row)} class="row-link" tabIndex={-1}>
          {column.cell(row)}
        </a>
      ) : (
        column.cell(row)
      );
    return (
      <tr
        data-index={index}
        aria-rowindex={index + 2}
        aria-selected={selects ? chosen : undefined}
        class={`${chosen || opened ? "selected" : ""}${opens ? " opens" : ""}`}
        tabIndex={opens || selects ? (stop ? 0 : -1) : undefined}
        onFocus={(event) => event.target === event.currentTarget && on.current.focus(index)}
        onKeyDown={(event) => on.current.key(event, index, row)}
        onClick={(event) => {
          if ((event.target as Element).closest("button, a, input, label")) return;
          if (href && (event.ctrlKey || event.metaKey || event.shiftKey)) window.open(href(row));
          else on.current.open(row);
        }}
        onAuxClick={(event) => {
          if (href && event.button === 1 && !(event.target as Element).closest("a")) window.open(href(row));
        }}
      >
        {selects && (
          <td class="check">
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={`Select ${on.current.name(row)}`}
              checked={chosen}
              onChange={() => on.current.toggle(row)}
            />
          </td>
        )}
        {twoLines ? (
          <TwoLines columns={columns} row={row} cell={inRow} />
        ) : (
          columns.map((column) => (
            <td key={column.key} class={classOf(column)}>
              {inRow(column)}
            </td>
          ))
        )}
      </tr>
    );
  }
}

interface LinesProps<T> {
  columns: Column<T>[];
  row: T;
  cell: (column: Column<T>) => ComponentChildren;
}

function TwoLines<T>({ columns, row, cell }: LinesProps<T>) {
  const at = (...places: Column<T>["narrow"][]) => columns.filter((column) => places.includes(column.narrow));
  return (
    <td class="two-lines">
      <div class="line">
        <div class="grow cut">
          {at("lead").map((column) => (
            <span key={column.key}>{cell(column)} </span>
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
