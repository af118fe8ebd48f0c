import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage, openStudio, settled } from "./served.ts";
import type { Studio } from "./served.ts";

let studio: Studio;

beforeAll(async () => {
  studio = await openStudio();
});
afterAll(async () => studio.close());

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe calls serious or critical. The policy of the page forbids scripts from elsewhere; the debugger may. */
async function serious(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe });
  const { result } = await session.send("Runtime.evaluate", {
    expression: "axe.run(document).then((found) => JSON.stringify(found.violations))",
    awaitPromise: true,
  });
  const found = JSON.parse(String(result.value)) as Finding[];
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

describe("accessibility", () => {
  it.each([
    ["the gallery, light", "", "light"],
    ["the gallery, dark", "", "dark"],
    ["a game, light", "#/game/beach-bar?v=1&beside=planner", "light"],
    ["a game, dark", "#/game/systemic-risk?v=1", "dark"],
    ["a refusal", "#/game/beach-bar?v=1&set.n=-1", "light"],
    ["an own game", "#/own?v=1", "light"],
  ] as const)("%s has no serious finding", async (_, hash, colorScheme) => {
    const { page } = await openPage(studio, hash, { colorScheme });
    if (hash === "" || hash.startsWith("#/own")) await page.locator("h1").first().waitFor();
    else await settled(page);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details:not(.export)")) details.setAttribute("open", "");
    });
    expect(await serious(page)).toEqual([]);
  });
});

describe("the keyboard", () => {
  it("reaches a game, its sliders, time and the list of keys", async () => {
    const { page } = await openPage(studio, "");
    await page.locator(".card").first().waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.locator(".card[href*='beach-bar']").first().focus();
    await page.keyboard.press("Enter");
    await settled(page);
    const time = page.getByRole("slider", { name: "Time" });
    const start = await time.inputValue();
    await page.locator("#main").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(async () => time.inputValue()).not.toBe(start);
    await page.keyboard.press("Home");
    await expect.poll(async () => time.inputValue()).toBe(start);
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    await page.locator('.parameter:has(#parameter-p_still) input[type="range"]').focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => location.hash.includes("set.p_still"));
    await page.locator("#main").focus();
    await page.keyboard.press("r");
    await page.waitForFunction(() => !location.hash.includes("set.p_still"));
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(async () => page.getByRole("heading", { name: "Keys" }).isVisible()).toBe(false);
  });
});

describe("a narrow screen", () => {
  it.each(["", "#/game/beach-bar?v=1", "#/own?v=1"])("has one column and nothing beyond its edge: %s", async (hash) => {
    const { page } = await openPage(studio, hash, { viewport: { width: 375, height: 800 } });
    if (hash.startsWith("#/game")) await settled(page);
    else await page.locator("h1").first().waitFor();
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content).toBeLessThanOrEqual(window);
  });

  it("solves a plane on a smaller grid, says so in words and in the command, and gives the whole one back", async () => {
    const { page } = await openPage(studio, "#/game/ergodic-crowd?v=1", { viewport: { width: 375, height: 800 } });
    const verdict = page.getByRole("region", { name: "Certificate" });
    await verdict.getByText("a smaller grid on a small screen: points = 25").waitFor();
    expect(await settled(page)).toContain("converged");
    expect(await page.getByTestId("command").textContent()).toContain("--option points=25");
    await verdict.getByRole("button", { name: "Whole grid" }).click();
    await verdict.getByText("a smaller grid").waitFor({ state: "detached" });
    expect(await page.getByTestId("command").textContent()).not.toContain("--option");
  });

  it("keeps the certificate in view, and the first picture above the parameters", async () => {
    const { page } = await openPage(studio, "#/game/beach-bar?v=1", { viewport: { width: 375, height: 800 } });
    await settled(page);
    const top = async (selector: string): Promise<number> =>
      page.locator(selector).evaluate((element) => element.getBoundingClientRect().top);
    await page.locator(".panel").first().waitFor();
    const [picture, parameters, others] = [
      await top(".panels > .panel:first-child"),
      await top(".parameters"),
      await top("#panel-convergence"),
    ];
    expect(picture).toBeLessThan(parameters);
    expect(parameters).toBeLessThan(others);
    await page.locator("#panel-convergence").scrollIntoViewIfNeeded();
    expect(await top(".verdict")).toBe(0);
  });
});

describe("reduced motion", () => {
  it("leaves the gallery's pictures still", async () => {
    const { page } = await openPage(studio, "", { reducedMotion: "reduce" });
    const canvas = page.locator(".card canvas").first();
    await canvas.waitFor();
    const picture = async (): Promise<string> =>
      canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
    const before = await picture();
    await page.waitForTimeout(400);
    expect(await picture()).toBe(before);
  });
});

describe("without a network", () => {
  it("works after the first load", async () => {
    const { page } = await openPage(studio, "", { serviceWorkers: "allow" });
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      await new Promise((resolve) => void setTimeout(resolve, 300));
    });
    await page.context().setOffline(true);
    await page.goto(`${studio.url}#/game/beach-bar?v=1`);
    await page.reload();
    expect(await settled(page)).toMatch(/^converged/);
  });
});

describe("a long session", () => {
  it("keeps its memory over 4000 steps of time and 100 questions", async () => {
    const { page, complaints } = await openPage(studio, "#/game/left-right?v=1");
    await settled(page);
    const heap = async (): Promise<number> =>
      page.evaluate(() => {
        (globalThis as unknown as { gc: () => void }).gc();
        return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
      });
    const steps = async (count: number): Promise<void> =>
      page.evaluate(async (count) => {
        const slider = document.querySelector<HTMLInputElement>('.parameter input[type="range"]');
        const time = document.querySelector<HTMLInputElement>('.transport input[type="range"]');
        for (let i = 0; i < count; i++) {
          const target = i % 40 === 0 ? slider : time;
          if (target !== null) {
            target.value = String(
              Number(target.min) + ((i * 37) % 100) * 0.01 * (Number(target.max) - Number(target.min)),
            );
            target.dispatchEvent(new Event("input", { bubbles: true }));
          }
          // Ten moves of the pointer between two frames, as a fast hand makes them.
          if (i % 10 === 0) await new Promise((resolve) => void requestAnimationFrame(resolve));
        }
      }, count);
    await steps(1000);
    const early = await heap();
    await steps(3000);
    const late = await heap();
    // Three times the work may not keep three times the memory: what is kept is a trace, a cache of glyphs.
    expect(late).toBeLessThan(1.3 * early + 2e6);
    expect(complaints).toEqual([]);
  });
});
