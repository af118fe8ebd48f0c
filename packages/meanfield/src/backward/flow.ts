import { evenGrid } from "../core/index.ts";
import type { FlowCoordinate, FlowSummary } from "../core/index.ts";
import { integrate } from "../numeric/ode.ts";
import type { BackwardCandidate, ForwardBackwardCandidate, InteractingCandidate } from "./candidate.ts";
import { feedback } from "./forward-backward/adjoint-system.ts";
import { gaussianRule } from "./gaussian-rule.ts";
import { martingaleOf } from "./model.ts";

/** The law of a player's Y over time — of X and Y in a forward–backward system; undefined where it is not known. */
export function flow(candidate: BackwardCandidate): FlowSummary | undefined {
  const t = evenGrid(0, candidate.model.horizon, 101);
  const coordinates = candidate.kind === "interacting" ? valueLaw(candidate, t) : stateLaws(candidate, t);
  return coordinates === undefined ? undefined : { t, coordinates };
}

const valueAxis = { title: "Value", symbol: "Y_t" } as const;

function valueLaw(candidate: InteractingCandidate, t: Float64Array): FlowCoordinate[] | undefined {
  const { model, question, linear, field } = candidate;
  const { players } = question;
  if (linear !== undefined && model.linear?.noise.kind === "gaussian") {
    const { variance } = martingaleOf(model.linear);
    const rows = [...t].map((time) => ({ time, ...linear.at(time) }));
    const deviation = Float64Array.from(rows, ({ time, own, mean }) => {
      const other = mean / players;
      const others = Number.isFinite(players) ? (players - 1) * other * other : 0;
      return Math.sqrt(variance(time) * ((own + other) ** 2 + others));
    });
    return [{ mean: Float64Array.from(rows, ({ constant }) => constant), deviation, axis: valueAxis }];
  }
  // The law of a function of W alone; of several players' it would be one of sums.
  if (Number.isFinite(players) || model.forward.kind !== "brownian") return undefined;
  const { nodes, weights } = gaussianRule(0.05, 8);
  const one = new Float64Array(1);
  const laws = [...t].map((time) => {
    const values = nodes.map((node) => {
      field.values(time, Float64Array.of(node * Math.sqrt(time)), one);
      return one[0];
    });
    const mean = values.reduce((sum, value, k) => sum + weights[k] * value, 0);
    const variance = values.reduce((sum, value, k) => sum + weights[k] * (value - mean) ** 2, 0);
    const order = [...values.keys()].toSorted((i, j) => values[i] - values[j]);
    const quantile = (p: number): number => weightedQuantile(values, weights, order, p);
    return { mean, deviation: Math.sqrt(variance), quantiles: [0.05, 0.25, 0.75, 0.95].map(quantile) };
  });
  const quantile = (k: number): Float64Array => Float64Array.from(laws, ({ quantiles }) => quantiles[k]);
  return [
    {
      mean: Float64Array.from(laws, ({ mean }) => mean),
      deviation: Float64Array.from(laws, ({ deviation }) => deviation),
      quantiles: [quantile(0), quantile(1), quantile(2), quantile(3)],
      axis: valueAxis,
    },
  ];
}

/** Between the two values whose middles of weight enclose p, in a straight line. */
function weightedQuantile(values: Float64Array, weights: Float64Array, order: readonly number[], p: number): number {
  let below = 0;
  let [before, at] = [0, Number.NEGATIVE_INFINITY];
  for (const index of order) {
    const middle = below + 0.5 * weights[index];
    if (middle >= p) {
      if (at === Number.NEGATIVE_INFINITY) return values[index];
      return before + ((values[index] - before) * (p - at)) / (middle - at);
    }
    [before, at] = [values[index], middle];
    below += weights[index];
  }
  return before;
}

/** X and Y^{ii} are Gaussian in a linear–quadratic game: variances of X^i − X̄ and of X̄ by their equations. */
function stateLaws(
  { model, question, linear }: ForwardBackwardCandidate,
  t: Float64Array,
): FlowCoordinate[] | undefined {
  const { horizon, start, volatility, linear: game } = model;
  if (linear === undefined || game === undefined) return undefined;
  const share = 1 / question.players;
  const rate = volatility * volatility;
  const solution = integrate(
    (time, y, dy) => {
      const [f1, f2] = feedback(game, linear.at(time)).drift;
      dy[0] = 2 * f1 * y[0] + rate * (1 - share);
      dy[1] = 2 * (f1 + f2) * y[1] + rate * share;
      dy[2] = (f1 + f2) * y[2];
    },
    0,
    horizon,
    [start.variance * (1 - share), start.variance * share, start.mean],
  );
  if (solution.outcome !== "finished") return undefined;
  const rows = [...t].map((time) => ({ ...linear.at(time), moments: solution.at(time) }));
  const spread = (own: number, common: number): number => Math.sqrt(Math.max(0, own) + Math.max(0, common));
  return [
    {
      mean: Float64Array.from(rows, ({ moments }) => moments[2]),
      deviation: Float64Array.from(rows, ({ moments }) => spread(moments[0], moments[1])),
      axis: { title: "State", symbol: "X_t" },
    },
    {
      mean: Float64Array.from(rows, ({ own, mean, moments }) => (own + mean) * moments[2]),
      deviation: Float64Array.from(rows, ({ own, mean, moments }) =>
        spread(own * own * moments[0], (own + mean) ** 2 * moments[1]),
      ),
      axis: { title: "Adjoint", symbol: "Y_t" },
    },
  ];
}
