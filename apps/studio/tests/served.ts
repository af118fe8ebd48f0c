/** The built page, served as the command line serves it, in a real browser: what all tests of the page share. */
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { studioServer } from "../../../packages/cli/src/studio/serve.ts";

export interface Studio {
  readonly browser: Browser;
  /** Ends with a slash. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const executables = [process.env["MEANFIELD_CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"];

/**
 * @param runs folders of run folders
 * @param graphics whether WebGL draws, in software: half of a processor for each page that shows agents
 */
export async function openStudio(runs: readonly string[] = [], graphics = false): Promise<Studio> {
  const folder = fileURLToPath(new URL("../dist", import.meta.url));
  if (!existsSync(join(folder, "index.html"))) throw new Error("build the page first: npm run build:studio");
  const server: Server = studioServer({ folder, runs });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const executablePath = executables.find((path) => path !== undefined && existsSync(path));
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      "--no-sandbox",
      "--js-flags=--expose-gc",
      "--enable-precise-memory-info",
      graphics ? "--enable-unsafe-swiftshader" : "--disable-3d-apis",
    ],
  });
  return {
    browser,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

export interface Watched {
  readonly page: Page;
  /** What the console called an error, and what nobody caught. */
  readonly complaints: string[];
  /** Hosts that were asked for anything. */
  readonly hosts: Set<string>;
}

export async function openPage(
  { browser, url }: Studio,
  hash: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    serviceWorkers: "block",
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith("http")) hosts.add(host);
  });
  await page.goto(url + hash);
  return { page, complaints, hosts };
}

/** Waits until the answer is whole, and gives the verdict's words. */
export async function settled(page: Page, timeout = 60_000): Promise<string> {
  const status = page.locator(
    '[role=status]:is([data-outcome="converged"], [data-outcome="iteration-limit"], [data-outcome="diverged"], [data-outcome="aborted"], [data-outcome="refused"], [data-outcome="broken"])',
  );
  await status.waitFor({ timeout });
  return (await status.textContent()) ?? "";
}

/** The bytes of what a click gives to download. */
export async function downloaded(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  const stream = await download.createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(parts) };
}
