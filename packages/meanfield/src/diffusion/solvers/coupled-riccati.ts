import { z } from "zod";
import { real, RefusalError } from "../../core/index.ts";
import type { Solver } from "../../core/index.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { integrate } from "../../numeric/ode.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { substitution } from "../players/closed-loop.ts";
import { expandPlayers } from "../players/expand.ts";
import { feedbackNash } from "../players/feedback-nash.ts";
import { controlCount } from "../players/model.ts";
import type { PlayersModel, PlayersStrategy } from "../players/model.ts";
import { openLoopNash } from "../players/open-loop-nash.ts";
import { planner } from "../players/planner.ts";

const mostPlayers = 12;

const options = z.object({
  tolerance: real(
    1e-8,
    "Largest disagreement between the players' gains, relative to the largest gain, that is accepted",
    {
      minimum: 1e-12,
      maximum: 1e-2,
      scale: "log",
    },
  ),
});

interface CoupledState {
  readonly candidate: LinearQuadraticCandidate;
  readonly asymmetry: number;
  readonly tolerance: number;
}

/** The N-player game written out in full, every player with a value or adjoint matrix of its own. */
export const coupledRiccati: Solver<LinearQuadraticModel, typeof options, CoupledState, LinearQuadraticCandidate> = {
  name: "coupled-riccati",
  title: "Coupled Riccati equations of all players",
  family: "linear-quadratic",
  story:
    "Writes the game of a few players out in full and solves one matrix equation per player, using nowhere that they " +
    `are alike. Slower than the symmetric equations and limited to ${mostPlayers} players; choose it to check them.`,
  reference: "Başar & Olsder, Dynamic Noncooperative Game Theory (1999), section 6.5; Engwerda (2005), chapter 7",
  options,
  refuses: (model, { players }) => {
    if (!Number.isFinite(players)) return "the full game needs finitely many players; the limit has none of its own";
    if (players > mostPlayers) return `players = ${players}: the full game is solved for at most ${mostPlayers}`;
    return model.limitOnly === undefined ? undefined : `players = ${players}: ${model.limitOnly}`;
  },
  init: (model, question, { tolerance }) => {
    const refused = coupledRiccati.refuses(model, question);
    if (refused !== undefined) throw new RefusalError(refused);
    const { concept, players, information } = question;
    const game = expandPlayers(model, players);
    const solve = concept === "planner" ? planner : information === "open-loop" ? openLoopNash : feedbackNash;
    const { strategy } = solve(game);
    const full = zeros(controlCount(game), game.states + 1);
    const candidate: LinearQuadraticCandidate = {
      model,
      question,
      strategy: {
        source: "empirical",
        gain: (t, out) => {
          strategy.gain(t, full);
          readGain(model, players, full, 0, out);
        },
      },
      assumedMean: fullMean(model, players, game, strategy),
    };
    return { candidate, asymmetry: asymmetry(model, players, strategy, full), tolerance };
  },
  step: (_model, { asymmetry, tolerance }) =>
    asymmetry <= tolerance
      ? {
          metrics: { asymmetry },
          status: "converged",
          reason: `all players' gains agree to ${asymmetry.toExponential(1)}`,
        }
      : {
          metrics: { asymmetry },
          status: "diverged",
          reason: `the players' gains differ by ${asymmetry.toExponential(1)} though the players are alike`,
        },
  candidate: (_model, state) => state.candidate,
};

/** K on (x, x̄, s, 1) from player i's rows of the full gain: its own block less another's, and N times that other's. */
function readGain(model: LinearQuadraticModel, players: number, full: Matrix, player: number, out: Matrix): void {
  const { state: d, common: e, control: k, stateSize } = model.layout;
  const other = player === 0 ? 1 : 0;
  for (let a = 0; a < k; a++) {
    const row = (player * k + a) * full.columns;
    for (let b = 0; b < d; b++) {
      const mine = full.data[row + player * d + b];
      const theirs = players > 1 ? full.data[row + other * d + b] : 0;
      out.data[a * stateSize + b] = mine - theirs;
      out.data[a * stateSize + d + b] = players * theirs;
    }
    for (let b = 0; b < e; b++) out.data[a * stateSize + 2 * d + b] = full.data[row + players * d + b];
    out.data[a * stateSize + stateSize - 1] = full.data[row + full.columns - 1];
  }
}

/** How far the full gains are from being one gain on (x_i, x̄, s, 1), over 65 times, relative to the largest entry. */
function asymmetry(model: LinearQuadraticModel, players: number, strategy: PlayersStrategy, full: Matrix): number {
  const { state: d, common: e, control: k, stateSize } = model.layout;
  const one = zeros(k, stateSize);
  let size = 0;
  let furthest = 0;
  for (let step = 0; step <= 64; step++) {
    strategy.gain((model.horizon * step) / 64, full);
    readGain(model, players, full, 0, one);
    for (let i = 0; i < players; i++) {
      for (let a = 0; a < k; a++) {
        const row = (i * k + a) * full.columns;
        for (let c = 0; c < full.columns; c++) {
          let expected: number;
          if (c < players * d) {
            expected = one.data[a * stateSize + d + (c % d)] / players;
            if (Math.floor(c / d) === i) expected += one.data[a * stateSize + (c % d)];
          } else expected = one.data[a * stateSize + 2 * d + (c < full.columns - 1 ? c - players * d : e)];
          size = Math.max(size, Math.abs(expected));
          furthest = Math.max(furthest, Math.abs(full.data[row + c] - expected));
        }
      }
    }
  }
  return size === 0 ? furthest : furthest / size;
}

/** E (x̄, s) of the full game, each player's mean integrated separately and then averaged. */
function fullMean(
  model: LinearQuadraticModel,
  players: number,
  game: PlayersModel,
  strategy: PlayersStrategy,
): LinearQuadraticCandidate["assumedMean"] {
  const { state: d, common: e } = model.layout;
  const n = game.states;
  const m = controlCount(game);
  const drift = zeros(n, n + m + 1);
  const gain = zeros(m, n + 1);
  const substituted = zeros(n + m + 1, n + 1);
  const closed = zeros(n, n + 1);
  const solution = integrate(
    (t, y, dy) => {
      game.drift.into(t, drift);
      strategy.gain(t, gain);
      substitution(gain, n, substituted);
      multiply(drift, substituted, closed);
      for (let a = 0; a < n; a++) {
        let sum = closed.data[a * (n + 1) + n];
        for (let b = 0; b < n; b++) sum += closed.data[a * (n + 1) + b] * y[b];
        dy[a] = sum;
      }
    },
    0,
    game.horizon,
    game.initial.mean,
  );
  if (solution.outcome !== "finished") throw new RefusalError(`the mean state: ${solution.reason}`);
  const all = new Float64Array(n);
  return (t, out) => {
    solution.at(t, all);
    for (let b = 0; b < d; b++) {
      let sum = 0;
      for (let i = 0; i < players; i++) sum += all[i * d + b];
      out[b] = sum / players;
    }
    for (let b = 0; b < e; b++) out[d + b] = all[players * d + b];
  };
}
