import { comparison } from "./comparison.ts";
import { convergence } from "./convergence.ts";
import { costAgainstParameter } from "./cost-against-parameter.ts";
import { defaultLaw } from "./default-law.ts";
import { errorAgainstTime } from "./error-against-time.ts";
import { feedbackGain } from "./feedback-gain.ts";
import { fieldHeatMap } from "./field-heat-map.ts";
import { fieldSlices } from "./field-slices.ts";
import { figureOf } from "./figure-of.ts";
import { flowBands } from "./flow-bands.ts";
import { learnedLaw } from "./learned-law.ts";
import { learningCurves } from "./learning-curves.ts";
import { logLogRates } from "./log-log-rates.ts";
import { particleCloud } from "./particle-cloud.ts";
import { samplePaths } from "./sample-paths.ts";
import { seriesLines } from "./series-lines.ts";
import type { FigureSpecification } from "./specification.ts";
import { tableHeatMap } from "./table-heat-map.ts";

/** One figure of every kind over data such as games give, to be looked at and to be tested on. */
export function sampleFigures(): FigureSpecification[] {
  const t = grid(0, 1, 101);
  const noise = normals(7);
  const eta = t.map((s) => 0.62 / (1 + 0.35 * Math.exp(3 * (s - 1))));
  const players = [2, 3, 5, 10, 20, 50, 100, 200, 500];
  const rates = [10, 20, 50, 100, 200, 500, 1000];
  const error = (n: number, scale: number): number => (scale / Math.sqrt(n)) * Math.exp(0.08 * noise());
  const paths = Array.from({ length: 30 }, () => walk(t.length, 0.01, noise));
  const x = grid(-1.5, 2.5, 121);
  const density = t.flatMap((s) => x.map((z) => gauss(z, 1 - 0.6 * s, 0.12 + 0.3 * s)));
  const valueField = t.flatMap((s) => x.map((z) => 0.5 * (z - 0.4) ** 2 * (1.2 - s) - 0.2 * s));
  const plane = { x: grid(0, 2, 61), y: grid(0, 1, 31) };
  const counts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const law = counts.map((k) => choose(10, k) * 0.48 ** k * 0.52 ** (10 - k));
  const simulated = law.map((p) => p + 0.004 * noise());
  const iterations = grid(0, 24, 25);
  const chaos = rates.map((n) => error(n, 0.4));
  return [
    flowBands({
      name: "flow-bands",
      title: "Population of the equilibrium and of the planner",
      t,
      y: { title: "Reserve", symbol: "X_t", unit: "billion euro" },
      groups: [
        { label: "Nash", mean: t.map((s) => 1 - 0.3 * s), deviation: t.map((s) => 0.2 + 0.15 * s) },
        { label: "planner", mean: t.map((s) => 1 - 0.55 * s + 0.1 * s * s), deviation: t.map((s) => 0.2 - 0.05 * s) },
      ],
      exact: { t: grid(0, 1, 21), mean: grid(0, 1, 21).map((s) => 1 - 0.3 * s) },
    }),
    flowBands({
      name: "flow-quantiles",
      title: "Quantiles of the population",
      t,
      y: { title: "Reserve", symbol: "X_t" },
      bandMeaning: "10 to 90 and 25 to 75 per cent quantiles",
      groups: [
        {
          label: "Nash",
          mean: t.map((s) => 1 - 0.3 * s),
          bands: [1.28, 0.67].map((z) => ({
            low: t.map((s) => 1 - 0.3 * s - z * (0.2 + 0.2 * s)),
            high: t.map((s) => 1 - 0.3 * s + z * (0.2 + 0.2 * s)),
          })),
        },
      ],
    }),
    seriesLines({
      name: "series-exact",
      title: "Riccati coefficient",
      y: { title: "Riccati coefficient", symbol: "\\eta(t)" },
      lines: [{ label: "computed", x: t, value: eta, exact: { x: t, value: eta } }],
    }),
    seriesLines({
      name: "series-several",
      title: "Coefficients of the value",
      y: { title: "Coefficient of the value", symbol: "\\eta, \\bar\\chi, \\psi_T" },
      lines: [
        { label: "η", x: t, value: eta },
        {
          label: "χ",
          x: t,
          value: t.map((s) => 0.83 * Math.exp(-s)),
          exact: { x: grid(0, 1, 6), value: grid(0, 1, 6).map((s) => 0.83 * Math.exp(-s)) },
        },
        { label: "ψ", x: t, value: t.map((s) => -0.2 + 0.1 * s * s) },
      ],
    }),
    feedbackGain({
      name: "feedback-gain",
      title: "Feedback gain against the number of players",
      y: { title: "Feedback gain at time 0", symbol: "\\varphi^N_0" },
      limit: 0.6048,
      lines: [
        { label: "open loop", players, gain: players.map((n) => 0.6048 * (1 - 0.8 / n)) },
        { label: "feedback", players, gain: players.map((n) => 0.6048 * (1 - 1.1 / n)) },
      ],
    }),
    particleCloud({
      name: "particle-cloud",
      title: "Neurons over the limit’s law",
      x: { title: "Input weight", symbol: "w" },
      y: { title: "Output weight", symbol: "c" },
      label: "300 neurons",
      points: {
        x: Array.from({ length: 300 }, noise),
        y: Array.from({ length: 300 }, noise),
      },
      density: {
        label: "the limit’s law",
        x: grid(-4, 4, 41),
        y: grid(-4, 4, 41),
        value: grid(-4, 4, 41).flatMap((u) => grid(-4, 4, 41).map((v) => Math.exp(-0.5 * (u * u + v * v)))),
      },
    }),
    samplePaths({
      name: "sample-paths",
      title: "Reserves of thirty banks",
      t,
      paths,
      mean: t.map((_, i) => paths.reduce((sum, path) => sum + path[i] / paths.length, 0)),
      defaultLevel: -0.7,
      y: { title: "Log-reserve", symbol: "X^i_t" },
    }),
    defaultLaw({
      name: "default-law",
      title: "Law of the number of defaults",
      count: counts,
      probability: simulated,
      interval: { low: simulated.map((p) => p - 0.012), high: simulated.map((p) => p + 0.012) },
      reference: { label: "binomial", count: counts, probability: law },
    }),
    defaultLaw({
      name: "default-law-tail",
      title: "Tail of the law of defaults",
      scale: "log",
      count: counts,
      probability: law.map((p, k) => (k === 10 ? 0 : p)),
      interval: { low: law.map((p) => p - 0.012), high: law.map((p) => p + 0.012) },
    }),
    costAgainstParameter({
      name: "cost-against-parameter",
      title: "Cost against the coupling",
      parameter: { title: "Strength of coupling", symbol: "\\varepsilon", unit: "1/year" },
      y: { title: "Cost of one player", symbol: "J" },
      current: 1,
      lines: [
        {
          label: "Nash",
          parameter: grid(0, 4, 17),
          cost: grid(0, 4, 17).map((e) => 0.02 + 0.03 * Math.sqrt(e)),
          interval: {
            low: grid(0, 4, 17).map((e) => 0.015 + 0.03 * Math.sqrt(e)),
            high: grid(0, 4, 17).map((e) => 0.026 + 0.03 * Math.sqrt(e)),
          },
        },
        { label: "planner", parameter: grid(0, 4, 17), cost: grid(0, 4, 17).map((e) => 0.02 + 0.017 * Math.sqrt(e)) },
      ],
    }),
    logLogRates({
      name: "log-log-rates",
      title: "Propagation of chaos",
      y: { title: "Error to the limit", symbol: "\\mathbb{E}[W_2(\\mu^N_T, \\mu_T)]" },
      groups: [
        {
          label: "empirical law",
          size: rates,
          error: chaos,
          interval: { low: chaos.map((e) => e * 0.85), high: chaos.map((e) => e * 1.15) },
        },
        { label: "mean", size: rates, error: rates.map((n) => error(n, 0.09)) },
      ],
      theory: { slope: -0.5, label: "theory: slope −1/2" },
    }),
    convergence({
      name: "convergence",
      title: "Convergence of fictitious play",
      tolerance: 1e-6,
      lines: [
        {
          label: "exploitability",
          k: iterations,
          value: iterations.map((k) => 0.8 * Math.exp(-0.62 * k) * Math.exp(0.1 * noise())),
        },
        { label: "consistency", k: iterations, value: iterations.map((k) => (k > 21 ? 0 : 0.2 * Math.exp(-0.9 * k))) },
      ],
    }),
    convergence({
      name: "convergence-long",
      title: "Training",
      y: { title: "Loss" },
      lines: [
        {
          label: "loss",
          k: grid(0, 999, 1000),
          value: grid(0, 999, 1000).map((k) => 0.02 + Math.exp(-k / 120) * Math.exp(0.15 * noise())),
        },
      ],
    }),
    fieldSlices({
      name: "field-slices",
      title: "Density of a crowd around a pillar",
      t: [0, 0.1, 0.3, 0.6, 1],
      x: plane.x,
      y: plane.y,
      value: [0, 0.1, 0.3, 0.6, 1].flatMap((s) =>
        plane.x.flatMap((px) =>
          plane.y.map((py) =>
            Math.hypot(px - 1, py - 0.5) < 0.15
              ? Number.NaN
              : gauss(px, 0.3 + 1.4 * s, 0.1 + 0.2 * s) * gauss(py, 0.5, 0.15),
          ),
        ),
      ),
      valueText: { title: "Density", symbol: "m" },
      xText: { title: "Length", symbol: "x", unit: "metres" },
      yText: { title: "Width", symbol: "y", unit: "metres" },
      tText: { title: "Time", symbol: "t", unit: "seconds" },
    }),
    fieldHeatMap({
      name: "field-density",
      title: "Density of the population",
      t,
      x,
      value: density,
      y: { title: "State", symbol: "x" },
      valueText: { title: "Density", symbol: "m(t,x)" },
    }),
    fieldHeatMap({
      name: "field-value",
      title: "Value of the game",
      contours: true,
      t,
      x,
      value: valueField,
      y: { title: "State of the representative player", symbol: "x", unit: "thousand barrels" },
      valueText: { title: "Value", symbol: "u(t,x)", unit: "million euro" },
    }),
    comparison({
      name: "comparison",
      title: "Cost by four solvers",
      x: { title: "Cost of one player", symbol: "J_0" },
      reference: { label: "exact", value: 0.0512 },
      items: [
        { label: "riccati", value: 0.0512 },
        { label: "finite-difference", value: 0.05127 },
        { label: "particle-picard", value: 0.0509, interval: [0.0502, 0.0516] },
        { label: "deep-bsde", value: 0.0518, interval: [0.0508, 0.0528] },
      ],
    }),
    comparison({
      name: "comparison-errors",
      title: "Errors by four solvers",
      scale: "log",
      x: { title: "Largest error" },
      items: [
        { label: "riccati", value: 3e-13 },
        { label: "finite-difference", value: 4e-5 },
        { label: "particle-picard", value: 6e-4, interval: [1e-4, 1.1e-3] },
        { label: "exact", value: 0 },
      ],
    }),
    errorAgainstTime({
      name: "error-against-time",
      title: "Error against computing time",
      y: { title: "Error of the value at time 0", symbol: "|Y_0 - Y_0^{*}|" },
      solvers: [
        { label: "riccati", seconds: [0.0004, 0.0011, 0.004], error: [2e-7, 9e-10, 3e-13] },
        { label: "finite-difference", seconds: [0.01, 0.04, 0.17, 0.8], error: [4e-3, 1e-3, 2.4e-4, 6e-5] },
        { label: "particle-picard", seconds: [0.2, 0.9, 4, 17], error: [3e-2, 1.4e-2, 8e-3, 3.1e-3] },
        { label: "deep-bsde", seconds: [4, 15, 62], error: [5e-2, 1e-2, 7e-3] },
      ],
    }),
    figureOf(
      { axes: { producers: [1, 2, 3, 4, 5] }, value: [5, 2.5, 1.6, 1.25, 1] },
      {
        name: "output_per_producer",
        title: "Output of each producer",
        symbol: "q^\\star",
        unit: "barrels",
        story: "Quantity sold by each.",
      },
      { prefix: "oligopoly", axes: { producers: { title: "Number of producers", symbol: "N" } } },
    ),
    figureOf(
      {
        axes: { t: [0, 0.5, 1], x },
        value: [0, 0.5, 1].flatMap((s) => x.map((z) => gauss(z, 1 - 0.6 * s, 0.12 + 0.3 * s))),
      },
      { name: "density_slices", title: "Density", symbol: "m(t,x)", story: "Law of the state at three times." },
    ),
    learningCurves({
      name: "learning-curves",
      title: "Learned thresholds",
      y: { title: "Threshold", symbol: "\\theta" },
      groups: [
        { label: "equilibrium", ...learned(0.485, noise) },
        { label: "social optimum", ...learned(0.212, noise) },
      ],
      targets: [
        { label: "SMFE", value: 0.485 },
        { label: "SMF-SO", value: 0.212, aside: true },
      ],
    }),
    learnedLaw({
      name: "learned-law",
      title: "Learned field",
      axis: { title: "State", symbol: "x" },
      x: counts,
      groups: [
        { label: "equilibrium", learned: simulated, exact: law },
        { label: "social optimum", learned: simulated.toReversed(), exact: law.toReversed() },
      ],
    }),
    learnedLaw({
      name: "learned-law-with-atom",
      title: "Learned field with an atom",
      axis: { title: "State", symbol: "x" },
      x: grid(0, 1, 41),
      groups: [
        {
          label: "learned",
          learned: grid(0, 1, 41).map((z) => (z === 0 ? 0.4 : 0.01 + 0.01 * z + 3e-4 * noise())),
          exact: grid(0, 1, 41).map((z) => (z === 0 ? 0.4 : 0.01 + 0.01 * z)),
        },
      ],
    }),
    seriesLines({
      name: "tiny-numbers",
      title: "Residual of a constant",
      y: { title: "Residual", symbol: "r_t" },
      lines: [{ label: "residual", x: t, value: t.map((s) => 3.2e-9 * Math.sin(6 * s)) }],
    }),
    seriesLines({
      name: "nothing",
      title: "Nothing",
      y: { title: "Nothing" },
      lines: [{ label: "a", x: [0, 1], value: [Number.NaN, Infinity] }],
    }),
    tableHeatMap({
      name: "table-heat-map",
      title: "Distances to the limit",
      rows: [1, 2, 4, 8, Infinity],
      columns: [1, 4, 16, 256, Infinity],
      value: [1, 2, 4, 8, Infinity].map((k) =>
        [1, 4, 16, 256, Infinity].map((n) => (k === 8 && n === 256 ? Number.NaN : 300 / k ** 2 + 0.17 / n)),
      ),
      x: { title: "Number of players", symbol: "N" },
      y: { title: "Level of the data", symbol: "k" },
    }),
  ];
}

function grid(start: number, end: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + ((end - start) * i) / (count - 1));
}

/** Ten runs that come to a value, with their mean and deviation. */
function learned(value: number, noise: () => number) {
  const iteration = grid(1, 60, 60);
  const runs = Array.from({ length: 10 }, () => {
    const start = 0.2 * noise();
    return { iteration, value: iteration.map((k) => value + start * Math.exp(-k / 6) + 0.01 * noise()) };
  });
  const mean = iteration.map((_, k) => runs.reduce((sum, run) => sum + run.value[k], 0) / runs.length);
  const deviation = mean.map((centre, k) =>
    Math.sqrt(runs.reduce((sum, run) => sum + (run.value[k] - centre) ** 2, 0) / (runs.length - 1)),
  );
  return { mean: { iteration, value: mean }, deviation, runs };
}

function gauss(x: number, mean: number, deviation: number): number {
  return Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
}

function choose(n: number, k: number): number {
  return k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k;
}

/** Rough normals from a linear congruence; good enough to look at. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
  return () => Array.from({ length: 12 }, uniform).reduce((sum, u) => sum + u, -6);
}

function walk(count: number, step: number, noise: () => number): number[] {
  let x = 0;
  return Array.from({ length: count }, (_, i) =>
    i === 0 ? 0 : (x += -0.5 * x * step + 0.55 * Math.sqrt(step) * noise()),
  );
}
