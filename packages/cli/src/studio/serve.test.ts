import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { studioServer } from "./serve.ts";

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let place: string;
let server: Server;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "meanfield-studio-"));
  mkdirSync(join(place, "page/assets"), { recursive: true });
  writeFileSync(join(place, "page/index.html"), "<head><title>studio</title></head>");
  writeFileSync(join(place, "page/assets/a.js"), "export {};");
  writeFileSync(join(place, "secret.txt"), "secret");
  symlinkSync(join(place, "secret.txt"), join(place, "page/link.txt"));
  mkdirSync(join(place, "out/one"), { recursive: true });
  const run = { command: "solve", game: "beach-bar", seed: 0, version: "1", outcome: "converged", reason: "" };
  writeFileSync(
    join(place, "out/one/run.json"),
    JSON.stringify({ ...run, seconds: 0, parameters: {}, quantities: {} }),
  );
  // A run that lies elsewhere is not one of this folder.
  mkdirSync(join(place, "elsewhere"));
  writeFileSync(join(place, "elsewhere/run.json"), readFileSync(join(place, "out/one/run.json")));
  symlinkSync(join(place, "elsewhere"), join(place, "out/two"));
  server = studioServer({ folder: join(place, "page"), runs: [join(place, "out")] });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  rmSync(place, { recursive: true });
});

/** Sends the path as it is: `fetch` would tidy `..` away before the server sees it. */
async function get(path: string, options: { method?: string; host?: string } = {}): Promise<Received> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        path,
        method: options.method ?? "GET",
        headers: { host: options.host ?? "localhost" },
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    sent.on("error", reject);
    sent.end();
  });
}

describe("the studio's server", () => {
  it("sends the page, isolated from other origins", async () => {
    const page = await get("/");
    expect(page).toMatchObject({
      status: 200,
      body: '<head><title>studio</title><meta name="runs" content="runs.json"></head>',
    });
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    expect(await get("/assets/a.js?x=1")).toMatchObject({ status: 200, body: "export {};" });
  });

  it.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    String.raw`/..\secret.txt`,
    "/link.txt",
    "/runs/0/../../secret.txt",
    "/runs/0/%2e%2e/secret.txt",
    "/runs/1/one/run.json",
    "/%00",
    "/%",
    "/assets",
    "/.git/config",
  ])("sends nothing outside its folders: %s", async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain("secret\n");
  });

  it("lists and sends the runs it was pointed at", async () => {
    const list = JSON.parse((await get("/runs.json")).body) as { path: string }[];
    expect(list).toHaveLength(1);
    expect(list).toMatchObject([{ name: "one", game: "beach-bar", outcome: "converged" }]);
    const run = await get(`/${list[0].path}/run.json`);
    expect(JSON.parse(run.body)).toMatchObject({ game: "beach-bar" });
    expect(run.headers["content-security-policy"]).toContain("default-src 'none'");
  });

  it("only reads, and only for this machine", async () => {
    expect((await get("/", { method: "POST" })).status).toBe(405);
    expect((await get("/", { host: "evil.example" })).status).toBe(403);
    expect(await get("/", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  });
});
