/** Players of a finite game who each draw their actions and moves, along the flow that the policy induces in the limit. */

import { RefusalError, agentStreams, frameSteps, openAgents } from "../../core/index.ts";
import type { AgentCoordinate, AgentPaths, AgentSettings } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { compile } from "../compile.ts";
import { emptyField, induce } from "../flow.ts";
import type { FieldPart } from "../flow.ts";
import type { FiniteAxis, FiniteModel } from "../model.ts";
import { placesOf } from "../space.ts";

/** Moves of one player between two reports: some 10 ms. */
const WORK_BETWEEN_REPORTS = 100_000;

/**
 * Every population has as many agents, up to one. Whoever is under way for several steps stands where it will decide next.
 *
 * Coordinates are the axes of the state, where all populations have the same; the number of the state otherwise.
 *
 * @throws InputError as `openAgents` and `compile`; RefusalError for correlation devices: who is told what to do follows no policy.
 */
export function* finiteAgents(
  model: FiniteModel,
  candidate: FiniteCandidate,
  settings: AgentSettings,
): Generator<number, AgentPaths, void> {
  if (candidate.device !== undefined)
    throw new RefusalError("agents who are told what to do are not drawn; ask for equilibrium nash");
  const { policy } = candidate;
  const { agents: count, seed, signal } = settings;
  const { horizon, populations } = model;
  const { coordinates, placeOf } = spaceOf(model);
  const paths = openAgents(settings, frameSteps(horizon, settings), coordinates, true);
  const { t: kept, positions } = paths;
  const field = emptyField(compile(model));
  induce(field, policy);
  yield 0;

  // In turn, so that no population is drawn over all others.
  const of = Uint8Array.from({ length: count }, (_, i) => i % populations.length);
  const [starts, own] = (["start", "own"] as const).map((name) => randomStream(seed, agentStreams[name]));
  const cumulated = populations.map(({ initial }) => cumulative(initial));
  const states = Int32Array.from(of, (p, i) => categoryAt(cumulated[p], 0, cumulated[p].length, starts.uniform(i)));
  // When each decides next: moves may take several steps.
  const due = new Int32Array(count);
  const draws = new Float64Array(2 * count);
  const choices = field.parts.map((_, p) => cumulativeRows(policy[p], field.parts[p].population.actions));
  const width = coordinates.length;
  let frame = 0;
  let unreported = 0;
  for (let t = 0; t <= horizon; t++) {
    if (kept[frame] === t) {
      const from = frame * count * width;
      for (let i = 0; i < count; i++) {
        const place = placeOf[of[i]];
        for (let c = 0; c < width; c++) positions[from + i * width + c] = place[states[i] * width + c];
      }
      frame++;
    }
    if (t === horizon) break;
    own.fillUniform(draws, t * 2 * count);
    for (let i = 0; i < count; i++) {
      if (due[i] !== t) continue;
      const part = field.parts[of[i]];
      const { states: size, actions } = part.population;
      const row = (t * size + states[i]) * actions;
      const action = categoryAt(choices[of[i]], row, actions, draws[2 * i]);
      const next = successor(part, t, states[i] * actions + action, draws[2 * i + 1]);
      states[i] = next % size;
      due[i] = t + 1 + Math.floor(next / size);
    }
    unreported += count;
    if (unreported < WORK_BETWEEN_REPORTS) continue;
    unreported = 0;
    yield t / horizon;
    if (signal?.aborted === true) break;
  }
  return populations.length === 1
    ? paths
    : { ...paths, groups: { names: populations.map(({ name }) => name.replaceAll("_", " ")), of } };
}

/** Where the row's distribution function passes u. */
function successor({ kernel }: FieldPart, t: number, pair: number, u: number): number {
  const row = kernel.stride * t + pair;
  const last = kernel.starts[row + 1] - 1;
  let at = kernel.starts[row];
  let sum = kernel.probability[at];
  while (u >= sum && at < last) sum += kernel.probability[++at];
  return kernel.next[at];
}

/** The first of `many` numbers from `first` on that exceeds u; the last that adds anything where rounding leaves none. */
function categoryAt(sums: Float64Array, first: number, many: number, u: number): number {
  let [low, high] = [0, many - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (u < sums[first + middle]) high = middle;
    else low = middle + 1;
  }
  while (low > 0 && sums[first + low] === sums[first + low - 1]) low--;
  return low;
}

function cumulative(weights: Float64Array): Float64Array {
  return cumulativeRows(weights, weights.length);
}

function cumulativeRows(weights: Float64Array, width: number): Float64Array {
  const out = new Float64Array(weights.length);
  for (let i = 0; i < out.length; i++) out[i] = weights[i] + (i % width === 0 ? 0 : out[i - 1]);
  return out;
}

/** The axes of the state, and the coordinates of each state of each population. */
function spaceOf({ populations }: FiniteModel): {
  readonly coordinates: readonly AgentCoordinate[];
  readonly placeOf: readonly Float64Array[];
} {
  const axes = populations[0].states;
  const same = populations.every(
    ({ states }) =>
      states.length === axes.length &&
      states.every(({ name, grid }, k) => name === axes[k].name && grid.every((x, i) => x === axes[k].grid[i])),
  );
  if (same)
    return { coordinates: axes.map(coordinateOf), placeOf: populations.map(({ states }) => coordinatesOf(states)) };
  const largest = Math.max(...populations.map(({ initial }) => initial.length));
  const places = Float64Array.from({ length: largest }, (_, s) => s);
  return {
    coordinates: [{ name: "state", title: "State", symbol: "s", places }],
    placeOf: populations.map(() => places),
  };
}

function coordinateOf({ name, grid, labels }: FiniteAxis): AgentCoordinate {
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
  const symbol = name.length === 1 ? name : String.raw`\mathrm{${name.replaceAll("_", String.raw`\ `)}}`;
  return { name, title, symbol, places: grid, ...(labels === undefined ? {} : { labels }) };
}

function coordinatesOf(axes: readonly FiniteAxis[]): Float64Array {
  const size = axes.reduce((product, { grid }) => product * grid.length, 1);
  const out = new Float64Array(size * axes.length);
  for (let s = 0; s < size; s++) {
    for (const [c, place] of placesOf(axes, s).entries()) out[s * axes.length + c] = axes[c].grid[place];
  }
  return out;
}
