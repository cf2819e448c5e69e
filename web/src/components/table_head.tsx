// The head of a table: what it can be sorted by, and the box that selects all that is shown.
import { count } from "../format";
import type { Sort } from "../store/url_state";
import { Icon } from "./icon";
import { classOf, type Column } from "./table_column";

interface Props<T> {
  columns: Column<T>[];
  twoLines: boolean;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  shown: number;
  chosen: number;
  /** Left out: rows cannot be selected. */
  onChooseAll?: (all: boolean) => void;
}

export function TableHead<T>({ columns, twoLines, sort, onSort, shown, chosen, onChooseAll }: Props<T>) {
  const sorting = columns.filter((column) => column.sortable && onSort);
  return (
    <thead hidden={twoLines && !onChooseAll && sorting.length === 0}>
      <tr>
        {onChooseAll && (
          <th class="check">
            <input
              type="checkbox"
              aria-label={`Select all ${count(shown)} shown`}
              title={`Select all ${count(shown)} shown`}
              ref={(box) => {
                if (box) box.indeterminate = chosen > 0 && chosen < shown;
              }}
              checked={shown > 0 && chosen === shown}
              onChange={(event) => onChooseAll(event.currentTarget.checked)}
            />
          </th>
        )}
        {twoLines ? (
          <th scope="col" class="two-lines">
            <span class="line">
              {sorting.map((column) => (
                <HeadText key={column.key} column={column} sort={sort} onSort={onSort} />
              ))}
            </span>
          </th>
        ) : (
          columns.map((column) => <Head key={column.key} column={column} sort={sort} onSort={onSort} />)
        )}
      </tr>
    </thead>
  );
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
