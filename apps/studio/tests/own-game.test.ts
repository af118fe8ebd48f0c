import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diffusion, documentOf, prepare, solve, catalogue } from "meanfield";
import type { RunDocument } from "meanfield";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { downloaded, openPage, openStudio, settled } from "./served.ts";
import type { Studio } from "./served.ts";

let studio: Studio;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "meanfield-own-"));
  studio = await openStudio();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await studio.close();
});

describe("a person's own game", () => {
  it("is read as it is typed, refused with its place, mended, shared and saved", async () => {
    const { page, complaints } = await openPage(studio, "#/own?v=1");
    expect(await settled(page)).toMatch(/^converged/);
    const potential = page.locator("#field-potential");
    const good = await potential.inputValue();
    await potential.fill(good.replace("tilt", "tlit"));
    await expect
      .poll(async () => page.locator("#field-potential-fault").textContent())
      .toMatch(/potential: at column \d+, unknown name .*did you mean tilt/);
    expect(await page.locator("#field-potential-fault mark").textContent()).toBe("t");
    expect(await page.locator(".panel canvas").count()).toBeGreaterThan(2);
    await potential.fill(`${good} + 0.2*x`);
    await expect.poll(async () => page.locator("#field-potential-fault").count()).toBe(0);
    await expect.poll(async () => settled(page)).toMatch(/^converged/);

    const again = await openPage(studio, new URL(page.url()).hash);
    await settled(again.page);
    expect(await again.page.locator("#field-potential").inputValue()).toBe(`${good} + 0.2*x`);

    const saved = await downloaded(page, async () => page.getByRole("button", { name: "Save .mfg.json" }).click());
    expect(saved.name).toBe("two-wells.mfg.json");
    const run = await downloaded(page, async () => page.getByRole("button", { name: "Save run.json" }).click());
    const shown = JSON.parse(run.bytes.toString()) as RunDocument;
    const game = diffusion.gameFromText(saved.bytes.toString());
    const solved = documentOf(await solve(prepare(catalogue, game)));
    expect(shown.certificate.exploitability).toBeCloseTo(solved.certificate.exploitability ?? Number.NaN, 10);
    expect(shown.quantities["cost"]).toBeCloseTo(solved.quantities["cost"] as number, 10);
    expect(complaints).toEqual([]);
  });

  it("begins from every example", async () => {
    const { page } = await openPage(studio, "#/own?v=1");
    await settled(page);
    const options = await page.locator(".own select").first().locator("option").allTextContents();
    expect(options.slice(1)).toEqual(Object.values(diffusion.ownGameExamples).map(({ title }) => title));
    await page
      .locator(".own select")
      .first()
      .selectOption({ label: "Savings" })
      .catch(async () => {
        await page.locator(".own select").first().selectOption({ index: 5 });
      });
    await expect.poll(async () => page.locator("#field-title").inputValue()).not.toBe("Two wells");
    await expect.poll(async () => settled(page)).toMatch(/^converged/);
  });

  it("has a start that is drawn", async () => {
    const { page } = await openPage(studio, "#/own?v=1");
    await settled(page);
    const canvas = page.locator(".own .vector canvas");
    const box = await canvas.boundingBox();
    if (box === null) throw new Error("no canvas to draw on");
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.9);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.2, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => page.locator("#field-initial_density").inputValue()).toMatch(/\*normal\(x, -/);
    await expect.poll(async () => settled(page)).toMatch(/^converged/);
  });
});

describe("runs of the command line", () => {
  it("are listed where it serves the page, and open their question", async () => {
    const game = catalogue.games.find(({ id }) => id === "beach-bar");
    if (game === undefined) throw new Error("beach-bar is gone");
    const run = documentOf(await solve(prepare(catalogue, game, { parameters: { n: 7 } })));
    mkdirSync(join(folder, "runs/one"), { recursive: true });
    writeFileSync(join(folder, "runs/one/run.json"), JSON.stringify({ command: "solve", ...run }));
    const served = await openStudio([join(folder, "runs")]);
    const { page, complaints } = await openPage(served, "");
    await page.getByText("1 earlier run").click();
    await page.locator(".runs button").click();
    await settled(page);
    expect(await page.locator("#parameter-n").inputValue()).toBe("7");
    expect(complaints).toEqual([]);
    await served.close();
  });
});

describe("files dropped on the page", () => {
  const drop = async (
    page: Awaited<ReturnType<typeof openPage>>["page"],
    name: string,
    text: string,
  ): Promise<void> => {
    const data = await page.evaluateHandle(
      ([name, text]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], name));
        return transfer;
      },
      [name, text] as const,
    );
    await page.dispatchEvent("body", "drop", { dataTransfer: data });
  };

  it("a run opens its question, a game its formulas, and what is neither is said", async () => {
    const { page } = await openPage(studio, "#/game/left-right?v=1");
    await settled(page);
    const game = catalogue.games.find(({ id }) => id === "beach-bar");
    if (game === undefined) throw new Error("beach-bar is gone");
    const run = documentOf(await solve(prepare(catalogue, game, { parameters: { n: 6 } })));
    writeFileSync(join(folder, "run.json"), JSON.stringify(run));
    await drop(page, "run.json", JSON.stringify(run));
    await page.waitForFunction(() => location.hash.startsWith("#/game/beach-bar"));
    await settled(page);
    expect(await page.locator("#parameter-n").inputValue()).toBe("6");
    await drop(page, "lamp.mfg.json", JSON.stringify(diffusion.ownGameExamples["lamp"]));
    await expect.poll(async () => page.locator("#field-title").inputValue()).toBe("Moths around a turning lamp");
    await drop(page, "poem.json", "[1]");
    await expect.poll(async () => page.locator("[role=status]").textContent()).toMatch(/poem\.json.*neither/);
  });
});
