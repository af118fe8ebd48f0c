import { readFileSync, realpathSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";

/** One file ready to be sent. */
export interface ServedFile {
  readonly type: string;
  readonly content: Buffer;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".csv": "text/csv; charset=utf-8",
  ".wasm": "application/wasm",
  ".npz": "application/octet-stream",
  ".webmanifest": "application/manifest+json",
};

/**
 * The file of a folder at a path below it; undefined where there is none, or where the path leads out of the folder, by `..`,
 * an absolute path or a link.
 *
 * @param path decoded, with forward slashes, without the first
 */
export function fileBelow(folder: string, path: string): ServedFile | undefined {
  if (path.includes("\0") || path.split(/[/\\]/).some((part) => part === ".." || part.startsWith(".")))
    return undefined;
  try {
    const root = realpathSync(folder);
    const found = realpathSync(join(root, path));
    if (!found.startsWith(root + sep) || !statSync(found).isFile()) return undefined;
    return { type: types[extname(found)] ?? "application/octet-stream", content: readFileSync(found) };
  } catch {
    return undefined;
  }
}
