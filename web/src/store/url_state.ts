// What a list remembers in the address: its order, how far it is scrolled, what is selected. So a link, a reload and
// Back bring the reader to the same place.
import { useCallback, useEffect, useRef } from "preact/hooks";
import { query, setQuery } from "./router";

export interface Sort {
  key: string;
  descending: boolean;
}

/** `sort` as "size" or "-size"; the default is left out. */
export function useUrlSort(initial: Sort, name = "sort"): [Sort, (sort: Sort) => void] {
  const text = query.value.get(name);
  const sort = text ? { key: text.replace(/^-/, ""), descending: text.startsWith("-") } : initial;
  const set = (next: Sort) => {
    const same = next.key === initial.key && next.descending === initial.descending;
    setQuery({ [name]: same ? null : `${next.descending ? "-" : ""}${next.key}` });
  };
  return [sort, set];
}

const kWriteAfterMs = 200;

/** The first row in sight: the one to begin with, and what notes where it has moved. */
export function useUrlRow(name = "row"): [number, (row: number) => void] {
  const first = useRef(Number(query.value.get(name)) || 0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const note = useCallback((row: number) => {
    clearTimeout(timer.current);
    const here = window.location.pathname;
    timer.current = setTimeout(() => {
      if (window.location.pathname === here) setQuery({ [name]: row > 0 ? String(row) : null });
    }, kWriteAfterMs);
  }, []);
  return [first.current, note];
}

/** More than these would make an address that nobody passes on. */
const kMostInAddress = 40;

/** The keys that are selected. Few of them are in the address, many only in the page. */
export function useUrlSelection(
  many: { current: Set<string> },
  name = "sel",
): [Set<string>, (next: Set<string>) => void] {
  const text = query.value.get(name);
  const selected = text === null ? new Set<string>() : text === "many" ? many.current : new Set(text.split(","));
  const set = (next: Set<string>) => {
    many.current = next;
    const short = next.size <= kMostInAddress && ![...next].some((key) => key.includes(",") || key === "many");
    setQuery({ [name]: next.size === 0 ? null : short ? [...next].join(",") : "many" });
  };
  return [selected, set];
}
