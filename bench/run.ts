/**
 * `npm run bench [-- --rounds N] [--only WORD] [--steps N] [--save]`: our hot loops against C compiled in this run, and against NumPy and SciPy where
 * this machine has them. Times depend on the machine and are worth little; ratios of interleaved runs are what counts.
 *
 * `--only network` measures the cases with that word in their name, `--steps` sets the steps of network training (100), `--save`
 * writes `bench/results.json`.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Comparison, measureCase, type Missing } from "./case.ts";
import { agentPopulation, agentReturns, agentReturnsOnGrid } from "./cases/agent-steps.ts";
import { ergodicOnTorus } from "./cases/ergodic.ts";
import { finiteBackward, finiteDescents } from "./cases/finite.ts";
import { fokkerPlanck } from "./cases/fokker-planck.ts";
import { gridSweepsInPlane, gridSweepsOnLine } from "./cases/grid-sweeps.ts";
import { newtonOnCircle } from "./cases/grid-newton.ts";
import { tutorialGames } from "./cases/meeting.ts";
import { networkSgd } from "./cases/network-sgd.ts";
import { particleStep, particleStepOnTwoThreads } from "./cases/particle-step.ts";
import { regressionStep } from "./cases/regression-step.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    steps: { type: "string", default: "100" },
    only: { type: "string", default: "" },
    save: { type: "boolean", default: false },
  },
});
const [rounds, steps] = (["rounds", "steps"] as const).map((name) => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`--${name} must be an integer >= 1, got ${values[name]}`);
  process.exit(2);
});

const machine = `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}`;
const load = loadavg()[0];
console.log(`${machine}, load ${load.toFixed(2)} at the start; ${rounds} rounds`);
if (load > 0.5) console.log("The machine is busy: expect a wide spread, and little from a second thread.");
console.log("Our time over theirs: median [least, greatest]\n");

const results: (Comparison | Missing)[] = [];
const cases = [
  particleStep,
  particleStepOnTwoThreads,
  fokkerPlanck,
  agentReturns,
  agentPopulation,
  agentReturnsOnGrid,
  ...networkSgd(steps),
  regressionStep,
  gridSweepsOnLine,
  gridSweepsInPlane,
  newtonOnCircle,
  ergodicOnTorus,
  ...tutorialGames,
  finiteBackward,
  ...finiteDescents,
].filter(({ name }) => name.includes(values.only));
if (cases.length === 0) {
  console.error(`--only ${values.only}: no case has that in its name`);
  process.exit(2);
}
for (const work of cases) {
  console.log(work.name);
  for (const result of await measureCase(work, rounds)) {
    console.log(`  ${row(result)}`);
    results.push(result);
  }
}
if (values.save) {
  const file = new URL("./results.json", import.meta.url);
  writeFileSync(file, `${JSON.stringify({ machine, load, rounds, results }, null, 2)}\n`);
}

function row(result: Comparison | Missing): string {
  const against = `against ${result.peer}`.padEnd(34);
  if ("missing" in result) return `${against}not measured: ${result.missing}`;
  const { ratio, least, greatest, fastest, ourSeconds, peerSeconds } = result;
  const spread = `${figures(ratio)} [${figures(least)}, ${figures(greatest)}], fastest rounds ${figures(fastest)}`;
  return `${against}${spread}  ${milliseconds(ourSeconds)} / ${milliseconds(peerSeconds)}${verdict(result)}`;
}

/** The median decides; on a busy machine the fastest rounds may tell more, and it is said when only they meet the target. */
function verdict({ ratio, fastest, target }: Comparison): string {
  if (target === null) return "";
  const met = ratio <= target ? "met" : fastest <= target ? "met by the fastest rounds only" : "MISSED";
  return `  target ${figures(target)}: ${met}`;
}

/** Three digits after the point, or three figures where that says too little. */
function figures(value: number): string {
  return value < 0.1 ? value.toPrecision(3) : value.toFixed(3);
}

function milliseconds(seconds: number): string {
  return `${(1000 * seconds).toFixed(seconds < 0.1 ? 2 : 0)} ms`;
}
