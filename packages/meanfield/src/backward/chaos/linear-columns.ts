import { once } from "../../core/index.ts";
import type { LinearErrors } from "../linear/second-moments.ts";
import { linearErrors } from "../linear/second-moments.ts";
import { closedLinearSolution, constantGap } from "../closed-forms/linear.ts";
import type { LinearSystem } from "../model.ts";
import type { ExactColumn } from "./columns.ts";
import { MOST_EMPIRICAL, expectedSquaredDistance } from "./empirical-law.ts";
import { logNormalColumns } from "./log-normal-columns.ts";
import { marginalDistances } from "./marginals.ts";

/** The errors of a linear system, from its closed forms; laws at half time. */
export function linearColumns(horizon: number, system: LinearSystem): ExactColumn[] {
  const limit = closedLinearSolution(horizon, system, Infinity);
  const errorsOf = remembered((players) =>
    linearErrors(horizon, system, players, closedLinearSolution(horizon, system, players), limit),
  );
  const columns: ExactColumn[] = [
    {
      name: "error_Y",
      title: "Error of Y",
      story:
        "Largest mean square distance over time, max_t E|Y^{i,N} − Y^i|², between a player of N and its copy in the limit on the " +
        "same Brownian motions; exact.",
      theory: -1,
      value: (players) => largest(errorsOf(players).y, 0, horizon),
    },
    {
      name: "error_Y_path",
      title: "Error of Y, averaged over time",
      story: "(1/T) ∫E|Y^{i,N} − Y^i|²dt; exact.",
      theory: -1,
      value: (players) => errorsOf(players).yPath(),
    },
    {
      name: "gap_Y0",
      title: "Gap of the value at the start",
      story: "|Y^{i,N}_0 − Y^i_0|, a difference of two numbers; exact.",
      theory: -1,
      value: (players) => {
        const gap = Math.sqrt(errorsOf(players).bias(0));
        const { own, mean, constant } = limit.at(0);
        // Two equal numbers differ by rounding.
        return gap > 1e-13 * (Math.abs(own) + Math.abs(mean) + Math.abs(constant)) ? gap : 0;
      },
    },
    {
      name: "error_Z",
      title: "Error of Z",
      story: "E∫(|Z^{ii} − Z^i|² + Σ_{j≠i}|Z^{ij}|²)dt, exposures to the others included; exact.",
      theory: -1,
      value: (players) => errorsOf(players).z(),
    },
    {
      name: "error_Z_own",
      title: "Error of Z without exposures to the others",
      story: "E∫|Z^{ii} − Z^i|²dt alone, which falls faster and hides that every Y^i answers to every noise; exact.",
      theory: -2,
      value: (players) => errorsOf(players).zOwn(),
    },
  ];
  return [
    ...columns,
    ...(system.noise.kind === "gaussian" ? lawColumns(horizon, system) : logNormalColumns(horizon, system, errorsOf)),
  ];
}

function lawColumns(horizon: number, system: LinearSystem): ExactColumn[] {
  const half = horizon / 2;
  const { own } = closedLinearSolution(horizon, system, Infinity).at(half);
  // Without a load of their own the laws have no density.
  if (own === 0) return [];
  const marginals = (k: number, players: number) =>
    players < k
      ? undefined
      : marginalDistances(
          k,
          players,
          half,
          closedLinearSolution(horizon, system, players).at(half),
          constantGap(system, players, horizon - half),
        );
  const sizes = [
    [1, "marginal", "one player"],
    [2, "pair", "two players"],
  ] as const;
  return [
    ...sizes.map(([k, name, who]): ExactColumn => ({
      name: `kl_${name}`,
      title: `Relative entropy of ${who}`,
      story: `Relative entropy of the law of Y of ${who} at T/2 with respect to the limit's product law; exact.`,
      theory: -2,
      value: (players) => marginals(k, players)?.entropy,
    })),
    ...sizes.map(([k, name, who]): ExactColumn => ({
      name: `w2_squared_${name}`,
      title: `Squared Wasserstein distance of ${who}`,
      story: `W₂² between the law of Y of ${who} at T/2 and the limit's product law; exact.`,
      theory: -2,
      value: (players) => marginals(k, players)?.squaredDistance,
    })),
    {
      name: "empirical_w2_squared",
      title: "Squared Wasserstein distance of the empirical law",
      story:
        "E W₂² between the empirical law of all Y^{i,N} at T/2 and the law of Y in the limit; exact, by order statistics. " +
        "Independent samples of a normal law alone come no nearer than ln ln N/N.",
      theory: -1,
      most: MOST_EMPIRICAL,
      value: (players) => {
        const { own, mean } = closedLinearSolution(horizon, system, players).at(half);
        const gap = constantGap(system, players, horizon - half);
        const spread = own * own * half * expectedSquaredDistance(players);
        return spread + (mean * (mean + 2 * own) * half) / players + gap * gap;
      },
    },
  ];
}

/** The largest value of a smooth function: the best point of a grid, then golden sections around it. */
export function largest(f: (t: number) => number, low: number, high: number): number {
  const count = 128;
  const at = (i: number): number => low + ((high - low) * i) / count;
  let best = 0;
  const values = Float64Array.from({ length: count + 1 }, (_, i) => f(at(i)));
  for (let i = 1; i <= count; i++) if (!(values[i] <= values[best])) best = i;
  let [a, b] = [at(Math.max(0, best - 1)), at(Math.min(count, best + 1))];
  const golden = (Math.sqrt(5) - 1) / 2;
  let [p, q] = [b - golden * (b - a), a + golden * (b - a)];
  let [fp, fq] = [f(p), f(q)];
  for (let k = 0; k < 40; k++) {
    if (fp > fq) {
      [b, q, fq] = [q, p, fp];
      p = b - golden * (b - a);
      fp = f(p);
    } else {
      [a, p, fp] = [p, q, fq];
      q = a + golden * (b - a);
      fq = f(q);
    }
  }
  return Math.max(values[best], fp, fq);
}

/** The last few answers, so that the columns of a row share their work. */
function remembered(make: (players: number) => LinearErrors): (players: number) => LinearErrors {
  const known = new Map<number, () => LinearErrors>();
  return (players) => {
    const found = known.get(players) ?? once(() => make(players));
    known.set(players, found);
    return found();
  };
}
