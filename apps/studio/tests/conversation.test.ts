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
 * Numbers as the page prints them: eight significant digits, and nothing below rounding of what is of size one.
 *
 * Not all seventeen: exponentials and logarithms of two versions of one engine may differ in the last bit, which differences
 * of large numbers and distances on the way to convergence magnify; so these stand apart.
 */
function printed({ trace, certificate, ...document }: Record<string, unknown>): unknown {
  return {
    ...(rounded({ ...document, seconds: 0 }) as object),
    steps: (trace as readonly unknown[]).length,
    certified: Object.entries(certificate as Record<string, number | null>).map(([name, value]) => [
      name,
      value === null ? null : value < 1e-7,
    ]),
  };
}

function rounded(value: unknown): unknown {
  if (typeof value === "number") return Math.abs(value) < 1e-11 ? 0 : Number(value.toPrecision(8));
  if (Array.isArray(value)) return value.map(rounded);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, rounded(entry)]));
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
    expect(printed(ours)).toEqual(printed(theirs));
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
    await expect.poll(async () => heads.allTextContents()).toEqual(expect.arrayContaining(["frozen"]));
  });
});
