/** Agents on the built page: that they are drawn, move with the page's time and come away as a picture. */
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { downloaded, openPage, openStudio, settled } from "./served.ts";
import type { Studio } from "./served.ts";

let studio: Studio;

beforeAll(async () => {
  studio = await openStudio([], true);
});
afterAll(async () => studio.close());

interface Seen {
  /** Pixels that somebody covers. */
  readonly covered: number;
  /** A number that other pictures have not, but by chance. */
  readonly sum: number;
}

async function drawn(page: Page): Promise<void> {
  await page.locator("[data-testid=agents]").waitFor({ timeout: 120_000 });
  await expect.poll(async () => (await seen(page)).covered, { timeout: 20_000 }).toBeGreaterThan(500);
}

/** What stands on the layer of agents. */
async function seen(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const layer = document.querySelector<HTMLCanvasElement>(".agents-layer");
    if (layer === null || layer.width < 2) return { covered: 0, sum: 0 };
    const copy = new OffscreenCanvas(layer.width, layer.height);
    const context = copy.getContext("2d");
    if (context === null) return { covered: 0, sum: 0 };
    context.drawImage(layer, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    let [covered, sum] = [0, 0];
    for (let i = 3; i < data.length; i += 4) {
      if (data[i] > 0) covered++;
      sum = (Math.imul(sum, 31) + data[i] + data[i - 2]) | 0;
    }
    return { covered, sum };
  });
}

async function at(page: Page, share: number): Promise<Seen> {
  const slider = page.locator('.transport input[type="range"]');
  const most = Number(await slider.getAttribute("max"));
  await slider.evaluate((input: HTMLInputElement, value) => {
    input.value = String(value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, share * most);
  await page.evaluate(
    async () => new Promise((resolve) => void requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  return seen(page);
}

describe("agents", () => {
  it.each([
    ["on a line", "systemic-risk", ""],
    ["in a room", "crowd-motion", "&option.points=31&option.steps=30"],
    ["of a finite game", "predator-prey", ""],
  ])("%s move with the page's time, there and back: %s", async (_where, game, options) => {
    const { page, complaints } = await openPage(studio, `#/game/${game}?v=1${options}`);
    await settled(page);
    await drawn(page);
    const first = await at(page, 0);
    const later = await at(page, 0.35);
    expect(first.covered).toBeGreaterThan(500);
    expect(later.covered).toBeGreaterThan(500);
    expect(later.sum).not.toBe(first.sum);
    expect(await at(page, 0)).toEqual(first);
    const label = await page.locator("[data-testid=agents] canvas[role=img]").getAttribute("aria-label");
    expect(label).toMatch(/^10000 agents/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("are as many as are asked for", async () => {
    const { page, complaints } = await openPage(studio, "#/game/systemic-risk?v=1");
    await drawn(page);
    await page.getByLabel("Number of agents").fill("100");
    await page.locator('[data-agents="100000"]').waitFor({ timeout: 60_000 });
    await page.getByLabel("Number of agents").fill("0");
    await page.locator('[data-agents="1000"]').waitFor({ timeout: 60_000 });
    expect((await seen(page)).covered).toBeGreaterThan(500);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("come away as a picture", async () => {
    const { page } = await openPage(studio, "#/game/predator-prey?v=1&t=4");
    await drawn(page);
    const panel = page.locator("#panel-agents");
    await panel.locator(".export summary").click();
    const { name, bytes } = await downloaded(page, async () =>
      panel.locator(".export .menu button", { hasText: "PNG" }).click(),
    );
    expect(name).toBe("predator-prey-agents.png");
    // Thousands of points in three colours: axes alone are some ten thousand bytes.
    expect(bytes.length).toBeGreaterThan(40_000);
    await page.close();
  });

  it("stand still between frames where movement is unwelcome, and move by themselves where a game has no time", async () => {
    const quiet = await openPage(studio, "#/game/stationary-beach-bar?v=1", { reducedMotion: "reduce" });
    await drawn(quiet.page);
    const before = await seen(quiet.page);
    const lively = await openPage(studio, "#/game/stationary-beach-bar?v=1");
    await drawn(lively.page);
    const start = await seen(lively.page);
    await expect.poll(async () => (await seen(lively.page)).sum !== start.sum).toBe(true);
    expect(await seen(quiet.page)).toEqual(before);
    await lively.page.locator("#panel-agents button", { hasText: "Pause" }).click();
    // The frame under way is still drawn; after it nothing moves.
    await expect
      .poll(async () => {
        const paused = await seen(lively.page);
        await lively.page.waitForTimeout(200);
        return (await seen(lively.page)).sum === paused.sum;
      })
      .toBe(true);
    await quiet.page.close();
    await lively.page.close();
  });

  it("are a line of words where there is no WebGL2", async () => {
    const { page, complaints } = await openPage(studio, "#/");
    await page.addInitScript({
      content: `{
        const { getContext } = HTMLCanvasElement.prototype;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
          return kind === "webgl2" ? null : getContext.call(this, kind, ...rest);
        };
      }`,
    });
    await page.goto(`${studio.url}?plain#/game/systemic-risk?v=1`);
    await page.locator("#panel-agents", { hasText: "need WebGL2" }).waitFor({ timeout: 60_000 });
    expect(complaints).toEqual([]);
    await page.close();
  });
});
