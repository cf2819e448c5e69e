// Where the reader is: a screen in the path, what is opened there in the query. So links, the back button and a
// reload work, and a guard can ask before unsaved changes are left.
import { computed, signal } from "@preact/signals";

interface Location {
  path: string;
  query: URLSearchParams;
}

function here(): Location {
  return { path: window.location.pathname, query: new URLSearchParams(window.location.search) };
}

const location = signal<Location>(here());

export const path = computed(() => location.value.path);
export const query = computed(() => location.value.query);

type Guard = () => Promise<boolean>;
let guard: Guard | null = null;

/** Asked before the path changes; false stays. One at a time: the form that is open. */
export function setGuard(next: Guard | null): void {
  guard = next;
}

export async function navigate(target: string, options: { replace?: boolean } = {}): Promise<void> {
  const url = new URL(target, window.location.origin);
  if (guard && url.pathname !== location.value.path && !(await guard())) return;
  if (options.replace) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  location.value = here();
}

/** Sets or (with null) removes parameters of the query. Replaces the entry of the history unless `push` is set. */
export function setQuery(changes: Record<string, string | null>, options: { push?: boolean } = {}): void {
  const next = new URLSearchParams(location.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  const search = next.toString();
  void navigate(location.value.path + (search ? `?${search}` : ""), { replace: !options.push });
}

/** Follows the browser's own moves and the plain links of the page. */
export function startRouter(): void {
  window.addEventListener("popstate", () => {
    const wanted = window.location.href;
    if (!guard || window.location.pathname === location.value.path) {
      location.value = here();
      return;
    }
    // The browser has moved already: go back, ask, and go on if that is wished.
    history.pushState(null, "", location.value.path + searchOf(location.value.query));
    void guard().then((leave) => {
      if (!leave) return;
      setGuard(null);
      void navigate(wanted);
    });
  });
  window.addEventListener("beforeunload", (event) => {
    if (guard) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || !isOurs(link, event)) return;
    event.preventDefault();
    void navigate(link.href);
  });
}

function searchOf(parameters: URLSearchParams): string {
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

function isOurs(link: HTMLAnchorElement, event: MouseEvent): boolean {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  return (
    plain &&
    link.origin === window.location.origin &&
    !link.target &&
    !link.hasAttribute("download") &&
    !link.pathname.startsWith("/api/")
  );
}
