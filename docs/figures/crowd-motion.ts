/**
 * Draws docs/images/crowd-motion.png: the density of a crowd that leaves a room, with the lines along which people walk.
 *
 *     node --conditions=@meanfield/source docs/figures/crowd-motion.ts
 */
import { writeFileSync } from "node:fs";
import { byName, catalogue, prepare, solve } from "meanfield";
import { planeFigures } from "../../packages/cli/src/figures/of-plane.ts";
import { renderPng } from "../../packages/cli/src/figures/render.ts";

const game = byName("game", catalogue.games, (one) => one.id, "crowd-motion");
const { figures } = planeFigures(await solve(prepare(catalogue, game)));
const density = figures.find(({ name }) => name === "density");
if (density === undefined) throw new Error("a crowd in the plane has a density");
writeFileSync(new URL("../images/crowd-motion.png", import.meta.url), renderPng(density, { scale: 1.5 }));
