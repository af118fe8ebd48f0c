/** Networks without noise: errors of N neurons by simulation, beside the constants of the central limit theorem. */

import { RefusalError } from "../../core/index.ts";
import type { ChaosSettings, RateColumn } from "../../core/index.ts";
import { drawNeurons } from "../initial.ts";
import { limitFlow } from "../limit-flow.ts";
import type { LimitFlow } from "../limit-flow.ts";
import type { NetworkModel } from "../model.ts";
import { kernelActivation } from "../neuron-field.ts";
import { flowErrors, flowFields, onlineError } from "./flow-errors.ts";
import type { FlowErrors } from "./flow-errors.ts";
import { limitFluctuations } from "../limit-fluctuations.ts";
import { streamOf } from "./linear-columns.ts";
import { heavy, meanEntry, medianEntry, scaled, signRemark, simulatedColumn } from "./table.ts";
import type { Column, Entry } from "./table.ts";

interface Row {
  readonly players: number;
  readonly repeats: number;
  readonly flow: readonly FlowErrors[];
  readonly online: readonly number[] | "diverged" | "too long";
}

type Fluctuations = ReturnType<typeof limitFluctuations>;

/** Online training is simulated for as many numbers of neurons as take no more steps of single neurons, in all. */
const mostOnline = 2.5e9;
/** It has diverged where predictions are further away than so many times what is to be learnt, in squares. */
const furthest = 100;

export function* flowColumns(
  model: NetworkModel,
  settings: ChaosSettings,
): Generator<number, { readonly players: readonly number[]; readonly columns: readonly RateColumn[] }, void> {
  const limit = limitFlow(model);
  if (typeof limit === "string") throw new RefusalError(`the limit is not known: ${limit}`);
  const { signal } = settings;
  const furthestError = furthest * (1 + sizeOf(limit, model.horizon));
  const known = kernelActivation(model.activation) !== undefined;
  let work = 0;
  const rows: Row[] = [];
  // A step of gradient flow takes the velocity four times; online training takes NT steps.
  const efforts = settings.players.map((count, i) => {
    const repeats = settings.repeatsEach?.[i] ?? settings.repeats;
    work += count * count * model.horizon * repeats;
    const online = known && work <= mostOnline;
    const flow = 4 * settings.steps * limit.design.count;
    return { count, repeats, online, effort: count * repeats * (flow + (online ? count * model.horizon : 0)) };
  });
  const total = efforts.reduce((sum, { effort }) => sum + effort, 0);
  let done = 0;
  for (const { count, repeats, online, effort } of efforts) {
    const fields = flowFields(model, limit, count);
    const flow: FlowErrors[] = [];
    const errors: number[] = [];
    let diverged = false;
    for (let r = 0; r < repeats; r++) {
      const theta = drawNeurons(model.initial, count, streamOf(settings.seed, count, r, 0));
      flow.push(flowErrors(model, limit, fields, theta, settings.steps));
      if (online && !diverged) errors.push(onlineError(model, limit, theta, settings.seed, r));
      // The others' mean would be that of the lucky ones: a single one that diverges takes all away.
      diverged ||= errors.length > 0 && !(errors[errors.length - 1] <= furthestError);
      yield Math.min(1, (done + (effort * (r + 1)) / repeats) / total);
      if (signal?.aborted === true) break;
    }
    if (signal?.aborted === true) break;
    done += effort;
    rows.push({ players: count, repeats, flow, online: !online ? "too long" : diverged ? "diverged" : errors });
  }
  const weighted = settings.repeatsEach !== undefined;
  const fluctuations = limitFluctuations(model);
  return {
    players: rows.map(({ players }) => players),
    columns: [...gradientColumns(fluctuations, rows, weighted), ...onlineColumns(fluctuations, rows, known, weighted)],
  };
}

function gradientColumns(fluctuations: Fluctuations, rows: readonly Row[], weighted: boolean): RateColumn[] {
  const players = rows.map((row) => row.players);
  const repeats = weighted ? rows.map((row) => row.repeats) : undefined;
  const constant = typeof fluctuations === "string" ? {} : { constant: fluctuations.flow };
  const column = (about: Column, entries: readonly Entry[]): RateColumn =>
    simulatedColumn(about, players, entries, repeats);
  const entries = (of: (errors: FlowErrors) => number): Entry[] => rows.map(({ flow }) => meanEntry(flow.map(of)));
  const predictions = entries(({ prediction }) => prediction);
  const spreads = entries(({ variance }) => variance);
  const together = entries(({ covariance }) => covariance).map(({ value, standardError }, i) => ({
    value: value / spreads[i].value,
    standardError: standardError / spreads[i].value,
  }));
  return [
    column(
      {
        name: "prediction_error",
        title: "Error of predictions",
        story:
          "Mean square distance at T, over the data, between predictions of N neurons by full-batch gradient flow and the limit's; simulated.",
        theory: -1,
        ...constant,
      },
      predictions,
    ),
    column(
      {
        name: "prediction_clt",
        title: "N times the error of predictions",
        story: `Comes to the variance of the central limit theorem, averaged over the data; ${constantStory(fluctuations, "flow")} Simulated.`,
        theory: 0,
        ...constant,
        ...(typeof fluctuations === "string" ? { remark: `no constant of theory: ${fluctuations}` } : {}),
      },
      scaled(predictions, players),
    ),
    column(
      {
        name: "pair_correlation",
        title: "Correlation of a pair of neurons",
        story:
          "Size of the correlation at T between what two neurons among N answer, around the limit's mean answer, averaged over the data; simulated.",
        theory: -1,
        // N Var g = Var cσ + (N − 1) Cov.
        ...(typeof fluctuations === "string"
          ? {}
          : { constant: Math.abs(fluctuations.flow / fluctuations.spread - 1) }),
        ...signRemark(players, together),
      },
      together.map(({ value, standardError }) => ({ value: Math.abs(value), standardError })),
    ),
    column(
      {
        name: "coupling_error",
        title: "Coupling error at the end",
        story:
          "Mean square distance at T between a neuron among N and its copy that moves in the limit's field; simulated.",
        theory: -1,
      },
      entries(({ coupling }) => coupling),
    ),
    column(
      {
        name: "loss_error",
        title: "Error of the loss",
        story: "Mean distance at T between the loss of N neurons and the limit's; simulated.",
        theory: -0.5,
      },
      entries(({ loss }) => loss),
    ),
  ];
}

function constantStory(found: Fluctuations, way: "flow" | "online"): string {
  if (typeof found === "string") return `no constant of theory: ${found}.`;
  const value = found[way];
  return value === undefined
    ? "no constant: the data have no finite sum for the noise of samples."
    : `the linearised limit's constant is ${value.toPrecision(6)}.`;
}

/** For those numbers of neurons that online training was done for, and did not diverge; it says which are left out. */
function onlineColumns(
  fluctuations: Fluctuations,
  rows: readonly Row[],
  known: boolean,
  weighted: boolean,
): RateColumn[] {
  const those = (kind: string): string =>
    rows
      .filter(({ online }) => online === kind)
      .map(({ players }) => players)
      .join(", ");
  const [diverged, long] = [those("diverged"), those("too long")];
  const kept = rows.flatMap(({ online, ...row }) => (typeof online === "string" ? [] : [{ ...row, online }]));
  const players = kept.map((row) => row.players);
  const repeats = weighted ? kept.map((row) => row.repeats) : undefined;
  const left = known
    ? [
        ...(diverged === "" ? [] : [`online training diverged for N = ${diverged}`]),
        ...(long === "" ? [] : [`online training takes too many steps for N = ${long} with so many repeats`]),
      ]
    : ["online training is simulated for the activations of the kernels only"];
  const carried = kept.filter(({ online }) => heavy(online));
  const remarks = [
    ...left,
    ...(carried.length === 0
      ? []
      : [
          `for N = ${carried.map((row) => row.players).join(", ")} a single run makes up ${carried.map(({ online }) => share(online)).join(", ")} % of the mean`,
        ]),
  ];
  const some = {
    ...(left.length === 0 ? {} : { players }),
    ...(remarks.length === 0 ? {} : { remark: remarks.join("; ") }),
  };
  const leftOut = left.length === 0 ? "" : ` Left out: ${left.join("; ")}.`;
  const tails =
    carried.length === 0
      ? ""
      : " A large sample kicks all neurons at once: with so few of them the mean is that of rare runs, and the median tells more.";
  const constant =
    typeof fluctuations === "string" || fluctuations.online === undefined ? {} : { constant: fluctuations.online };
  const errors = kept.map(({ online }) => meanEntry(online));
  const column = (about: Column, entries: readonly Entry[]): RateColumn =>
    simulatedColumn({ ...about, ...some, story: about.story + leftOut + tails }, players, entries, repeats);
  return [
    column(
      {
        name: "prediction_error_online",
        title: "Error of predictions by online training",
        story:
          "The mean square distance of the first column for one fresh sample a step, k = NT steps of size α/N; simulated.",
        theory: -1,
        ...constant,
      },
      errors,
    ),
    ...(carried.length === 0
      ? []
      : [
          column(
            {
              name: "prediction_median_online",
              title: "Median error of predictions by online training",
              story: "The median over runs instead of the mean; simulated.",
              theory: -1,
            },
            kept.map(({ online }) => medianEntry(online)),
          ),
        ]),
    column(
      {
        name: "prediction_clt_online",
        title: "N times the error of predictions by online training",
        story: `Comes to the variance of the central limit theorem with the chance of samples; ${constantStory(fluctuations, "online")} Simulated.`,
        theory: 0,
        ...constant,
      },
      scaled(errors, players),
    ),
  ];
}

/** Of the largest in the sum, in per cent. */
function share(errors: readonly number[]): string {
  return ((100 * Math.max(...errors)) / errors.reduce((sum, error) => sum + error, 0)).toFixed(0);
}

/** The mean square of the data and of the limit's predictions at the end. */
function sizeOf({ design, predictionsAt }: LimitFlow, horizon: number): number {
  const expected = new Float64Array(design.count);
  predictionsAt(horizon, expected);
  return design.weights.reduce((sum, weight, k) => sum + weight * (design.y[k] ** 2 + expected[k] ** 2), 0);
}
