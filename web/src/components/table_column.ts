// What a column of a table shows, and where.
import type { ComponentChildren } from "preact";

export interface Column<T> {
  key: string;
  title: string;
  cell: (row: T) => ComponentChildren;
  num?: boolean;
  muted?: boolean;
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

export function classOf<T>(column: Column<T>): string {
  return [
    column.num && "num",
    column.muted && "muted",
    column.fills && "fills",
    column.wideOnly && "wide-only",
    column.widestOnly && "widest-only",
  ]
    .filter(Boolean)
    .join(" ");
}
