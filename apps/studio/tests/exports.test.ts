import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { downloaded, openPage, openStudio, settled } from "./served.ts";
import type { Studio, Watched } from "./served.ts";

let studio: Studio;
let opened: Watched;

beforeAll(async () => {
  studio = await openStudio();
  opened = await openPage(studio, "#/game/systemic-risk?v=1");
  await settled(opened.page);
});
afterAll(async () => studio.close());

async function exported(panel: string, format: string): Promise<{ name: string; bytes: Buffer }> {
  const { page } = opened;
  const place = page.locator(`#panel-${panel}`);
  await place.locator(".export summary").click();
  return downloaded(page, async () => place.locator(".export .menu button", { hasText: format }).click());
}

describe("what is taken from a panel", () => {
  it.each(["gain", "law_of_a_player", "convergence"])(
    "PNG of %s: a picture with more than one colour",
    async (panel) => {
      const { name, bytes } = await exported(panel, "PNG");
      expect(name).toBe(`systemic-risk-${panel}.png`);
      expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
      // A sheet of one colour compresses to next to nothing.
      expect(bytes.length).toBeGreaterThan(3000);
    },
  );

  it.each(["gain", "law_of_a_player"])("SVG of %s: as the command line draws it", async (panel) => {
    const { name, bytes } = await exported(panel, "SVG");
    expect(name).toMatch(/^systemic-risk-.*\.svg$/);
    const text = bytes.toString();
    expect(text).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(text).toContain("<title");
    expect(text).not.toMatch(/NaN|undefined/);
  });

  it("CSV: a head and a line for each point", async () => {
    const lines = (await exported("gain", "CSV")).bytes.toString().trimEnd().split("\n");
    expect(lines[0]).toBe("t,gain,gain_exact");
    expect(lines).toHaveLength(102);
    const [t, gain, exact] = lines[1].split(",").map(Number);
    expect(t).toBe(0);
    expect(gain).toBeCloseTo(exact, 12);
  });

  it("NPZ: arrays with their axes", async () => {
    const files = unzipSync((await exported("law_of_a_player", "NPZ")).bytes);
    expect(Object.keys(files).toSorted()).toEqual(["axis_t.npy", "axis_x.npy", "law_of_a_player.npy"]);
    expect(Buffer.from(files["law_of_a_player.npy"].subarray(0, 6)).toString("latin1")).toBe("\x93NUMPY");
  });

  it("a frame shows one panel and nothing else", async () => {
    const framed = await openPage(studio, "#/game/systemic-risk?v=1&embed=gain");
    await framed.page.locator("#panel-gain canvas").first().waitFor();
    expect(await framed.page.locator(".panel").count()).toBe(1);
    expect(await framed.page.locator("header.top").count()).toBe(0);
    expect(framed.complaints).toEqual([]);
  });
});
