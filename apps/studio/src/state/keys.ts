import { signal } from "@preact/signals";
import { address, freeze, reset, stop } from "./studio.ts";
import { toggleTheme } from "./theme.ts";
import { playing, rewind, speed, speeds, step } from "./transport.ts";

export const helpOpen = signal(false);

interface Key {
  /** As `KeyboardEvent.key` has it. */
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
  readonly act: () => void;
}

export const keys: readonly Key[] = [
  {
    keys: [" "],
    shown: "Space",
    does: "play or pause",
    act: () => {
      playing.value = !playing.peek();
    },
  },
  { keys: ["ArrowRight"], shown: "→", does: "one step forward in time", act: () => step(1) },
  { keys: ["ArrowLeft"], shown: "←", does: "one step back", act: () => step(-1) },
  { keys: ["ArrowUp", "+"], shown: "↑", does: "faster", act: () => faster(1) },
  { keys: ["ArrowDown", "-"], shown: "↓", does: "slower", act: () => faster(-1) },
  { keys: ["Home", "0"], shown: "Home", does: "back to the start of time", act: rewind },
  { keys: ["r", "R"], shown: "R", does: "reset the game to its defaults", act: reset },
  { keys: ["f", "F"], shown: "F", does: "freeze this answer to compare with the next, or let it go", act: freeze },
  { keys: ["s", "S"], shown: "S", does: "stop solving", act: stop },
  { keys: ["d", "D"], shown: "D", does: "light or dark", act: toggleTheme },
  {
    keys: ["?"],
    shown: "?",
    does: "this list",
    act: () => {
      helpOpen.value = !helpOpen.peek();
    },
  },
];

function faster(direction: 1 | -1): void {
  const at = speeds.indexOf(speed.peek() as (typeof speeds)[number]);
  speed.value = speeds[Math.min(speeds.length - 1, Math.max(0, at + direction))];
}

/** Keys act where nobody is typing and no control has a use for them. */
export function beginKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && helpOpen.peek()) {
      helpOpen.value = false;
      return;
    }
    if (taken(event)) return;
    const key = keys.find(({ keys }) => keys.includes(event.key));
    if (key === undefined || (address.peek().page === "gallery" && event.key !== "?" && key.shown !== "D")) return;
    event.preventDefault();
    key.act();
  });
}

function taken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select, dialog *")) return true;
  if (target.matches("input[type=range]")) return key.startsWith("Arrow") || key === "Home";
  if (target.matches("input[type=checkbox], button, summary, a")) return key === " " || key === "Enter";
  return target.matches("input");
}
