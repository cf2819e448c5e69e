// Which rows of a list are chosen. What a search hides is not acted on; "all" is either what was read so far or
// everything that matches, and says which.
import { useRef, useState } from "preact/hooks";
import type { Pages } from "./pages";
import { useUrlSelection } from "./url_state";

export interface Selection<T> {
  /** Chosen and in the list: what an action is about. */
  rows: T[];
  keys: ReadonlySet<string>;
  /** Chosen before, and not among what the search shows: left alone. */
  hidden: number;
  set: (keys: Set<string>) => void;
  clear: () => void;
  /** All rows that were read are chosen, and there are more of them. */
  mayTakeAll: boolean;
  /** Reads the rest and chooses everything that matches. */
  takeAll: () => Promise<void>;
  busy: boolean;
  total: number | undefined;
}

export function useSelection<T>(pages: Pages<T, unknown>, keyOf: (row: T) => string): Selection<T> {
  const many = useRef(new Set<string>());
  const [keys, set] = useUrlSelection(many);
  const [busy, setBusy] = useState(false);
  const rows = keys.size > 0 ? pages.items.filter((row) => keys.has(keyOf(row))) : [];
  const whole = pages.items.length > 0 && rows.length === pages.items.length;
  return {
    rows,
    keys,
    hidden: pages.data ? keys.size - rows.length : 0,
    set,
    clear: () => set(new Set()),
    mayTakeAll: whole && pages.total !== undefined && pages.items.length < pages.total,
    takeAll: async () => {
      setBusy(true);
      const all = await pages.all();
      if (all) set(new Set(all.map(keyOf)));
      setBusy(false);
    },
    busy,
    total: pages.total,
  };
}
