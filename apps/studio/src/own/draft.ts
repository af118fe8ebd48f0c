/** A person's own game while it is being written: a document, its text fields, and the link that carries it. */
import { signal } from "@preact/signals";
import { home } from "../state/address.ts";
import { address, go } from "../state/studio.ts";
import { pack, unpack } from "../state/packing.ts";

export type Document = Readonly<Record<string, unknown>>;

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

/** A copy with one field changed, left out where there is nothing in it. */
export function changed(document: Document, [name, ...inner]: readonly string[], value: unknown): Document {
  const { [name]: old, ...others } = document;
  const next =
    inner.length === 0
      ? value
      : changed(typeof old === "object" && old !== null ? (old as Document) : {}, inner, value);
  const nothing =
    next === "" ||
    next === undefined ||
    (typeof next === "object" && next !== null && Object.keys(next).length === 0 && inner.length > 0);
  if (nothing) return others;
  // Fields stay in their order, so that a link changes no more than it must.
  return Object.hasOwn(document, name)
    ? Object.fromEntries(Object.entries(document).map(([key, entry]) => [key, key === name ? next : entry]))
    : { ...document, [name]: next };
}

/** The text of a field as it is edited. */
export function textOf(document: Document, path: string): string {
  const value = path
    .split(".")
    .reduce<unknown>(
      (part, name) => (typeof part === "object" && part !== null ? (part as Document)[name] : undefined),
      document,
    );
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(written).join("\n");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([name, entry]) => `${name} = ${written(entry)}`)
      .join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A link carries what it likes, also what cannot be made a text of by itself. */
function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Lines `name = formula` as an object; lines without a name are kept under the text that stands there, to be refused. */
export function namedLines(text: string): Document | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) return undefined;
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

/** The file that the command line solves. */
export function fileText(document: Document): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** What the file is called: after the game. */
export function fileName(document: Document): string {
  const slug = textOf(document, "title")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return `${slug === "" ? "mine" : slug}.mfg.json`;
}
