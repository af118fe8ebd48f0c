import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { downloaded, openPage, openStudio, settled } from "./served.ts";
import type { Studio } from "./served.ts";

let studio: Studio;

beforeAll(async () => {
  studio = await openStudio();
});
afterAll(async () => studio.close());

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs words of a shell as the page shows them, with the command from source. */
async function shell(command: string): Promise<Record<string, unknown>> {
  const start =
    'import { main } from "./packages/cli/src/main.ts"; process.exitCode = await main(process.argv.slice(1));';
  const meanfield = `node --conditions=@meanfield/source --input-type=module -e '${start}' --`;
  const { stdout } = await promisify(execFile)(
    "bash",
    ["-c", `${command.replace(/^meanfield/, meanfield)} --json --no-save --quiet || true`],
    {
      cwd: root,
      maxBuffer: 1 << 26,
      env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env["PATH"]}` },
    },
  );
  return JSON.parse(stdout) as Record<string, unknown>;
}

/**
 * Where two documents differ by more than the page prints: eight digits of a number, of the largest of its list in a list.
 *
 * Not all seventeen: exponentials and logarithms of two versions of one engine may differ in the last bit. Distances on the
 * way to convergence are such differences and nothing else; of these only their number is compared.
 */
function differences(ours: unknown, theirs: unknown, path = "", size = 0): string[] {
  if (typeof ours === "number" && typeof theirs === "number") {
    const scale = Math.max(Math.abs(theirs), size, 1e-3);
    return Math.abs(ours - theirs) <= 1e-8 * scale ? [] : [`${path}: ${ours} is not ${theirs}`];
  }
  if (typeof ours !== "object" || ours === null || typeof theirs !== "object" || theirs === null)
    return ours === theirs ? [] : [`${path}: ${String(ours)} is not ${String(theirs)}`];
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  const numbers = Object.values(theirs).filter((entry): entry is number => typeof entry === "number");
  const largest = Array.isArray(theirs) ? numbers.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0) : 0;
  return names.flatMap((name) =>
    differences(
      (ours as Record<string, unknown>)[name],
      (theirs as Record<string, unknown>)[name],
      `${path}.${name}`,
      largest,
    ),
  );
}

function comparable({ trace, ...document }: Record<string, unknown>): unknown {
  return { ...document, seconds: 0, steps: (trace as readonly unknown[]).length };
}

describe("a conversation", () => {
  it("answers a moved slider with a new result, and a double click with the default", async () => {
    const { page, complaints } = await openPage(studio, "#/game/beach-bar?v=1");
    await settled(page);
    const reward = page.locator("tr", { hasText: "Mean reward" }).locator("td").first();
    const before = await reward.textContent();
    const slider = page.locator('.parameter:has(#parameter-p_still) input[type="range"]');
    await slider.fill("900");
    await page.waitForFunction(() => location.hash.includes("set.p_still"));
    await settled(page);
    const after = await reward.textContent();
    expect(after).not.toBe(before);
    await slider.dblclick();
    await page.waitForFunction(() => !location.hash.includes("set.p_still"));
    await settled(page);
    await expect.poll(async () => reward.textContent()).toBe(before);
    expect(complaints).toEqual([]);
  });

  it("marks the field of a value that is refused, in the library's own words, and keeps the old picture", async () => {
    const { page } = await openPage(studio, "#/game/beach-bar?v=1");
    await settled(page);
    await page.locator("#parameter-n").fill("-3");
    await page.locator("#parameter-n").press("Enter");
    await expect.poll(async () => settled(page)).toMatch(/^refused: n = -3: must be a whole number in/);
    expect(await page.locator(".parameter.refused").count()).toBe(1);
    expect(await page.locator(".panel canvas").count()).toBeGreaterThan(0);
    await page.locator("#parameter-n").fill("6");
    await page.locator("#parameter-n").press("Enter");
    await expect.poll(async () => settled(page)).toMatch(/^converged/);
  });

  it("is the same again from its link", async () => {
    const link = "#/game/opinion?v=1&preset=consensus&set.sigma=0.2&concept=nash&solver=picard&seed=3&t=0.5";
    const { page } = await openPage(studio, link);
    const words = await settled(page);
    const again = await openPage(studio, new URL(page.url()).hash);
    const sentence = (text: string): string => text.replace(/in \d+ iterations?.*/, "");
    expect(sentence(await settled(again.page))).toBe(sentence(words));
    expect(await again.page.locator("#parameter-sigma").inputValue()).toBe("0.2");
    expect(await again.page.locator('.presets [aria-pressed="true"]').textContent()).toBe("consensus");
  });

  it.each([
    "#/game/systemic-risk?v=1&set.q=2.5&players=7&information=open-loop",
    "#/game/beach-bar?v=1&set.n=7&solver=fictitious-play&iterations=30&option.tolerance=1e-9",
    "#/game/optimal-execution?v=1&concept=planner",
    "#/game/malware-spread?v=1&concept=planner",
  ])("gives the numbers of the command line to the last digit: %s", async (link) => {
    const { page } = await openPage(studio, link);
    await settled(page);
    const command = (await page.getByTestId("command").textContent()) ?? "";
    const { name, bytes } = await downloaded(page, async () =>
      page.getByRole("button", { name: "Save run.json" }).click(),
    );
    expect(name).toBe("run.json");
    const ours = JSON.parse(bytes.toString()) as Record<string, unknown>;
    const theirs = await shell(command);
    expect(differences(comparable(ours), comparable(theirs))).toEqual([]);
  });

  it("stands the planner beside the equilibrium, and a frozen answer beside both", async () => {
    const { page } = await openPage(studio, "#/game/beach-bar?v=1&beside=planner");
    await settled(page);
    const heads = page.locator("#panel-numbers thead th");
    await expect
      .poll(async () => heads.allTextContents())
      .toEqual(expect.arrayContaining(["equilibrium", "social planner"]));
    await page.getByRole("button", { name: "Freeze to compare" }).click();
    await page.locator("#parameter-n").fill("9");
    await page.locator("#parameter-n").press("Enter");
    await settled(page);
    await expect.poll(async () => heads.allTextContents()).toEqual(expect.arrayContaining(["frozen, n = 4"]));
  });
});
