/**
 * `node --conditions=@meanfield/source bench/battery/run.ts [--seed N] [--size K]`: a statistical battery over the random
 * streams, read in the orders in which simulations read them. Size 1 takes a minute or two; work grows in proportion.
 *
 * Exit code 1 where a p-value is within 1e-6 of 0 or 1, or where a generator known to be weak passes.
 */
import { parseArgs } from "node:util";
import { chiSquarePValue } from "../../packages/meanfield/src/numeric/goodness-of-fit.testing.ts";
import { normalDistribution } from "../../packages/meanfield/src/numeric/normal-distribution.ts";
import { controls, normals, sources } from "./sources.ts";
import * as tests from "./tests.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "20240607" }, size: { type: "string", default: "1" } },
});
const [seed, size] = [Number(values.seed), Number(values.size)];
if (!Number.isSafeInteger(seed) || seed < 0 || !Number.isSafeInteger(size) || size < 1) {
  console.error(`--seed must be an integer >= 0 and --size one >= 1, got ${values.seed} and ${values.size}`);
  process.exit(2);
}

for (const [name, open] of Object.entries(controls)) {
  const failed = Object.entries(tests).filter(([, run]) => margin(run(open(), 1)) < 1e-6);
  console.log(`${name}: fails ${failed.length === 0 ? "NOTHING" : failed.map(([test]) => words(test)).join(", ")}`);
  if (failed.length === 0) process.exitCode = 1;
}

/** Tests that see no difference when the bits of every word are reversed. */
const symmetric = new Set(["autocorrelations", "collisions", "ranks", "weights"]);

const margins: number[] = [];
for (const [name, open] of Object.entries(sources(seed))) {
  console.log(name);
  for (const [test, run] of Object.entries(tests)) {
    if (!(name.includes("reversed") && symmetric.has(test))) report(test, run(open(), size));
  }
}
console.log("normals");
report("law", lawOfNormals());

margins.sort((a, b) => a - b);
console.log(
  `\n${margins.length} tests; within 0.001 of an end: ${margins.filter((p) => p < 1e-3).length}, ` +
    `expected ${(margins.length * 0.002).toFixed(1)}; closest: ${margins[0].toExponential(1)}, ` +
    `which the closest of as many ideal ones undercuts with probability ${(1 - (1 - 2 * margins[0]) ** margins.length).toFixed(2)}`,
);
if (margins[0] < 1e-6) process.exitCode = 1;

function report(test: string, pValue: number): void {
  margins.push(margin(pValue));
  const remark = margin(pValue) < 1e-6 ? "  FAILED" : margin(pValue) < 1e-3 ? "  suspicious" : "";
  console.log(`  ${words(test).padEnd(20)} p = ${pValue.toFixed(6)}${remark}`);
}

/** How far a p-value is from the nearer end. */
function margin(pValue: number): number {
  return Math.min(pValue, 1 - pValue);
}

function words(name: string): string {
  return name.replaceAll(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}

/** 2^16 cells of equal probability, which resolve every layer of the ziggurat and its edges. */
function lawOfNormals(): number {
  const [cells, blocks] = [65_536, 20 * size];
  const counts = new Float64Array(cells);
  const draw = normals(seed, 1);
  const out = new Float64Array(1_000_000);
  for (let block = 0; block < blocks; block++) {
    draw(out);
    for (const value of out) counts[Math.floor(cells * normalDistribution(value))]++;
  }
  return chiSquarePValue(counts, () => (blocks * out.length) / cells);
}
