// Where the reader is: a screen in the path, what is opened there in the query. So links, the back button and a
// reload work, and a guard can ask before unsaved changes are left.
import { computed, signal } from "@preact/signals";
import { addressBelow, pathBelow } from "../base";

interface Location {
  path: string; // below the base: "storage"
  query: URLSearchParams;
}

function here(): Location {
  const path = pathBelow(window.location) ?? window.location.pathname;
  return { path, query: new URLSearchParams(window.location.search) };
}

const location = signal<Location>(here());

export const path = computed(() => location.value.path);
export const query = computed(() => location.value.query);

export interface Guard {
  /** Asked before the reader leaves; false stays. */
  leave: () => Promise<boolean>;
  /** Whether another tab or sheet of the same screen is leaving too. */
  inScreen: boolean;
}

const guards: Guard[] = [];

/** For a form with unsaved changes. Returns what takes the guard away again. */
export function addGuard(guard: Guard): () => void {
  guards.push(guard);
  return () => {
    const index = guards.indexOf(guard);
    if (index >= 0) guards.splice(index, 1);
  };
}

/** Asks the guards, the innermost first; without an address, whoever leaves the page as it is. */
export async function mayLeaveFor(url: URL | null): Promise<boolean> {
  const sameScreen = url !== null && pathBelow(url) === location.value.path;
  for (const guard of guards.toReversed()) {
    if ((guard.inScreen || !sameScreen) && !(await guard.leave())) return false;
  }
  return true;
}

function go(url: URL, replace = false): void {
  if (replace) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  location.value = here();
}

export async function navigate(target: string, options: { replace?: boolean } = {}): Promise<void> {
  const url = addressBelow(target);
  if (await mayLeaveFor(url)) go(url, options.replace);
}

/**
 * Sets or (with null) removes parameters of the query: what the screen itself does, which asks nothing. Replaces the
 * entry of the history unless `push` is set.
 */
export function setQuery(changes: Record<string, string | null>, options: { push?: boolean } = {}): void {
  go(addressBelow(addressWith(changes)), !options.push);
}

/** The address of here with parameters set or (null) removed: for a link to what a screen opens. */
export function addressWith(changes: Record<string, string | null>): string {
  const next = new URLSearchParams(location.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  // Of an address that somebody typed the path may be anything, such as "javascript:x" or "/x".
  return `./${location.value.path}${text ? `?${text}` : ""}`;
}

/** Follows the browser's own moves and the plain links of the page. */
export function startRouter(): void {
  window.addEventListener("popstate", () => {
    if (guards.length === 0) {
      location.value = here();
      return;
    }
    // The browser has moved already: go back, ask, and go on if that is wished.
    const wanted = window.location.href;
    history.pushState(null, "", addressBelow(addressWith({})));
    void navigate(wanted);
  });
  window.addEventListener("beforeunload", (event) => {
    if (guards.length > 0) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || !isOurs(link, event)) return;
    event.preventDefault();
    void navigate(link.href);
  });
}

function isOurs(link: HTMLAnchorElement, event: MouseEvent): boolean {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const path = pathBelow(link);
  return (
    plain &&
    !event.defaultPrevented &&
    path !== null &&
    !link.target &&
    !link.hasAttribute("download") &&
    !path.startsWith("api/")
  );
}
