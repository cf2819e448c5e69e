// Two timers for everything on the screen that ages: one for what is told in minutes, one for what is told in seconds.
import { signal } from "@preact/signals";

const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 5000);

const second = signal(Date.now());
setInterval(() => {
  if (!document.hidden) second.value = Date.now();
}, 1000);

export function useNow(): number {
  return now.value;
}

/** For what counts seconds, as a lost connection does. */
export function useSecond(): number {
  return second.value;
}
