/**
 * Neurons that follow the limit of training: each is drawn on its own and moves under the predictions of the whole law, which
 * it does not change.
 *
 * dθ = α(E[(Y − g_t)∇(c σ(w·X))] − λθ) dt + √(2ατ) dB with g_t as the answer has it; a law at rest is drawn and kept moving by the
 * noise that keeps it.
 */

import { RefusalError, agentStreams, checkAgents, frameTimes, openAgents } from "../../core/index.ts";
import type { AgentPaths, AgentSettings } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { RandomStream } from "../../numeric/random.ts";
import type { GibbsLaw, NetworkCandidate } from "../candidate.ts";
import { drawNeurons } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { parametersOf } from "../model.ts";
import { equally, neuronField } from "../neuron-field.ts";

/** Steps from 0 to the end, at least, and the longest step in units of 1/α. */
const [leastSteps, longestStep] = [200, 0.02];
/** Relaxation times 1/(αλ) that are shown of a law at rest. */
const relaxations = 2;

/**
 * In the plane of c and w, or of the first two entries of w where c is fixed. Without noise steps are of second order (Heun's),
 * with noise the same (order one in law).
 *
 * @throws InputError as `openAgents`; RefusalError where averages over the data are not known.
 */
export function* neuronAgents(
  model: NetworkModel,
  { design, law, assumed }: NetworkCandidate,
  settings: AgentSettings,
): Generator<number, AgentPaths, void> {
  checkAgents(settings);
  if (design === undefined)
    throw new RefusalError("neurons cannot be followed: averages over the data have no finite sum");
  const { agents: count, seed, signal } = settings;
  const { rate, temperature, trainsOutput, ridge } = model;
  const p = parametersOf(model);
  const rest = law.kind === "gibbs";
  const horizon = rest ? relaxations / (rate * ridge) : model.horizon;
  const first = trainsOutput ? 0 : 1;
  // w across and c up, as everywhere.
  const shown = p - first < 2 ? [first] : [first + 1, first];
  const paths = openAgents(
    settings,
    frameTimes(horizon, settings),
    shown.map((a) => coordinateOf(a, p)),
    false,
  );
  const { t, positions } = paths;
  const [starts, own] = (["start", "own"] as const).map((name) => randomStream(seed, agentStreams[name]));
  const theta = rest ? drawGibbs(law, trainsOutput, count, starts) : drawNeurons(model.initial, count, starts);
  const field = neuronField(model, design, equally(theta, count).weights);
  const gaps = t.length - 1;
  const substeps = Math.ceil(Math.max(leastSteps, (horizon * rate) / longestStep) / gaps);
  const h = horizon / (gaps * substeps);
  const deviation = Math.sqrt(2 * rate * temperature * h);
  const seen = new Float64Array(design.count);
  let neurons = theta;
  let state = field.open(theta);
  const [here, there] = [new Float64Array(state.length), new Float64Array(state.length)];
  const moved = new Float64Array(state.length);
  const draws = new Float64Array(deviation > 0 ? count * p : 0);
  const keep = (frame: number): void => {
    const from = frame * count * shown.length;
    for (let i = 0; i < count; i++)
      for (const [c, a] of shown.entries()) positions[from + i * shown.length + c] = neurons[i * p + a];
  };
  const predictions = (time: number): Float64Array => {
    assumed(rest ? 0 : Math.min(time, horizon), seen);
    return seen;
  };

  keep(0);
  for (let frame = 1; frame <= gaps; frame++) {
    for (let k = 0; k < substeps; k++) {
      const n = (frame - 1) * substeps + k;
      field.velocityAt(state, predictions(n * h), here);
      for (let i = 0; i < state.length; i++) moved[i] = state[i] + h * here[i];
      field.velocityAt(moved, predictions((n + 1) * h), there);
      for (let i = 0; i < state.length; i++) state[i] += 0.5 * h * (here[i] + there[i]);
      if (deviation > 0) {
        neurons = field.close(state);
        own.fillNormal(draws, n * count * p);
        for (let i = 0; i < neurons.length; i++) if (i % p >= first) neurons[i] += deviation * draws[i];
        state = field.open(neurons);
      }
      yield n / (gaps * substeps);
      if (signal?.aborted === true) return paths;
    }
    neurons = field.close(state);
    keep(frame);
  }
  return paths;
}

function coordinateOf(a: number, p: number): AgentPaths["coordinates"][number] {
  if (a === 0) return { name: "c", title: "Output weight", symbol: "c" };
  return p === 2
    ? { name: "w", title: "Input weight", symbol: "w" }
    : { name: `w_${a}`, title: `Input weight, coordinate ${a}`, symbol: `w_{${a}}` };
}

const points = 4001;

/** Draws of a law at rest: w by its distribution function, c by the normal law given w. */
function drawGibbs(law: GibbsLaw, trainsOutput: boolean, count: number, stream: RandomStream): Float64Array {
  const [low, high] = law.range;
  const spacing = (high - low) / (points - 1);
  const density = Float64Array.from({ length: points }, (_, i) => law.density(low + i * spacing));
  const below = new Float64Array(points);
  for (let i = 1; i < points; i++) below[i] = below[i - 1] + 0.5 * (density[i - 1] + density[i]);
  const theta = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const wanted = stream.uniform(2 * i) * below[points - 1];
    let [left, right] = [0, points - 1];
    while (right - left > 1) {
      const middle = (left + right) >> 1;
      if (below[middle] <= wanted) left = middle;
      else right = middle;
    }
    const w = low + spacing * (left + (wanted - below[left]) / (below[left + 1] - below[left]));
    theta[2 * i + 1] = w;
    theta[2 * i] = law.centre(w) + (trainsOutput ? Math.sqrt(law.spread) * stream.normal(2 * i + 1) : 0);
  }
  return theta;
}
