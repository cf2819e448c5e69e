// Light, dark, or as the system has it. Kept in the browser.
import { computed, effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const kKey = "larder.theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(system.matches);
system.addEventListener("change", (event) => {
  systemDark.value = event.matches;
});

function stored(): Theme {
  const value = localStorage.getItem(kKey);
  return value === "light" || value === "dark" ? value : "system";
}

export const theme = signal<Theme>(stored());
export const darkNow = computed(() => (theme.value === "system" ? systemDark.value : theme.value === "dark"));

effect(() => {
  const value = theme.value;
  if (value === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(kKey);
  } else {
    document.documentElement.dataset.theme = value;
    localStorage.setItem(kKey, value);
  }
});

const kNext: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

export function nextTheme(): void {
  theme.value = kNext[theme.value];
}
