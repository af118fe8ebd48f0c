/** Networks without noise: N neurons by the classical Runge–Kutta method against the limit. */

import { RefusalError } from "../../core/index.ts";
import type { ChaosSettings, RateColumn } from "../../core/index.ts";
import { fixedSteps } from "../fixed-steps.ts";
import { kernelActivation, neuronField } from "../neuron-field.ts";
import type { NeuronField } from "../neuron-field.ts";
import { drawNeurons } from "../initial.ts";
import { limitFlow } from "../limit-flow.ts";
import type { LimitFlow } from "../limit-flow.ts";
import type { NetworkModel } from "../model.ts";
import { environmentOf } from "../training/environment.ts";
import { streamOf } from "./linear-columns.ts";
import { meanEntry, simulatedColumn } from "./table.ts";
import type { Entry } from "./table.ts";
import { neuronSystem, neuronSystemBytes, soloTeam } from "../../kernels/index.ts";

interface Row {
  readonly prediction: Entry;
  readonly coupling: Entry;
  readonly loss: Entry;
  readonly online: Entry | "diverged" | "too long";
}

/** Online training is simulated for as many numbers of neurons as take no more steps of single neurons, in all. */
const mostOnline = 4e9;
/** It has diverged where predictions are further away than so many times what is to be learnt, in squares. */
const furthest = 100;

export function* flowColumns(
  model: NetworkModel,
  settings: ChaosSettings,
): Generator<number, { readonly players: readonly number[]; readonly columns: readonly RateColumn[] }, void> {
  const limit = limitFlow(model);
  if (typeof limit === "string") throw new RefusalError(`the limit is not known: ${limit}`);
  const { repeats, signal } = settings;
  const { horizon } = model;
  const known = kernelActivation(model.activation) !== undefined;
  const furthestError = furthest * (1 + sizeOf(limit, horizon));
  let work = 0;
  const rows: Row[] = [];
  const total = settings.players.reduce((sum, count) => sum + count, 0);
  let done = 0;
  for (const count of settings.players) {
    const samples: { prediction: number; coupling: number; loss: number; online: number }[] = [];
    const weights = new Float64Array(count).fill(1 / count);
    work += count * count * horizon * repeats;
    const online = known && work <= mostOnline;
    let diverged = false;
    const field = neuronField(model, limit.design, weights);
    for (let r = 0; r < repeats; r++) {
      const theta = drawNeurons(model.initial, count, streamOf(settings.seed, count, r, 0));
      const found = gradientFlow(model, limit, field, theta, settings.steps);
      const error: number = online && !diverged ? onlineError(model, limit, theta, settings.seed, r) : 0;
      // The others' mean would be that of the lucky ones: a single one that diverges takes all away.
      diverged ||= !(error <= furthestError);
      samples.push({ ...found, online: error });
      yield (done + (count * (r + 1)) / repeats) / total;
      if (signal?.aborted === true) break;
    }
    if (signal?.aborted === true) break;
    done += count;
    const entry = (name: "prediction" | "coupling" | "loss" | "online"): Entry =>
      meanEntry(samples.map((sample) => sample[name]));
    rows.push({
      prediction: entry("prediction"),
      coupling: entry("coupling"),
      loss: entry("loss"),
      online: !online ? "too long" : diverged ? "diverged" : entry("online"),
    });
  }
  const players = settings.players.slice(0, rows.length);
  const column = (name: string, title: string, story: string, entries: readonly Entry[], theory = -1): RateColumn =>
    simulatedColumn({ name, title, story, theory }, players, entries);
  const predictions = rows.map((row) => row.prediction);
  return {
    players,
    columns: [
      column(
        "prediction_error",
        "Error of predictions",
        "Mean square distance at T, over the data, between predictions of N neurons by full-batch gradient flow and the limit's; simulated.",
        predictions,
      ),
      column(
        "prediction_clt",
        "N times the error of predictions",
        "Comes to the variance of the central limit theorem, averaged over the data; simulated.",
        predictions.map(({ value, standardError }, i) => ({
          value: players[i] * value,
          standardError: players[i] * standardError,
        })),
        0,
      ),
      column(
        "coupling_error",
        "Coupling error at the end",
        "Mean square distance at T between a neuron among N and its copy that moves in the limit's field; simulated.",
        rows.map((row) => row.coupling),
      ),
      column(
        "loss_error",
        "Error of the loss",
        "Mean distance at T between the loss of N neurons and the limit's; simulated.",
        rows.map((row) => row.loss),
        -0.5,
      ),
      onlineColumn(
        players,
        rows.map((row) => row.online),
        known,
      ),
    ],
  };
}

/** For those numbers of neurons that online training was done for, and did not diverge; it says which are left out. */
function onlineColumn(players: readonly number[], online: readonly Row["online"][], known: boolean): RateColumn {
  const those = (kind: string): string => players.filter((_, i) => online[i] === kind).join(", ");
  const [diverged, long] = [those("diverged"), those("too long")];
  const remarks = known
    ? [
        ...(diverged === "" ? [] : [`online training diverged for N = ${diverged}`]),
        ...(long === "" ? [] : [`online training takes too many steps for N = ${long} with so many repeats`]),
      ]
    : ["online training is simulated for the activations of the kernels only"];
  const remark = remarks.join("; ");
  const story =
    "The mean square distance of the first column for one fresh sample a step, k = NT steps of size α/N; simulated.";
  const done = players.filter((_, i) => typeof online[i] !== "string");
  const column = {
    name: "prediction_error_online",
    title: "Error of predictions by online training",
    story: remark === "" ? story : `${story} Left out: ${remark}.`,
    theory: -1,
    ...(remark === "" ? {} : { players: done, remark }),
  };
  return simulatedColumn(
    column,
    done,
    online.filter((entry) => typeof entry !== "string"),
  );
}

/** The mean square of the data and of the limit's predictions at the end. */
function sizeOf({ design, predictionsAt }: LimitFlow, horizon: number): number {
  const expected = new Float64Array(design.count);
  predictionsAt(horizon, expected);
  return design.weights.reduce((sum, weight, k) => sum + weight * (design.y[k] ** 2 + expected[k] ** 2), 0);
}

/** Neurons and their copies in the limit's field, by the classical method of fourth order. */
function gradientFlow(
  model: NetworkModel,
  limit: LimitFlow,
  field: NeuronField,
  theta: Float64Array,
  steps: number,
): { readonly prediction: number; readonly coupling: number; readonly loss: number } {
  const { design, predictionsAt } = limit;
  const { horizon } = model;
  const h = horizon / steps;
  const start = field.open(theta);
  const expected = new Float64Array(design.count);
  const own = fixedSteps((_t, y, dy) => field.velocity(y, dy), 0, start, h, steps);
  const inLimit = (t: number, y: Float64Array, dy: Float64Array): void => {
    predictionsAt(Math.min(t, horizon), expected);
    field.velocityAt(y, expected, dy);
  };
  const copy = fixedSteps(inLimit, 0, start, h, steps);
  const found = new Float64Array(design.count);
  field.predict(own, found);
  predictionsAt(horizon, expected);
  let squares = 0;
  let [ours, theirs] = [0, 0];
  for (let k = 0; k < found.length; k++) {
    squares += design.weights[k] * (found[k] - expected[k]) ** 2;
    ours += 0.5 * design.weights[k] * (design.y[k] - found[k]) ** 2;
    theirs += 0.5 * design.weights[k] * (design.y[k] - expected[k]) ** 2;
  }
  let distance = 0;
  for (let i = 0; i < own.length; i++) distance += (own[i] - copy[i]) ** 2;
  const count = theta.length / (1 + design.dimension);
  return { prediction: squares, coupling: distance / count, loss: Math.abs(ours - theirs) };
}

/** The squared distance of predictions at T after online training. */
function onlineError(model: NetworkModel, limit: LimitFlow, theta: Float64Array, seed: number, repeat: number): number {
  const { design } = limit;
  const { inputs, sample, trainsOutput, rate, ridge } = environmentOf(model);
  const activation = kernelActivation(model.activation);
  if (activation === undefined) return Number.NaN;
  const count = theta.length / (1 + inputs);
  const options = { count, inputs, activation, trainsOutput, points: design.count };
  const neurons = neuronSystem(soloTeam(neuronSystemBytes(options)), options);
  neurons.load(theta);
  const data = streamOf(seed, count, repeat, 1);
  const steps = Math.round(count * model.horizon);
  const pair = new Float64Array(inputs + 1);
  sample(data, 0, pair);
  let y = pair[inputs];
  let g = neurons.open(pair.subarray(0, inputs));
  for (let k = 0; k < steps; k++) {
    const error = y - g;
    sample(data, k + 1, pair);
    y = pair[inputs];
    g = neurons.step((rate / count) * error, 1 - (rate / count) * ridge, pair.subarray(0, inputs));
  }
  const [found, expected] = [new Float64Array(design.count), new Float64Array(design.count)];
  neurons.predict(design.x, found);
  limit.predictionsAt(model.horizon, expected);
  return found.reduce((sum, value, k) => sum + design.weights[k] * (value - expected[k]) ** 2, 0);
}
