/** Players who jump at the rates of the policy, along the flow that the answer assumed. */

import { agentStreams, frameTimes, openAgents } from "../../core/index.ts";
import type { AgentPaths, AgentSettings } from "../../core/index.ts";
import { categoryOf } from "../../numeric/categorical.ts";
import { randomStream } from "../../numeric/random.ts";
import type { RatesCandidate } from "./candidate.ts";
import { momentAt, parametersAlong } from "./grid.ts";
import type { RatesGrid } from "./grid.ts";

/** The most that a step's length times a rate may be, where the transitions of a step have an error of its cube. */
const longestStep = 0.1;

/**
 * States at the times that are kept are those of a chain with the transitions of the jumps between them.
 *
 * Rates are straight between points of the answer's grid; I + hQ + h²Q²/2 at the middle of a step is of second order, and a matrix
 * of probabilities since steps are short.
 *
 * @throws InputError as `openAgents`.
 */
export function* rateAgents(candidate: RatesCandidate, settings: AgentSettings): Generator<number, AgentPaths, void> {
  const { grid, model } = candidate;
  const { states } = grid;
  const { agents: count, seed, signal } = settings;
  const { name, grid: places, labels } = model.states;
  const coordinate = { name, title: "State", symbol: "x", places, ...(labels === undefined ? {} : { labels }) };
  const paths = openAgents(settings, frameTimes(model.horizon, settings), [coordinate], true);
  const { t, positions } = paths;
  const rates = ratesAlong(candidate);
  const most = fastest(grid, rates);
  const [starts, own] = (["start", "own"] as const).map((purpose) => randomStream(seed, agentStreams[purpose]));
  const at = Int32Array.from({ length: count }, (_, i) => categoryOf(starts.uniform(i), model.initial));
  const draws = new Float64Array(count);
  for (let n = 0; n < t.length; n++) {
    if (n > 0) {
      const move = transitions(grid, rates, most, t[n - 1], t[n]);
      own.fillUniform(draws, (n - 1) * count);
      for (let i = 0; i < count; i++) {
        const row = at[i] * states;
        let y = 0;
        while (y < states - 1 && draws[i] >= move[row + y]) y++;
        at[i] = y;
      }
    }
    for (let i = 0; i < count; i++) positions[n * count + i] = places[at[i]];
    yield n / t.length;
    if (signal?.aborted === true) break;
  }
  return paths;
}

/** q of every move at every point of the grid. */
function ratesAlong({ grid, model, mu, controls }: RatesCandidate): Float64Array {
  const gamma = parametersAlong(grid, mu);
  const out = new Float64Array(grid.t.length * grid.moves);
  for (let i = 0; i < grid.t.length; i++) {
    const moment = momentAt(grid, mu, gamma, i);
    for (let m = 0; m < grid.moves; m++)
      out[i * grid.moves + m] = model.moves[m].rate.value(controls[i * grid.moves + m], moment);
  }
  return out;
}

/** The largest rate at which anybody leaves a state. */
function fastest({ model, t, states, moves }: RatesGrid, rates: Float64Array): number {
  const out = new Float64Array(states);
  let most = 0;
  for (let i = 0; i < t.length; i++) {
    out.fill(0);
    for (let m = 0; m < moves; m++) out[model.moves[m].from] += rates[i * moves + m];
    for (const rate of out) most = Math.max(most, rate);
  }
  return most;
}

/** Distribution functions of the state at `to` by the state at `from`, row by row. */
function transitions(
  { model, step, states, moves, t }: RatesGrid,
  rates: Float64Array,
  most: number,
  from: number,
  to: number,
): Float64Array {
  const length = to - from;
  const count = Math.max(1, Math.ceil((length * most) / longestStep), Math.ceil(length / step));
  const h = length / count;
  const now = new Float64Array(moves);
  const P = new Float64Array(states * states);
  for (let x = 0; x < states; x++) P[x * states + x] = 1;
  const first = new Float64Array(P.length);
  const second = new Float64Array(P.length);
  const push = (before: Float64Array, after: Float64Array): void => {
    after.fill(0);
    for (const [m, { from: x, to: y }] of model.moves.entries()) {
      if (now[m] === 0) continue;
      for (let row = 0; row < P.length; row += states) {
        const flow = now[m] * before[row + x];
        after[row + x] -= flow;
        after[row + y] += flow;
      }
    }
  };
  for (let k = 0; k < count; k++) {
    const place = Math.min((from + (k + 0.5) * h) / step, t.length - 1);
    const i = Math.min(Math.floor(place), t.length - 2);
    const share = place - i;
    for (let m = 0; m < moves; m++) now[m] = (1 - share) * rates[i * moves + m] + share * rates[(i + 1) * moves + m];
    push(P, first);
    push(first, second);
    for (let j = 0; j < P.length; j++) P[j] += h * first[j] + 0.5 * h * h * second[j];
  }
  for (let j = 0; j < P.length; j++) if (j % states > 0) P[j] += P[j - 1];
  return P;
}
