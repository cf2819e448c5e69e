// How much is chosen, of what, and a way to take all or none.
import type { ComponentChildren } from "preact";
import { count, plural } from "../format";
import type { Selection } from "../store/selection";
import { Button } from "./basics";

interface Props<T> {
  selection: Selection<T>;
  one: string;
  many: string;
  children: ComponentChildren;
}

export function SelectionBar<T>({ selection, one, many, children }: Props<T>) {
  const { rows, hidden, mayTakeAll, total } = selection;
  if (rows.length === 0 && hidden === 0) return null;
  return (
    <div class="selection-bar row" role="region" aria-label="Selection">
      <span role="status">
        {plural(rows.length, one, many)} selected
        {hidden > 0 && `; ${count(hidden)} more hidden by the search, not affected`}
      </span>
      {mayTakeAll && (
        <Button kind="ghost" busy={selection.busy} onClick={() => void selection.takeAll()}>
          {`Select all ${count(total)} that match`}
        </Button>
      )}
      <Button kind="ghost" onClick={selection.clear}>
        Clear selection
      </Button>
      <span class="grow" />
      {rows.length > 0 && children}
    </div>
  );
}
