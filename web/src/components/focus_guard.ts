// Keeps the keyboard where it was: when the element with the focus is taken off the page (an entry was removed), the
// focus goes to what took its place, not to the top of the page.

interface Place {
  element: Element;
  /** From the innermost outwards. */
  ancestors: Element[];
  /** Of each ancestor's child on the way, its number among its siblings. */
  numbers: number[];
}

const kFocusable =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex='0'], summary";

let last: Place | null = null;

function placeOf(element: Element): Place {
  const ancestors: Element[] = [];
  const numbers: number[] = [];
  for (let at = element; at.parentElement; at = at.parentElement) {
    ancestors.push(at.parentElement);
    numbers.push([...at.parentElement.children].indexOf(at));
  }
  return { element, ancestors, numbers };
}

function focusIn(element: Element | undefined): boolean {
  if (!(element instanceof HTMLElement)) return false;
  const target = element.matches(kFocusable) ? element : element.querySelector<HTMLElement>(kFocusable);
  target?.focus();
  return target !== null && document.activeElement === target;
}

/** The same number among the siblings, else the one before, else a heading or whatever comes first. */
export function restoreFocus(): void {
  const place = last;
  if (!place || place.element.isConnected || document.activeElement !== document.body) return;
  for (let depth = 0; depth < place.ancestors.length; depth++) {
    const ancestor = place.ancestors[depth]!;
    if (!ancestor.isConnected) continue;
    const number = place.numbers[depth]!;
    const siblings = [...ancestor.children];
    const near = [siblings[number], siblings[number - 1], ...siblings.slice(number + 1)];
    if (near.some(focusIn)) return;
    if (ancestor.matches("main, dialog")) break;
  }
  document.getElementById("content")?.focus();
}

export function startFocusGuard(root: HTMLElement): void {
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof Element) last = placeOf(event.target);
  });
  // Who moves the focus on purpose, or presses beside everything, has not lost it.
  document.addEventListener("focusout", (event) => {
    const left = event.target;
    // Known once all has been taken off the page that goes with it; another element may have the focus by then.
    if (event.relatedTarget === null)
      queueMicrotask(() => {
        if (last?.element === left && last.element.isConnected) last = null;
      });
  });
  // After the layout effects, in which whoever hands the focus over by design has done so, and before the next key.
  new MutationObserver(restoreFocus).observe(root, { childList: true, subtree: true });
}
