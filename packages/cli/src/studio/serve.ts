import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { listRuns, readRun } from "../runs/read-run.ts";
import { fileBelow } from "./files.ts";
import type { ServedFile } from "./files.ts";

export interface StudioSettings {
  /** The built page. */
  readonly folder: string;
  /** Folders of run folders, each served below `/runs/<index>/`. */
  readonly runs: readonly string[];
}

/** One run as the page lists it. */
export interface ListedRun {
  /** Relative to the page: its `run.json` is below it. */
  readonly path: string;
  readonly name: string;
  readonly command: string;
  readonly game: string;
  readonly outcome: string;
}

/** No code made from text, nothing from elsewhere; kernels are WebAssembly. The page says the same of itself for other hosts. */
const policy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'";

const headers = {
  "Content-Security-Policy": policy,
  // Threads share memory only where the page is isolated from other origins.
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  // A frame in a person's own page, on another origin, may show a panel.
  "Cross-Origin-Resource-Policy": "cross-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  // The page is built anew at its own address; what it loads has names that change with their content.
  "Cache-Control": "no-cache",
};

const compressed = promisify(gzip);

/**
 * Serves the studio: its own folder and the run folders it was pointed at, read only, and nothing else.
 *
 * Requests that name another host are refused: a page elsewhere cannot reach it by a name of its own that points here.
 */
export function studioServer(settings: StudioSettings): Server {
  return createServer((request, response) => {
    respond(settings, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500, headers);
      response.end();
    });
  });
}

async function respond(settings: StudioSettings, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isLocal(request.headers.host))
    return refuse(response, 403, "this server answers to 127.0.0.1 and localhost only");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "GET and HEAD only");
  const path = pathOf(request.url ?? "/");
  const file = path === undefined ? undefined : find(settings, path);
  if (file === undefined) return refuse(response, 404, "there is no such file");
  const small = /\bgzip\b/.test(String(request.headers["accept-encoding"])) && !/png|octet/.test(file.type);
  const body = small ? await compressed(file.content) : file.content;
  response.writeHead(200, {
    ...headers,
    // A run's folder may come from anybody: its pages run nothing.
    ...(path?.startsWith("runs/") === true
      ? { "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:" }
      : {}),
    "Content-Type": file.type,
    "Content-Length": body.length,
    ...(small ? { "Content-Encoding": "gzip", Vary: "Accept-Encoding" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { ...headers, "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${why}\n`);
}

function isLocal(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
}

/** Without query, decoded, without its first slash; undefined where it is no path. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split(/[?#]/, 1)[0]).replace(/^\//, "");
  } catch {
    return undefined;
  }
}

function find({ folder, runs }: StudioSettings, path: string): ServedFile | undefined {
  if (path === "runs.json")
    return { type: "application/json; charset=utf-8", content: Buffer.from(JSON.stringify(runs.flatMap(listed))) };
  const asked = /^runs\/(\d+)\/(.+)$/.exec(path);
  if (asked !== null) {
    const out = runs[Number(asked[1])];
    return out === undefined ? undefined : fileBelow(out, asked[2]);
  }
  const page = path === "" || path === "index.html";
  const file = fileBelow(folder, page ? "index.html" : path);
  return page && file !== undefined && runs.length > 0 ? withRuns(file) : file;
}

/** The page asks for runs only where it is told that there are some: other hosts have none. */
function withRuns(page: ServedFile): ServedFile {
  const html = page.content.toString().replace("</head>", '<meta name="runs" content="runs.json"></head>');
  return { ...page, content: Buffer.from(html) };
}

/** The runs that the page can open; half-broken folders are left out, and links that lead elsewhere. */
function listed(out: string, index: number): ListedRun[] {
  return listRuns(out).flatMap((path) => {
    try {
      const name = basename(path);
      if (fileBelow(out, `${name}/run.json`) === undefined) return [];
      const { command, game, outcome } = readRun(path);
      return [{ path: `runs/${index}/${encodeURIComponent(name)}`, name, command, game, outcome }];
    } catch {
      return [];
    }
  });
}

/** Where a built page is looked for, beside the package that has it. */
export function builtFolder(packageFile: string): string {
  return join(packageFile, "../dist");
}
