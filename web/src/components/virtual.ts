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

/** What is drawn next on the way from `drawn` to `wanted`: what of it is there already, and at most `most` more rows. */
export function stepTowards(drawn: Range, wanted: Range, most: number): Range {
  let first = Math.max(drawn.first, wanted.first);
  let end = Math.min(drawn.end, wanted.end);
  if (first >= end) return { first: wanted.first, end: Math.min(wanted.end, wanted.first + most) };
  const below = Math.min(most, wanted.end - end);
  end += below;
  first -= Math.min(most - below, first - wanted.first);
  return { first, end };
}

const kRestMs = 100;

/**
 * Calls `next` once nothing was scrolled for a while, as a frame begins: what is made between two frames is laid out
 * twice, the first time for whoever asks how far the list is scrolled. Returns what calls that off.
 */
export function afterRest(next: () => void): () => void {
  let frame = 0;
  const timer = setTimeout(() => (frame = requestAnimationFrame(next)), kRestMs);
  return () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  };
}

const kFrameMs = 8;
const kFewest = 2;
const kMostRows = 12;

/**
 * How many rows may be new in one frame, so that a slow machine answers to what is pressed in between: learned from how
 * long the frames before took to be made, laid out and painted.
 */
export class Pace {
  rows = 6;

  /**
   * `added` rows were made just now, in `madeMs`; calls `next` once they are on the screen, as the following frame
   * begins. Returns what calls that off.
   */
  afterFrame(added: number, madeMs: number, next: () => void): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame = requestAnimationFrame(() => {
      const begun = performance.now();
      timer = setTimeout(() => this.learn(added, madeMs + performance.now() - begun));
      frame = requestAnimationFrame(next);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }

  /** Fewer at once, more one by one: a frame that happened to be quick says little of the next. */
  learn(added: number, ms: number): void {
    if (added < kFewest) return;
    const affordable = Math.round((added * kFrameMs) / Math.max(ms, 1));
    this.rows = Math.min(kMostRows, Math.max(kFewest, Math.min(affordable, this.rows + 1)));
  }
}
