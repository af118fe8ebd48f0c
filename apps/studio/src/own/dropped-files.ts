/** Files dropped on the page: a run's document opens its question, a game's file opens the editor. */
import { home } from "../state/address.ts";
import type { Address } from "../state/address.ts";
import { entries } from "virtual:gallery";
import { go, refusal } from "../state/studio.ts";
import { adopt } from "./draft.ts";
import type { Document } from "./document.ts";
import { addressOfRun } from "./run-address.ts";

export function beginDrops(): void {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) void openDropped(file);
  });
}

async function openDropped(file: File): Promise<void> {
  openDocument(file.name, await file.text());
}

/** Opens a run's document or a game's file. */
export function openDocument(name: string, text: string): void {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    refuse(`${name} is no JSON`);
    return;
  }
  if (typeof document !== "object" || document === null) {
    refuse(`${name} is neither a run.json nor a .mfg.json`);
    return;
  }
  if ((document as Document)["format"] === "meanfield-game") {
    adopt(document as Document);
    return;
  }
  const found: Partial<Address> | string = addressOfRun(
    document as Document,
    entries.map(({ id }) => id),
  );
  if (typeof found === "string") refuse(`${name}: ${found}`);
  else go({ ...home, own: undefined, preset: undefined, t: undefined, embed: undefined, ...found }, "push");
}

function refuse(message: string): void {
  refusal.value = { message, field: null, column: null, file: true };
}
