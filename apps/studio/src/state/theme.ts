import { effect, signal } from "@preact/signals";

export type Theme = "light" | "dark";

const dark = matchMedia("(prefers-color-scheme: dark)");
/** What a person chose; null follows the system. */
const chosen = signal<Theme | null>(null);
const system = signal<Theme>(dark.matches ? "dark" : "light");
export const theme = signal<Theme>(system.value);
/** Whether movement is unwelcome: pictures then change without gliding, and nothing plays by itself. */
export const still = signal(matchMedia("(prefers-reduced-motion: reduce)").matches);

export function toggleTheme(): void {
  chosen.value = theme.peek() === "dark" ? "light" : "dark";
  localStorage.setItem("theme", chosen.value);
}

export function beginTheme(): void {
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") chosen.value = kept;
  dark.addEventListener("change", () => {
    system.value = dark.matches ? "dark" : "light";
  });
  effect(() => {
    theme.value = chosen.value ?? system.value;
    document.documentElement.dataset["theme"] = theme.value;
  });
}

/** A colour of the style sheet, for canvases. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
