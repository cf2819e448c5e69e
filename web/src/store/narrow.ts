// Whether the page is as narrow as a phone's; the style has the same limit.
import { signal } from "@preact/signals";

const query = window.matchMedia("(max-width: 720px)");

export const isNarrow = signal(query.matches);

query.addEventListener("change", (event) => {
  isNarrow.value = event.matches;
});
