/** The linear network in one dimension: gradient flow in closed form given the sample, online training by its chain of two numbers. */

import type { ChaosSettings, RateColumn } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { chainSlope } from "../closed-forms/linear-chain.ts";
import { gradientFlowVariance, onlineVariance, slope, stretch } from "../closed-forms/linear.ts";
import type { LinearNetwork, StartingSpread } from "../closed-forms/linear.ts";
import { drawNeurons } from "../initial.ts";
import type { InitialLaw } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { meanEntry, scaled, signRemark, simulatedColumn, squareEntry } from "./table.ts";
import type { Entry } from "./table.ts";

/** A model in the words of the closed forms; undefined for any other. */
export function asLinearNetwork(model: NetworkModel): LinearNetwork | undefined {
  const { activation, trainsOutput, data, rate, ridge, temperature, horizon } = model;
  if (activation.name !== "identity" || !trainsOutput || ridge > 0 || temperature > 0) return undefined;
  if (data.kind !== "gaussian" || data.dimension > 1 || data.teacher.kind !== "linear" || horizon === Infinity) {
    return undefined;
  }
  const { P0, Q0 } = squaresOf(model.initial);
  return { beta: data.teacher.beta[0], s2: data.variance, alpha: rate, sige: Math.sqrt(data.noise), P0, Q0 };
}

/** Moments of A = c + w and B = c − w before training, and of their squares. */
export function squaresOf(initial: InitialLaw): StartingSpread & { readonly P0: number; readonly Q0: number } {
  if (initial.kind === "points") return sampleSquares(initial.points);
  const { mean, covariance } = initial;
  const [cc, cw, , ww] = covariance.data;
  const [a, b] = [mean[0] + mean[1], mean[0] - mean[1]];
  const [vA, vB, vAB] = [cc + 2 * cw + ww, cc - 2 * cw + ww, cc - ww];
  return {
    P0: a * a + vA,
    Q0: b * b + vB,
    varA2: 2 * vA * vA + 4 * a * a * vA,
    varB2: 2 * vB * vB + 4 * b * b * vB,
    covA2B2: 2 * vAB * vAB + 4 * a * b * vAB,
  };
}

function sampleSquares(points: Float64Array): StartingSpread & { readonly P0: number; readonly Q0: number } {
  const count = points.length / 2;
  let [P0, Q0, AA, BB, AB] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const A = (points[2 * i] + points[2 * i + 1]) ** 2;
    const B = (points[2 * i] - points[2 * i + 1]) ** 2;
    P0 += A / count;
    Q0 += B / count;
    AA += (A * A) / count;
    BB += (B * B) / count;
    AB += (A * B) / count;
  }
  return { P0, Q0, varA2: AA - P0 * P0, varB2: BB - Q0 * Q0, covA2B2: AB - P0 * Q0 };
}

/** Stopped by the signal, it returns the columns of the numbers of players that are done. */
export function* linearColumns(
  model: NetworkModel,
  network: LinearNetwork,
  settings: ChaosSettings,
): Generator<number, { readonly players: readonly number[]; readonly columns: readonly RateColumn[] }, void> {
  const { seed, signal } = settings;
  const { horizon } = model;
  const limit = slope(network, horizon);
  const root = Math.sqrt(stretch(network, horizon));
  const rows: { readonly flow: Entry; readonly online: Entry; readonly coupling: Entry; readonly pair: Entry }[] = [];
  const repeatsOf = (i: number): number => settings.repeatsEach?.[i] ?? settings.repeats;
  const total = settings.players.reduce((sum, count, i) => sum + count * repeatsOf(i), 0);
  const spread = squaresOf(model.initial);
  // Var cw at T, of cw = (A² − B²)/4.
  const z = stretch(network, horizon);
  const ofOne = (spread.varA2 * z * z - 2 * spread.covA2B2 + spread.varB2 / (z * z)) / 16;
  let done = 0;
  for (const [i, count] of settings.players.entries()) {
    const steps = Math.round(count * horizon);
    const repeats = repeatsOf(i);
    const [flow, online, coupling, pair]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let r = 0; r < repeats; r++) {
      const start = sampleSquares(drawNeurons(model.initial, count, streamOf(seed, count, r, 0)));
      const sample = { ...network, P0: start.P0, Q0: start.Q0 };
      flow.push(slope(sample, horizon) - limit);
      // |θ|² = (A² + B²)/2; each A is multiplied by √z, each B divided by it.
      const ours = Math.sqrt(stretch(sample, horizon));
      coupling.push(Math.sqrt(0.5 * (start.P0 * (ours - root) ** 2 + start.Q0 * (1 / ours - 1 / root) ** 2)));
      // N² times the square of the average of cw − M is that of all alone, and of all pairs.
      const squares = start.varA2 * ours ** 4 - 2 * start.covA2B2 + start.varB2 / ours ** 4;
      const off = flow[r] * flow[r];
      pair.push((count * off - (squares / 16 + off)) / ((count - 1) * ofOne));
      online.push(chainSlope(network, count, [start.P0, start.Q0], steps, streamOf(seed, count, r, 1)) - limit);
      yield Math.min(1, (done + count * (r + 1)) / total);
      if (signal?.aborted === true) break;
    }
    if (signal?.aborted === true) break;
    done += count * repeats;
    rows.push({
      flow: squareEntry(flow, 1),
      online: squareEntry(online, 1),
      coupling: squareEntry(coupling, 1),
      pair: meanEntry(pair),
    });
  }
  const players = settings.players.slice(0, rows.length);
  const repeats = settings.repeatsEach?.slice(0, rows.length);
  const constant = (value: number): string => `the theory's constant is ${value.toPrecision(6)}`;
  const [gd, sgd] = [gradientFlowVariance(network, spread, horizon), onlineVariance(network, spread, horizon)];
  const [flow, online] = [rows.map((row) => row.flow), rows.map((row) => row.online)];
  const columns = [
    {
      name: "slope_error_flow",
      title: "Error of gradient flow",
      story:
        "Mean square distance at T between the slope of N neurons by full-batch gradient flow and the limit's; simulated.",
      theory: -1,
      constant: gd,
      entries: flow,
    },
    {
      name: "slope_error_online",
      title: "Error of online training",
      story: "The same for one fresh sample a step, k = NT steps of size α/N; simulated by the exact chain.",
      theory: -1,
      constant: sgd,
      entries: online,
    },
    {
      name: "coupling_error",
      title: "Coupling error at the end",
      story:
        "Mean square distance at T between a neuron among N in gradient flow and its copy in the limit; simulated.",
      theory: -1,
      entries: rows.map((row) => row.coupling),
    },
    {
      name: "pair_correlation",
      title: "Correlation of a pair of neurons",
      story:
        "Size of the correlation at T between cw of two neurons among N in gradient flow, around the limit's M; simulated.",
      theory: -1,
      // N Var M = Var cw + (N − 1) Cov.
      constant: Math.abs(gd / ofOne - 1),
      ...signRemark(
        players,
        rows.map((row) => row.pair),
      ),
      entries: rows.map(({ pair }) => ({ ...pair, value: Math.abs(pair.value) })),
    },
    {
      name: "clt_gd",
      title: "N times the error of gradient flow",
      story: `Comes to the variance of the central limit theorem; ${constant(gd)}. Simulated.`,
      theory: 0,
      constant: gd,
      entries: scaled(flow, players),
    },
    {
      name: "clt_sgd",
      title: "N times the error of online training",
      story: `The same with the chance of the samples; ${constant(sgd)}. Simulated.`,
      theory: 0,
      constant: sgd,
      entries: scaled(online, players),
    },
  ].map(({ entries, ...column }) => simulatedColumn(column, players, entries, repeats));
  return { players, columns };
}

/** Streams of their own for every number of neurons, repetition and purpose. */
export function streamOf(seed: number, players: number, repeat: number, purpose: number): RandomStream {
  return randomStream(seed, players * 2 ** 24 + repeat * 4 + purpose);
}
