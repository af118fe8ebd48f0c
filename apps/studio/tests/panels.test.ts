/** The panels of a game's page: what they show, and how they hang together. */
import type { Locator, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage, openStudio, settled } from "./served.ts";
import type { Studio } from "./served.ts";

let studio: Studio;

beforeAll(async () => {
  studio = await openStudio();
});
afterAll(async () => studio.close());

async function solved(hash: string): Promise<{ page: Page; complaints: string[] }> {
  const { page, complaints } = await openPage(studio, hash);
  await settled(page);
  return { page, complaints };
}

/** The numbers in a text that a person reads, minus signs and powers of ten as they are printed. */
function numbersIn(text: string): number[] {
  const digits = (raised: string): string =>
    raised.replaceAll(/./g, (sign) => (sign === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign))));
  return text
    .replaceAll("−", "-")
    .replaceAll(/·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, raised: string) => `e${digits(raised)}`)
    .split(/[^-\d.e]+/)
    .filter((word) => /\d/.test(word))
    .map(Number);
}

/** How many pixels of a canvas are not clear. */
async function inked(canvas: Locator): Promise<number> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const data = element.getContext("2d")?.getImageData(0, 0, element.width, element.height).data ?? [];
    let count = 0;
    for (let k = 3; k < data.length; k += 4) if (data[k] > 0) count++;
    return count;
  });
}

async function picture(canvas: Locator): Promise<string> {
  return canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
}

describe("the finite game, played", () => {
  it("costs about what it does without chance, and has the defaults it should", async () => {
    const { page, complaints } = await solved("#/game/systemic-risk?v=1&set.D=-0.2&set.m0=0&set.sigma=1");
    const panel = page.locator("#panel-played");
    await panel.getByRole("button", { name: "Play it" }).click();
    await panel.getByText("200 games of 20 players").waitFor();
    const within = await Promise.all(
      ["Expected cost", "Default probability", "systemic event"].map(async (name) => {
        const cells = await panel.locator("tr", { hasText: name }).locator("td").allTextContents();
        const [mean, low, high, exact] = numbersIn(cells.slice(0, 3).join(" "));
        return low < mean && mean < high && low < exact && exact < high;
      }),
    );
    // Three intervals of 95 % and a fixed seed.
    expect(within).toEqual([true, true, true]);
    expect(await inked(panel.getByLabel("Law of the number of defaults among 20 players"))).toBeGreaterThan(100);
    await panel.getByLabel("Paths of 12 players and their mean").waitFor();
    // A long run is stopped, and what was there stays.
    for (const name of ["players", "games played"]) await panel.getByRole("slider", { name }).fill("1000");
    await panel.getByRole("button", { name: "Play it" }).click();
    await panel.getByRole("progressbar").waitFor();
    await panel.getByRole("button", { name: "Stop playing" }).click();
    await panel.getByRole("progressbar").waitFor({ state: "detached" });
    expect(await panel.getByText("200 games of 20 players").count()).toBe(1);
    // What was played for another question fades until it is played again.
    await page.locator("#parameter-sigma").fill("0.9");
    await page.locator("#parameter-sigma").press("Enter");
    await panel.locator(".stale").waitFor();
    expect(complaints).toEqual([]);
  });

  it("stands beside its limit where it is solved, each with its lines", async () => {
    const { page } = await solved("#/game/systemic-risk?v=1&beside=finite");
    await expect
      .poll(async () => page.locator("#panel-gain .legend li").allTextContents())
      .toEqual(expect.arrayContaining(["equilibrium", "finite game, N = 10"]));
  });
});

describe("pictures", () => {
  it("of roads show what is on them at the time of the page", async () => {
    const { page, complaints } = await solved("#/game/dynamic-routing?v=1");
    const panel = page.locator("#panel-link_volume");
    const map = panel.locator("canvas").first();
    expect(await map.getAttribute("aria-label")).toMatch(/on 5 roads between 4 crossings at time 0$/);
    const before = await picture(map);
    for (const t of [1, 2, 3]) {
      await page.getByRole("button", { name: "One step forward" }).click();
      await expect.poll(async () => map.getAttribute("aria-label")).toMatch(new RegExp(`at time ${t}$`));
    }
    await expect.poll(async () => picture(map)).not.toBe(before);
    // The bridge stands upright in the middle of the map.
    const box = await map.boundingBox();
    await map.hover({ position: { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 3 } });
    await expect.poll(async () => panel.locator(".reading").textContent()).toMatch(/^B → C, t = 3: \d/);
    expect(complaints).toEqual([]);
  });

  it("of planes show walls, and arrows where people go", async () => {
    const { page, complaints } = await solved(
      "#/game/crowd-modelling-2d?v=1&preset=four-rooms&iterations=3&set.horizon=6",
    );
    const canvas = page.locator("#panel-flow canvas").first();
    const corner = await canvas.evaluate((element: HTMLCanvasElement) => {
      // The frame of walls around the rooms is half a cell into the square of cells, which is as high as the picture.
      const ratio = element.width / element.clientWidth;
      const size = element.clientHeight - 38;
      const left = 46 + (element.clientWidth - 56 - size) / 2;
      const at = (cell: number): Uint8ClampedArray | undefined =>
        element
          .getContext("2d")
          ?.getImageData(
            Math.round((left + ((cell + 0.5) * size) / 13) * ratio),
            Math.round((8 + ((cell + 0.5) * size) / 13) * ratio),
            1,
            1,
          ).data;
      return [at(0), at(2)].map((rgba) => Array.from(rgba ?? []).slice(0, 3));
    });
    expect(corner[0]).toEqual([0xaa, 0xb0, 0xb8]);
    expect(corner[1]).not.toEqual(corner[0]);
    const [drawn, box] = [await picture(canvas), page.getByLabel("arrows: where people go")];
    await box.uncheck();
    await expect.poll(async () => picture(canvas)).not.toBe(drawn);
    const policy = page.locator("#panel-policy");
    await policy.getByLabel("show").selectOption("moves");
    expect(await policy.locator("label", { hasText: /^move/ }).locator("option").allTextContents()).toContain("stay");
    expect(complaints).toEqual([]);
  });

  it("say the names of states and moves", async () => {
    const { page } = await solved("#/game/sir-rates?v=1");
    expect(await page.locator("#panel-flow .legend li").allTextContents()).toEqual([
      "susceptible",
      "infected",
      "recovered",
    ]);
  });
});

describe("the page as a whole", () => {
  it("shows where the pointer is on all panels, and keeps the time until it is clicked", async () => {
    const { page, complaints } = await solved("#/game/opinion?v=1&option.points=41&option.steps=20");
    const marks = page.locator("#panel-value .marks");
    const alone = await inked(marks);
    const map = page.locator("#panel-density canvas").first();
    await map.hover({ position: { x: 250, y: 100 } });
    await expect.poll(async () => inked(marks)).toBeGreaterThan(alone);
    // Lines follow as well: under the pointer of another panel their own is shown.
    await page.locator("#panel-mean_opinion .u-cursor-x:not(.u-off)").waitFor({ state: "attached" });
    const time = page.locator(".transport output");
    expect(await time.textContent()).toBe("t = 0");
    await map.click({ position: { x: 250, y: 100 } });
    await expect.poll(async () => time.textContent()).not.toBe("t = 0");
    await page.mouse.move(5, 5);
    await expect.poll(async () => inked(marks)).toBeLessThanOrEqual(alone + 20);
    expect(complaints).toEqual([]);
  });

  it("replays how the answer formed", async () => {
    const { page, complaints } = await solved(
      "#/game/beach-bar?v=1&solver=fictitious-play&iterations=100&tolerance=0&set.n=12",
    );
    const canvas = page.locator("#panel-flow canvas").first();
    await page.getByLabel("What play runs along").selectOption("iterations");
    await expect.poll(async () => page.locator("#title-flow").textContent()).toMatch(/at iteration 99$/);
    const last = await picture(canvas);
    await page.locator("h1").click();
    await page.keyboard.press("Home");
    await expect.poll(async () => page.locator("#title-flow").textContent()).toMatch(/at iteration 0$/);
    await expect.poll(async () => picture(canvas)).not.toBe(last);
    await page.keyboard.press("ArrowRight");
    await expect.poll(async () => page.locator(".transport output").textContent()).toBe("iteration 2");
    // At 4 times the usual speed the whole of it takes a second and a half, and stays at its end.
    await page.getByLabel("Speed", { exact: true }).selectOption("4");
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect
      .poll(async () => page.locator("#title-flow").textContent(), { timeout: 8000 })
      .toMatch(/iteration 99$/);
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    await expect.poll(async () => picture(canvas)).toBe(last);
    await page.getByLabel("What play runs along").selectOption("time");
    await expect.poll(async () => page.locator("#title-flow").textContent()).not.toMatch(/iteration/);
    expect(complaints).toEqual([]);
  });
});
