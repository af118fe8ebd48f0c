/** Links and answers as nobody should make them: the page says what is wrong, and shows nothing as what it is not. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pack } from "../src/state/packing.ts";
import { openPage, openStudio, settled } from "./served.ts";
import type { Studio } from "./served.ts";

let studio: Studio;

beforeAll(async () => {
  studio = await openStudio();
});
afterAll(async () => studio.close());

const markup = `<img src="x" onerror="document.title = 'run'">`;
const own = {
  format: "meanfield-game",
  version: 1,
  title: markup,
  story: markup,
  parameters: [`kappa = 0.4 in [0, 2] # ${markup}`],
  running_cost: "a^2/2",
  coupling: "kappa*m",
  initial_density: "exp(-x^2)",
  state: { from: -3, to: 3 },
  horizon: 1,
  sigma: 0.5,
};

describe("a link that nobody should have made", () => {
  it("opens the gallery where it was cut off", async () => {
    const { page, complaints } = await openPage(studio, "#/game/opinio%E2%80");
    await page.locator(".card").first().waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each([
    ["a preset", "#/game/systemic-risk?v=1&preset=constructor", /must be a known preset/],
    ["a parameter", "#/game/systemic-risk?v=1&set.__proto__=1", /__proto__ = 1: must be a known name/],
    ["a value", "#/game/systemic-risk?v=1&set.T={%22toString%22:1}", /T = \{"toString":1\}: must be a number/],
    ["a title", `#/own?v=1&own=${pack({ ...own, title: { toString: 1 } })}`, /title: must be a text/],
    ["a formula", `#/own?v=1&own=${pack({ ...own, coupling: "(".repeat(9000) })}`, /deeper than 200 levels/],
  ])("is refused in words: %s", async (_, hash, why) => {
    const { page, complaints } = await openPage(studio, hash);
    expect(await settled(page)).toMatch(why);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("brings texts and no markup", async () => {
    const { page, complaints } = await openPage(studio, `#/own?v=1&own=${pack(own)}`);
    expect(await settled(page)).toMatch(/converged/);
    expect(await page.getByRole("heading", { level: 1, name: markup }).count()).toBe(1);
    expect(await page.locator("img").count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe("an answer to the question before", () => {
  it("is said to be one, and not saved as the answer to a question that is refused", async () => {
    const { page } = await openPage(studio, "#/game/systemic-risk?v=1");
    await settled(page);
    const save = page.getByRole("button", { name: "Save run.json" });
    expect(await save.isDisabled()).toBe(false);
    await page.evaluate(() => void (location.hash = "#/game/systemic-risk?v=1&set.T=-1"));
    await page.getByText("The pictures are of the question before.").waitFor();
    expect(await save.isDisabled()).toBe(true);
    await page.context().close();
  });

  it("is not written into the history of the page that was opened meanwhile", async () => {
    const { page } = await openPage(studio, "#/game/systemic-risk?v=1");
    await settled(page);
    const slider = page.locator(".parameters input[type=range]").first();
    await slider.evaluate((element: HTMLInputElement) => {
      element.value = "700";
      element.dispatchEvent(new Event("input", { bubbles: true }));
      location.hash = "#/";
    });
    await page.locator(".card").first().waitFor();
    // Longer than a drag waits before it is written down.
    await page.waitForTimeout(400);
    expect(new URL(page.url()).hash).toBe("#/");
    await page.context().close();
  });
});

it("a file that is no game is refused in the gallery, too", async () => {
  const { page } = await openPage(studio, "");
  await page.locator(".card").first().waitFor();
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["a poem"], "poem.json"));
    dispatchEvent(new DragEvent("drop", { dataTransfer }));
  });
  const said = page.getByRole("alert");
  await said.waitFor();
  expect(await said.textContent()).toBe("poem.json is no JSON");
  await page.context().close();
});

it("a person's own game is kept when its page is opened anew", async () => {
  const { page } = await openPage(studio, `#/own?v=1&own=${pack({ ...own, title: "Mine" })}`);
  await settled(page);
  await page.getByRole("link", { name: "Your own game" }).click();
  await page.waitForURL(/own=/);
  expect(await page.getByRole("textbox", { name: "Title", exact: true }).inputValue()).toBe("Mine");
  await page.context().close();
});
