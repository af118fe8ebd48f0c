/** The document of a person's own game: its fields as texts, changed one at a time. */

export type Document = Readonly<Record<string, unknown>>;

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
