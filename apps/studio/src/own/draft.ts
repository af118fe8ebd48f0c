/** A person's own game while it is being written: a document, its text fields, and the link that carries it. */
import { signal } from "@preact/signals";
import { home } from "../state/address.ts";
import { address, go } from "../state/studio.ts";
import { pack, unpack } from "../state/packing.ts";
import { changed } from "./document.ts";
import type { Document } from "./document.ts";

export const draft = signal<Document | null>(null);

/** Milliseconds without a key after which formulas are read. */
const rest = 250;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Takes up what the link carries, unless it is what stands here already. */
export function readLink(): void {
  const { own } = address.peek();
  if (own === undefined) return;
  const known = draft.peek();
  if (known !== null && pack(known) === own) return;
  const document = unpack(own);
  draft.value = typeof document === "object" && document !== null ? (document as Document) : null;
}

/** Replaces the whole document: an example, a file. */
export function adopt(document: Document): void {
  clearTimeout(waiting);
  draft.value = document;
  // What was asked of another game is not asked of this one.
  const nothing = Object.fromEntries(Object.keys(address.peek()).map((name) => [name, undefined]));
  go({ ...nothing, ...home, page: "own", own: pack(document) });
}

/** Changes one field; `state.from` is the field `from` of the field `state`. Empty texts leave the document. */
export function edit(path: string, value: unknown): void {
  const document = draft.peek();
  if (document === null) return;
  draft.value = changed(document, path.split("."), value);
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const now = draft.peek();
    if (now !== null) go({ own: pack(now) });
  }, rest);
}
