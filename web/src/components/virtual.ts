// Which rows of a long list are worth drawing.

export interface Range {
  first: number;
  end: number; // one past the last
}

/** Rows in sight and `spare` more at each side, for rows of one height. */
export function visibleRange(scrollTop: number, viewport: number, rowHeight: number, count: number, spare = 6): Range {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((scrollTop + viewport) / rowHeight) + spare);
  return { first: Math.min(first, end), end };
}

/** How far to scroll so that a row is wholly in sight. */
export function scrollToShow(index: number, scrollTop: number, viewport: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight;
  return bottom > scrollTop + viewport ? bottom - viewport : scrollTop;
}
