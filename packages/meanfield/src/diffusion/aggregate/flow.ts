import { evenGrid } from "../../core/index.ts";
import type { FlowSummary } from "../../core/index.ts";
import { normalDistribution } from "../../numeric/normal-distribution.ts";
import { findRoot } from "../../numeric/roots.ts";
import type { AggregateCandidate, FieldCandidate, PathCandidate } from "./candidate.ts";
import { lawOfMean } from "./law.ts";

/** The law of a player's state, which starts at the mean: the mean's own law, and the player's noise around it. */
export function flowOf(candidate: AggregateCandidate): FlowSummary {
  return candidate.kind === "aggregate-field" ? fieldFlow(candidate) : pathFlow(candidate);
}

const axis = { title: "State", symbol: "x" };

/** Two humps and more are possible, so that quantiles are those of the law itself. */
function fieldFlow(candidate: FieldCandidate): FlowSummary {
  const { model, adjoint } = candidate;
  const { points } = adjoint.mesh;
  const law = lawOfMean(candidate, 1e-9);
  const { times } = law;
  const own = times.map((t) => model.ownNoise * Math.sqrt(t));
  const share = (j: number, x: number): number => {
    const masses = law.masses(j);
    let sum = 0;
    for (let i = 0; i < points.length; i++) {
      // Each mass is spread over its cell, so that quantiles are continuous without own noise too.
      const half = 0.5 * (points[Math.min(i + 1, points.length - 1)] - points[Math.max(i - 1, 0)]);
      const spread = Math.hypot(own[j], 0.5 * half);
      sum += masses[i] * normalDistribution((x - points[i]) / spread);
    }
    return sum;
  };
  const quantile = (p: number): Float64Array =>
    times.map((t, j) =>
      t === 0
        ? model.start
        : findRoot((x) => share(j, x) - p, points[0] - 10 * own[j], points[points.length - 1] + 10 * own[j], {
            tolerance: 1e-5,
          }),
    );
  return {
    t: times.slice(),
    coordinates: [
      {
        mean: times.map(law.mean),
        deviation: times.map((t, j) => Math.sqrt(Math.max(0, law.variance(t)) + own[j] ** 2)),
        quantiles: [quantile(0.05), quantile(0.25), quantile(0.75), quantile(0.95)],
        axis,
      },
    ],
  };
}

function pathFlow({ model, equilibria, chosen }: PathCandidate): FlowSummary {
  const t = evenGrid(0, model.horizon, 101);
  const mean = t.map(equilibria[chosen].mean);
  return { t, coordinates: [{ mean, deviation: t.map((at) => model.ownNoise * Math.sqrt(at)), axis }] };
}
