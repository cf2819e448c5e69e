// One timer for everything on the screen that ages.
import { signal } from "@preact/signals";

const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 5000);

export function useNow(): number {
  return now.value;
}
