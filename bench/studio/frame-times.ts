/**
 * Frame times of the studio's particle view in Chromium, while time plays:
 *
 *     npm run build && node --conditions=@meanfield/source bench/studio/frame-times.ts [-- --game crowd-motion --seconds 6]
 *
 * What is measured is what a person sees: the time from one animation frame of the browser to the next, for the panel alone (as it is
 * framed in other pages) and for the whole page of the game, whose other panels are drawn anew at each time, too. Browsers wait for
 * the screen: 16.7 ms is the best there is on one of 60 Hz.
 */
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { Page } from "playwright";
import { openPage, openStudio } from "../../apps/studio/tests/served.ts";

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    game: { type: "string", default: "crowd-motion" },
    seconds: { type: "string", default: "6" },
  },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) {
  console.error(`--seconds must be a positive number, got ${values.seconds}`);
  process.exit(2);
}

const counts = [10_000, 30_000, 100_000];
/** Where the slider stands for so many. */
const place = (count: number): string => String(Math.round((100 * Math.log(count / 1000)) / Math.log(100)));

const studio = await openStudio([], true);
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}; ` +
    `Chromium ${studio.browser.version()}, headless; ${values.game}, ${seconds} s each`,
);
try {
  let told = false;
  for (const [what, embed] of [
    ["panel alone", "&embed=agents"],
    ["whole page", ""],
  ]) {
    const { page } = await openPage(studio, `#/game/${values.game}?v=1${embed}`);
    await page.locator("[data-testid=agents]").waitFor({ timeout: 120_000 });
    if (!told) console.log(`${await drawnBy(page)}\n\nmilliseconds a frame      agents   median   95th percentile`);
    told = true;
    for (const count of counts) {
      await page.getByLabel("Number of agents").fill(place(count));
      await page.locator(`[data-agents="${count}"]`).waitFor({ timeout: 120_000 });
      const times = await intervals(page);
      const at = (share: number): string => times[Math.floor(share * (times.length - 1))].toFixed(1).padStart(7);
      console.log(`${what.padEnd(20)} ${String(count).padStart(11)}  ${at(0.5)}  ${at(0.95).padStart(16)}`);
    }
    await page.close();
  }
} finally {
  await studio.close();
}

/** Milliseconds from frame to frame while time plays, in increasing order. */
async function intervals(page: Page): Promise<number[]> {
  await page.locator("body").press("Space");
  // The first frames after a click are of other work, too.
  const times = await page.evaluate<number[]>(`new Promise((resolve) => {
    const times = [];
    let before;
    const end = performance.now() + ${1000 * seconds} + 500;
    const tick = (now) => {
      if (before !== undefined && now > end - ${1000 * seconds}) times.push(now - before);
      before = now;
      if (now < end) requestAnimationFrame(tick);
      else resolve(times);
    };
    requestAnimationFrame(tick);
  })`);
  await page.locator("body").press("Space");
  return times.toSorted((a, b) => a - b);
}

/** What draws: a graphics processor, or the processor in its stead. */
async function drawnBy(page: Page): Promise<string> {
  const name = await page.evaluate<string>(`(() => {
    const gl = document.createElement("canvas").getContext("webgl2");
    const info = gl.getExtension("WEBGL_debug_renderer_info");
    return gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL);
  })()`);
  const software = /swiftshader|llvmpipe|software/i.test(name);
  return software
    ? `drawn by ${name}: the processor draws in the stead of a graphics processor, which takes longer by far`
    : `drawn by ${name}`;
}
