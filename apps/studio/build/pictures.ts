/**
 * Takes the pictures of the studio that stand in the docs, from the built page: `npm run pictures:studio`.
 *
 * The same browser and the same games give the same pictures but for times of solves in words.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPage, openStudio, settled } from "../tests/served.ts";

const folder = fileURLToPath(new URL("../../../docs/studio", import.meta.url));

/** Name, address, colours; games that differ in family and in what they show. */
const pictures = [
  ["systemic-risk", "#/game/systemic-risk?v=1&beside=planner&t=0.5", "light"],
  ["opinion", "#/game/opinion?v=1&preset=polarisation&t=1", "dark"],
  ["crowd-motion", "#/game/crowd-motion?v=1&t=4", "light"],
  ["four-rooms", "#/game/crowd-modelling-2d?v=1&preset=four-rooms&t=12", "dark"],
  ["sir-epidemic", "#/game/sir-epidemic?v=1&beside=planner&t=30", "light"],
  ["dynamic-routing", "#/game/dynamic-routing?v=1&preset=braess&t=5", "light"],
  ["own-game", "#/own?v=1", "light"],
] as const;

mkdirSync(folder, { recursive: true });
const studio = await openStudio([], true);
const gallery = await openPage(studio, "", { viewport: { width: 1280, height: 860 } });
await gallery.page.locator(".card").first().waitFor();
// Thumbnails play in rounds of some five seconds; near the end of one they are full.
await gallery.page.waitForTimeout(4400);
await gallery.page.screenshot({ path: join(folder, "gallery.png") });
for (const [name, address, colorScheme] of pictures) {
  const { page, complaints } = await openPage(studio, address, { viewport: { width: 1280, height: 860 }, colorScheme });
  await settled(page);
  // What is asked for once the answer is there: agents, the finite game.
  await page.waitForTimeout(4000);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  if (complaints.length > 0) console.error(`${name}: ${complaints.join("; ")}`);
  await page.context().close();
}
await studio.close();
