/**
 * Prints the tables of docs/solvers-by-simulation.md: how the errors of particle methods fall with steps, particles and rounds,
 * and what a player among N could gain.
 *
 *     node --conditions=@meanfield/source docs/figures/particle-tables.ts
 */
import { run } from "../../packages/meanfield/src/core/index.ts";
import type { Question, Simulation } from "../../packages/meanfield/src/core/index.ts";
import { gaussianBenchmark } from "../../packages/meanfield/src/diffusion/games/gaussian-benchmark.ts";
import { torusBenchmark } from "../../packages/meanfield/src/diffusion/games/torus-benchmark.ts";
import { exhaustibleResource } from "../../packages/meanfield/src/diffusion/games/exhaustible-resource.ts";
import { simulateFields } from "../../packages/meanfield/src/diffusion/particles/simulate.ts";
import type { GridCandidate } from "../../packages/meanfield/src/diffusion/pde/candidate.ts";
import type { DiffusionModel } from "../../packages/meanfield/src/diffusion/pde/model.ts";
import { readingsOf } from "../../packages/meanfield/src/diffusion/pde/quantities.ts";
import { newton } from "../../packages/meanfield/src/diffusion/solvers/newton.ts";
import { particlePicardFields } from "../../packages/meanfield/src/diffusion/solvers/particle-picard.ts";

const limit: Question = { concept: "nash", players: Infinity, information: "feedback" };
const solve = (model: DiffusionModel, options: Readonly<Record<string, unknown>>) =>
  run(particlePicardFields, model, limit, particlePicardFields.options.parse(options), { maximumIterations: 40 });
const grid = (model: DiffusionModel): GridCandidate =>
  run(newton, model, limit, newton.options.parse({}), {}).candidate;

function print(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}\n`);
  for (const row of [head, head.map(() => "---:"), ...rows]) console.log(`| ${row.join(" | ")} |`);
}
const short = (value: number): string => value.toExponential(1);
const deviation = (sample: readonly number[]): number => {
  const mean = sample.reduce((sum, each) => sum + each, 0) / sample.length;
  return Math.sqrt(sample.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (sample.length - 1));
};

// Records S1.A: the scalar Riccati equation.
const ETA = 0.6047945935176;
const banks = gaussianBenchmark.build(
  gaussianBenchmark.parameters.parse(gaussianBenchmark.presets?.["systemic-risk"].parameters),
);
const eta = (options: Readonly<Record<string, unknown>>): number => {
  const { candidate } = solve(banks, { particles: 1000, cells: 8, ...options });
  return -(candidate.drift(0, 0, 1.2, 0) - candidate.drift(0, 0, 0.8, 0)) / 0.4 - 0.5;
};
print(
  "Steps: η(0) of `gaussian-benchmark --preset systemic-risk`, 1000 particles",
  ["steps", "error", "error, extrapolated"],
  [16, 32, 64].map((steps) => [
    `${steps}`,
    short(Math.abs(eta({ steps, extrapolate: "no" }) - ETA)),
    short(Math.abs(eta({ steps }) - ETA)),
  ]),
);

const resource = exhaustibleResource.build(exhaustibleResource.parameters.parse({}));
const onGrid = readingsOf(grid(resource));
const torus = torusBenchmark.parameters.parse({});
const circle = torusBenchmark.build(torus);
const control = torusBenchmark.exact?.(torus, limit)["control"]?.();
print(
  "Particles: `exhaustible-resource`, eight seeds against Newton on 801 × 200 points, 40 steps; `torus-benchmark`, two seeds, 100 steps",
  [
    "particles",
    "price at T/2: deviation",
    "profit: deviation",
    "profit: mean error",
    "drift on the circle: relative error",
  ],
  [1000, 4000, 16_000].map((particles) => {
    const [prices, profits] = [[], []] as [number[], number[]];
    for (let seed = 0; seed < 8; seed++) {
      const { candidate, trace } = solve(resource, { particles, steps: 40, seed });
      prices.push(0.3 * readingsOf(candidate).aggregate(0, 1.5));
      profits.push(-trace[trace.length - 1].cost);
    }
    let [error, size] = [0, 0];
    for (const seed of [0, 1]) {
      const { candidate } = solve(circle, { particles, steps: 100, cells: 16, seed });
      for (const t of [0, 0.1, 0.2, 0.3]) {
        for (let x = 0; x < 1; x += 0.02) {
          const exact = control?.at(t, x) ?? Number.NaN;
          error += (candidate.drift(0, t, x, 0) - exact) ** 2;
          size += exact ** 2;
        }
      }
    }
    const mean = profits.reduce((sum, each) => sum + each / 8, 0);
    return [
      `${particles}`,
      short(deviation(prices)),
      short(deviation(profits)),
      short(Math.abs(mean + onGrid.cost())),
      Math.sqrt(error / size).toFixed(3),
    ];
  }),
);

const { trace } = solve(resource, { particles: 10_000, steps: 50, tolerance: 1e-3 });
print(
  "Rounds: `exhaustible-resource`, 10 000 particles, 50 steps",
  ["round", "particles moved by", "gradients changed by", "mean output changed by", "its error of chance"],
  trace
    .slice(0, 10)
    .map((row) => [
      `${row.k + 1}`,
      short(row.flow_change),
      short(row.adjoint_change),
      short(row.mean_drift_change),
      short(row.mean_drift_standard_error),
    ]),
);

const tracking = gaussianBenchmark.build(gaussianBenchmark.parameters.parse({}));
const answer = grid(tracking);
const play = (players: number, paths: number): Simulation => {
  const work = simulateFields(tracking, answer, {}, { players, paths, steps: 100, seed: 1 });
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
};
print(
  "Players: `simulate gaussian-benchmark`, the gain of a deviating player",
  ["N", "gain", "standard error"],
  [3, 10, 30, 100].map((players) => {
    const { mean, standardError } = play(players, Math.ceil(60_000 / players)).scalars["deviation_gain"];
    return [`${players}`, mean.toExponential(2), short(standardError)];
  }),
);
