import { catalogue, byName, prepare, solve } from "meanfield";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeAddress, requestOf } from "../src/state/address.ts";
import type { Address } from "../src/state/address.ts";
import { openPage, openStudio, settled } from "./served.ts";
import type { Studio } from "./served.ts";

/** Pages that draw a great deal take their time on a busy machine. */
const patient = { timeout: 20_000 };

let studio: Studio;

beforeAll(async () => {
  studio = await openStudio();
});
afterAll(async () => studio.close());

async function addressOf(page: Page): Promise<Address> {
  return decodeAddress(await page.evaluate(() => location.hash));
}

/** Draws with the pointer through places that are shares of an element. */
async function drag(page: Page, selector: string, places: readonly (readonly [number, number])[]): Promise<void> {
  const element = page.locator(selector).first();
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  if (box === null) throw new Error(`${selector} is not to be seen`);
  const at = ([u, v]: readonly [number, number]): [number, number] => [box.x + u * box.width, box.y + v * box.height];
  await page.mouse.move(...at(places[0]));
  await page.mouse.down();
  for (const place of places.slice(1)) await page.mouse.move(...at(place), { steps: 4 });
  await page.mouse.up();
}

/** A number of the page's table, as it stands there. */
async function number(page: Page, title: string): Promise<number> {
  const text = await page.locator("#panel-numbers tr", { hasText: title }).locator("td").first().textContent();
  return Number(text?.replaceAll("−", "-"));
}

describe("a start that is drawn", () => {
  it("gives shares of states, the same numbers as the library, and the game's own start back", async () => {
    const { page, complaints } = await openPage(studio, "#/game/beach-bar?v=1");
    await settled(page);
    const own = await number(page, "Mean reward");
    await drag(page, ".start canvas", [
      [0.2, 0.2],
      [0.5, 0.9],
      [0.9, 0.9],
    ]);
    await expect.poll(async () => (await addressOf(page)).initial, patient).toMatch(/^at\(i, 0\.\d+, /);
    await settled(page);
    const address = await addressOf(page);
    const game = byName("game", catalogue.games, ({ id }) => id, "beach-bar");
    const solution = await solve(prepare(catalogue, game, requestOf(address)));
    const drawn = await number(page, "Mean reward");
    // To the digits that the page prints.
    expect(drawn / solution.quantities["mean_reward"].at()).toBeCloseTo(1, 6);
    expect(drawn).not.toBe(own);
    await expect
      .poll(async () => page.locator(".command, code, pre").allTextContents(), patient)
      .toEqual(expect.arrayContaining([expect.stringContaining("--initial 'at(i, ")]));
    await page.locator(".start canvas").dblclick();
    await expect.poll(async () => (await addressOf(page)).initial, patient).toBeUndefined();
    await settled(page);
    await expect.poll(async () => number(page, "Mean reward"), patient).toBe(own);
    expect(complaints).toEqual([]);
  });

  it("is a formula of bells over a line, which is refused in one line where it is none", async () => {
    const { page } = await openPage(studio, "#/game/opinion?v=1&option.points=41&option.steps=10");
    await settled(page);
    await drag(page, ".start canvas", [
      [0.15, 0.9],
      [0.4, 0.1],
      [0.9, 0.9],
    ]);
    await expect.poll(async () => (await addressOf(page)).initial, patient).toMatch(/normal\(x, -?[\d.]+, 0\.08333\)/);
    expect(await settled(page)).toMatch(/^converged/);
    const formula = page.getByRole("textbox", { name: "Density at the start" });
    await formula.fill("nrmal(x, 0, 0.2)");
    await formula.press("Enter");
    await page.locator(".start .problem", { hasText: "did you mean normal?" }).waitFor();
    await formula.fill("normal(x, 0, 0.2)");
    await formula.press("Enter");
    expect((await addressOf(page)).initial ?? "").toMatch(/^n|^0/);
    await page.locator(".start .problem").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "own start" }).click();
    await expect.poll(async () => (await addressOf(page)).initial, patient).toBeUndefined();
  });
});

describe("a floor plan", () => {
  it("is taken from the room on the page, and painted by pointer and keys", async () => {
    const { page, complaints } = await openPage(
      studio,
      "#/game/crowd-motion?v=1&preset=two-doors&option.points=17&option.steps=4",
    );
    // A first look has the room already.
    await page.locator("#panel-density canvas").first().waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "draw it, from the plan on the page" }).click();
    const drawing = async (): Promise<readonly string[]> =>
      ((await addressOf(page)).set["drawing"] ?? []) as readonly string[];
    await expect.poll(async () => (await drawing()).length, patient).toBe(16);
    expect((await addressOf(page)).set["plan"]).toBe("drawn");
    const before = await drawing();
    expect(before[0]).toBe("..........#.....");
    expect(before[8].startsWith("E")).toBe(true);
    // A wall in the middle of the gap between the halls, three places high.
    await drag(page, ".plan canvas", [
      [0.78, 7.5 / 16],
      [0.78, 9.5 / 16],
    ]);
    await expect
      .poll(async () => (await drawing()).map((row) => row.lastIndexOf("#")).slice(7, 10), patient)
      .toEqual([13, 13, 13]);
    expect(await settled(page)).toMatch(/^converged/);
    await page.locator(".plan .ground").focus();
    for (const key of ["ArrowRight", "ArrowRight", "4", "Space"]) await page.keyboard.press(key);
    await expect.poll(async () => (await drawing())[0][1], patient).toBe("E");
    await page.getByText("row 1, column 2: exit").waitFor();
    // Time stands still while keys paint.
    expect((await addressOf(page)).t).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  it("is refused where there is no way out, at its parameter", async () => {
    const drawing = encodeURIComponent(JSON.stringify(["oo#.", "###E"]));
    const { page } = await openPage(studio, `#/game/crowd-motion?v=1&set.plan=drawn&set.drawing=${drawing}`);
    expect(await page.locator(".parameter.refused .problem").textContent({ timeout: 60_000 })).toContain(
      "people in row 1, column 1",
    );
  });

  it("is a list of walls in games on cells, where people are heaped up between them", async () => {
    const { page } = await openPage(studio, "#/game/crowd-modelling-2d?v=1&set.horizon=4");
    await settled(page);
    await drag(page, ".plan canvas", [
      [0.5, 0.05],
      [0.5, 0.25],
    ]);
    const walls = async (): Promise<unknown> => (await addressOf(page)).set["forbidden_states"];
    await expect.poll(walls, patient).toEqual([
      [5, 9],
      [5, 8],
      [5, 7],
    ]);
    await drag(page, ".start canvas", [
      [0.5, 0.5],
      [0.5, 0.9],
    ]);
    await expect
      .poll(async () => (await addressOf(page)).initial, patient)
      .toMatch(/^normal\(x, 4\.\d+, 0\.7\)\*normal\(y, 4\.5, 0\.7\) \+ normal/);
    expect(await settled(page)).toMatch(/^converged/);
  });
});
