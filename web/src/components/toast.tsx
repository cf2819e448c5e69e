// Short messages at the edge: what was done, and a way back.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "./basics";
import { Icon } from "./icon";

interface Toast {
  id: number;
  text: string;
  bad: boolean;
  undo?: () => unknown;
}

const kShownMs = 6000;
const toasts = signal<Toast[]>([]);
const overs = signal(0);
let lastId = 0;

export function toast(text: string, options: { undo?: () => unknown; bad?: boolean } = {}): void {
  const entry: Toast = { id: ++lastId, text, bad: options.bad ?? false, undo: options.undo };
  toasts.value = [...toasts.value.slice(-2), entry];
  leaveSoon(entry);
}

/** Whoever points at a message or has the focus in it reads it, or is about to press its button. */
const held = new Set<number>();

function leaveSoon(entry: Toast): void {
  const look = () => (held.has(entry.id) ? leaveSoon(entry) : dismiss(entry.id));
  setTimeout(look, entry.undo || entry.bad ? kShownMs * 2 : kShownMs);
}

function dismiss(id: number): void {
  held.delete(id);
  toasts.value = toasts.value.filter((entry) => entry.id !== id);
}

/**
 * The page has one, and so has each sheet (`over`), for what is below an open dialog can neither be seen nor pressed.
 * Only the uppermost shows anything.
 */
export function Toasts({ over }: { over?: boolean }) {
  useEffect(() => {
    if (!over) return;
    overs.value++;
    return () => void overs.value--;
  }, [over]);
  const shown = over || overs.value === 0 ? toasts.value : [];
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map((entry) => (
        <div
          key={entry.id}
          class={`toast${entry.bad ? " bad" : ""}`}
          onPointerEnter={() => held.add(entry.id)}
          onPointerLeave={() => held.delete(entry.id)}
          onFocusIn={() => held.add(entry.id)}
          onFocusOut={() => held.delete(entry.id)}
        >
          {entry.bad && <Icon name="bad" />}
          <span class="grow">{entry.text}</span>
          {entry.undo && (
            <Button
              kind="ghost"
              icon="undo"
              onClick={() => {
                dismiss(entry.id);
                void entry.undo?.();
              }}
            >
              Undo
            </Button>
          )}
          <Button kind="ghost" icon="close" label="Dismiss" onClick={() => dismiss(entry.id)} />
        </div>
      ))}
    </div>
  );
}
