import { catalogue } from "meanfield";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage, openStudio, settled } from "./served.ts";
import type { Studio, Watched } from "./served.ts";

let studio: Studio;
let gallery: Watched;

beforeAll(async () => {
  studio = await openStudio();
  gallery = await openPage(studio, "");
});
afterAll(async () => studio.close());

describe("the gallery", () => {
  it("shows every game of the catalogue, and asks nobody but its own host", async () => {
    const { page, complaints, hosts } = gallery;
    await page.locator(".card").first().waitFor();
    const links = await page.locator(".card").evaluateAll((cards) => cards.map((card) => card.getAttribute("href")));
    expect(new Set(links)).toEqual(new Set(catalogue.games.map(({ id }) => `#/game/${id}?v=1`)));
    expect(links).toHaveLength(catalogue.games.length);
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(studio.url).host]);
  });

  it("is small: less than 300 kB come over the wire, and no thread that solves", async () => {
    const { page } = await openPage(studio, "");
    await page.locator(".card").first().waitFor();
    const sizes = await page.evaluate(() =>
      [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((entry) => [
        entry.name,
        (entry as PerformanceResourceTiming).encodedBodySize,
      ]),
    );
    const total = sizes.reduce((sum, [, size]) => sum + Number(size), 0);
    expect(total).toBeGreaterThan(20_000);
    expect(total).toBeLessThan(300_000);
    expect(page.workers()).toHaveLength(0);
  });

  it("draws a picture for every game", async () => {
    const { page } = gallery;
    const blank = await page.locator(".card").evaluateAll((cards) =>
      cards.flatMap((card) => {
        const canvas = card.querySelector("canvas");
        const data = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
        return data?.some((value) => value !== 0) === true ? [] : [card.getAttribute("href")];
      }),
    );
    expect(blank).toEqual([]);
  });
});

describe("every game opens, solves and is certified", () => {
  // One page for all: games are left and entered as a person does.
  it.each(catalogue.games.map(({ id }) => id))("%s", async (id) => {
    const { page, complaints } = gallery;
    complaints.length = 0;
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/game/${id}?v=1`);
    await page.locator(".story h1").waitFor();
    const words = await settled(page);
    expect(words).toMatch(/^(converged|not converged \(iteration limit\))/);
    expect(words).toMatch(/exploitability|residual|consistency|error/);
    expect(await page.locator(".panel").count()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });
});
