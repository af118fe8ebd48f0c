/**
 * A linear–quadratic game on a line of places: stay with the mean of the population.
 *
 * S. Perrin, J. Pérolat, M. Laurière, M. Geist, R. Elie, O. Pietquin, NeurIPS 2020, section 4.1, after R. Carmona, J.-P. Fouque,
 * L.-H. Sun, "Mean field games and systemic risk", Commun. Math. Sci. 13 (2015) 911–933; the form and defaults of OpenSpiel.
 */

import { z } from "zod";
import { InputError, real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { normalDistribution } from "../../numeric/normal-distribution.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { firstMoves } from "../first-moves.ts";
import { wrap } from "../game-parts.ts";
import type { Features, FiniteModel, Reward, Transition } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { uniformLaw, wholeAxis } from "../space.ts";
import { steeringFactors } from "../steering.ts";
import { asPublished, sizeParameter } from "../walk-parts.ts";

const weight = { minimum: 0, maximum: 1e6 } as const;

const parameters = z.object({
  size: sizeParameter(10),
  horizon: real(10, "End of the game, in time", { symbol: "T", minimum: 0, open: "minimum", maximum: 10_000 }),
  dt: real(1, "Length of a time step", { symbol: "\\Delta", minimum: 1e-4, maximum: 1000 }),
  n_actions_per_side: whole(3, "Controls run from −n to n", { minimum: 1, maximum: 1000 }),
  volatility: real(1, "Volatility", { symbol: "\\sigma", minimum: 0, open: "minimum", maximum: 1000 }),
  mean_revert: real(0, "Drift towards the mean", { symbol: "K", ...weight }),
  cross_q: real(0.01, "Reward of steering towards the mean", { symbol: "q", ...weight }),
  kappa: real(0.5, "Cost of distance to the mean", { symbol: "\\kappa", ...weight }),
  terminal_cost: real(1, "Cost of distance to the mean at the end", { symbol: "c", ...weight }),
  faithful: asPublished(
    "places close to a circle though means and distances are those of a line, volatility scales the noise twice, nothing is paid at the end, and a control costs what that of the first path found to a place costs; mean_revert must be 0",
  ),
});

type Parameters = ParametersOf<typeof parameters>;

/** Players who want to be where the others are on average, in OpenSpiel's form. */
export const linearQuadraticOs: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "linear-quadratic-os",
  title: "Linear–quadratic game on a line of places",
  family: "finite",
  story:
    "Players on a line pay for control and for their distance to the population's mean, and noise shakes them; chance takes them " +
    "to the place nearest to where they end. In the published implementation the line closes to a circle though means and " +
    "distances are a line's, volatility enters the noise twice, nothing is paid at the end, and every place charges the control " +
    "of the first path found to it instead of the one chosen; `faithful` reproduces that. The limit on a fine grid in " +
    "continuous time is solved by u = (q + η)(m − x), and `eta` is its η.",
  reference:
    "S. Perrin et al., NeurIPS 2020, section 4.1; R. Carmona, J.-P. Fouque, L.-H. Sun, Commun. Math. Sci. 13 (2015)",
  equations: [
    {
      caption: "Moves",
      tex: "x'=x+\\bigl(K(m_t-x)+u\\bigr)\\Delta+\\sigma\\sqrt\\Delta\\,Z,\\ \\text{to the nearest place}",
    },
    {
      caption: "Reward",
      tex: "r_t=\\tfrac\\Delta2\\bigl(-u^2+2qu(m_t-x)-\\kappa(m_t-x)^2\\bigr)\\ (t<T),\\qquad r_T=-\\tfrac c2(m_T-x)^2",
    },
    {
      caption: "Limit in continuous time and space",
      tex: "u=(q+\\eta_t)(m_t-x),\\qquad\\dot\\eta=2(K+q)\\eta+\\eta^2-(\\kappa-q^2),\\quad\\eta_T=c",
    },
  ],
  parameters,
  presets: { peer: { title: "As in OpenSpiel", parameters: { faithful: true } } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check,
  build: modelOf,
  quantities: [
    ...finiteQuantities,
    {
      name: "eta",
      title: "Feedback of the limit",
      symbol: "\\eta_t",
      story: "Coefficient of the equilibrium in continuous time and space: the control is (q + η)(m − x).",
    },
  ],
  measure: (p, _question, candidate) => ({
    ...measureFinite(candidate),
    eta: () => ({
      axes: [
        { name: "t", grid: Float64Array.from({ length: candidate.model.horizon + 1 }, (_, t) => t), kind: "discrete" },
      ],
      at: (t) => etaOf(p, Math.max(0, p.horizon - t * p.dt)),
    }),
  }),
};

function check({ mean_revert, kappa, cross_q, horizon, dt, faithful }: Parameters): void {
  if (faithful && mean_revert !== 0) throw new InputError("mean_revert", mean_revert, "0 with faithful");
  if (kappa < cross_q ** 2) throw new InputError("kappa", kappa, `at least cross_q² = ${cross_q ** 2}`);
  if (horizon / dt > 10_000) throw new InputError("dt", dt, "at most 10 000 steps to the horizon");
}

/** η so long before the end: the Riccati equation by its two roots. */
function etaOf({ mean_revert, cross_q, kappa, terminal_cost: c }: Parameters, left: number): number {
  const drift = mean_revert + cross_q;
  const excess = kappa - cross_q ** 2;
  const root = Math.sqrt(drift ** 2 + excess);
  if (root === 0) return c / (1 + c * left);
  const [rise, fall] = [root - drift, -root - drift];
  const decay = Math.exp(-2 * root * left);
  const top = excess * (1 - decay) + c * (rise - fall * decay);
  return top / (rise * decay - fall + c * (1 - decay));
}

function modelOf(p: Parameters): FiniteModel {
  check(p);
  const { size, n_actions_per_side: n, faithful } = p;
  const steps = stepsOf(p);
  return {
    family: "finite",
    kind: "discrete-time",
    // Where nothing is earned at the horizon, the move before it is the last that may matter.
    horizon: faithful ? steps - 1 : steps,
    features: meanOf(size),
    populations: [
      {
        name: "players",
        states: [wholeAxis("x", size)],
        actions: [wholeAxis("control", 2 * n + 1, -n)],
        initial: uniformLaw(size),
        transition: faithful ? circle(p) : line(p),
        reward: faithful ? firstRewards(p) : rewards(p, steps),
      },
    ],
  };
}

/** Steps until the time is the horizon or past it. */
function stepsOf({ horizon, dt }: Parameters): number {
  return Math.max(1, Math.ceil(horizon / dt - 1e-9));
}

function meanOf(size: number): Features {
  return {
    count: 1,
    // Around the middle, so that symmetric laws have theirs exactly.
    read: (_t, { states: [mu] }, out) => {
      const middle = (size - 1) / 2;
      let away = 0;
      for (let x = 0; x < middle; x++) away += (middle - x) * (mu[size - 1 - x] - mu[x]);
      out[0] = middle + away;
    },
  };
}

function line({ size, dt, n_actions_per_side: n, volatility, mean_revert }: Parameters): Transition {
  const deviation = volatility * Math.sqrt(dt);
  return {
    sees: mean_revert === 0 ? "nothing" : "states",
    timed: false,
    successors: (_t, x, a, { features }, emit) => {
      const drift = mean_revert === 0 ? 0 : mean_revert * (features[0] - x);
      const aim = x + (a - n + drift) * dt;
      // The ends take all that lies beyond them.
      let below = 0;
      for (let y = 0; y < size; y++) {
        const upTo = y === size - 1 ? 1 : normalDistribution((y + 0.5 - aim) / deviation);
        emit(y, upTo - below);
        below = upTo;
      }
    },
  };
}

function rewards(p: Parameters, steps: number): Reward {
  const { size, dt, n_actions_per_side: n, cross_q, kappa, terminal_cost } = p;
  const middle = (size - 1) / 2;
  return {
    base: { timed: true, at: (t, _x, a) => (t < steps ? (-dt * (a - n) ** 2) / 2 : 0) },
    coupled: {
      sees: "states",
      at: (t, x, a, { features: [mean] }) => {
        const away = mean - x;
        return t === steps
          ? (-terminal_cost * away ** 2) / 2
          : dt * (cross_q * (a - n) * away - (kappa * away ** 2) / 2);
      },
      factors: steeringFactors(middle, n, (t, features) => {
        const mean = features[0] - middle;
        return t === steps
          ? { mean, steer: 0, distance: terminal_cost }
          : { mean, steer: dt * cross_q, distance: dt * kappa };
      }),
    },
  };
}

/** As published: noise in whole multiples of σ√Δ with the weights of a normal law of deviation σ, around a circle. */
function circle(p: Parameters): Transition {
  const { n_actions_per_side: n, volatility } = p;
  const { aim, pushed } = movesOf(p);
  const share = Array.from({ length: 2 * n + 1 }, (_, i) => {
    const above = i === 2 * n ? 1 : normalDistribution((i - n + 0.5) / volatility);
    return above - (i === 0 ? 0 : normalDistribution((i - n - 0.5) / volatility));
  });
  return {
    sees: "nothing",
    timed: false,
    successors: (_t, x, a, _laws, emit) => pushed(aim(x, a)).forEach((y, e) => emit(y, share[e])),
  };
}

function movesOf({ size, dt, n_actions_per_side: n, volatility }: Parameters) {
  const scale = Math.sqrt(dt) * volatility;
  return {
    aim: (x: number, a: number): number => wrap(x + roundHalfEven((a - n) * dt), size),
    pushed: (x: number): number[] =>
      Array.from({ length: 2 * n + 1 }, (_, e) => wrap(roundHalfEven(x + (e - n) * scale), size)),
  };
}

/** As published: costs of the controls of first paths. */
function firstRewards(p: Parameters): Reward {
  const { size, dt, n_actions_per_side: n, cross_q, kappa } = p;
  const all = Array.from({ length: 2 * n + 1 }, (_, a) => a);
  const moves = firstMoves({
    states: size,
    times: stepsOf(p),
    starts: Array.from({ length: size }, (_, x) => x),
    actions: () => all,
    ...movesOf(p),
  });
  const control = Float64Array.from(moves, (a) => (a < 0 ? 0 : a - n));
  return {
    coupled: {
      sees: "states",
      at: (t, x, _a, { features: [mean] }) => {
        const [u, away] = [control[t * size + x], mean - x];
        return (dt / 2) * (-(u ** 2) + 2 * cross_q * u * away - kappa * away ** 2);
      },
    },
  };
}

/** To the nearest whole number, from the middle between two to the even one. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const part = x - below;
  if (part !== 0.5) return part < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
