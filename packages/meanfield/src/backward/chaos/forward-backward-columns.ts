import { once } from "../../core/index.ts";
import type { AdjointLoadings } from "../candidate.ts";
import { solveAdjointSystem } from "../forward-backward/adjoint-system.ts";
import { forwardBackwardErrors } from "../forward-backward/coupling.ts";
import type { ForwardBackwardErrors } from "../forward-backward/coupling.ts";
import type { ForwardBackwardModel } from "../forward-backward/model.ts";
import { playerLaws } from "../forward-backward/player-laws.ts";
import type { ExactColumn } from "./columns.ts";
import { MOST_EMPIRICAL } from "./empirical-law.ts";
import { exchangeableDistances, exchangeableEmpirical } from "./marginals.ts";
import type { ExchangeableLaw } from "./marginals.ts";

/** The errors of a linear–quadratic forward–backward system and its laws at half time, by differential equations of second moments. */
export function forwardBackwardColumns(model: ForwardBackwardModel): ExactColumn[] {
  if (model.linear === undefined) return [];
  const limit = once(() => solveAdjointSystem(model, Infinity));
  const known = new Map<number, () => ForwardBackwardErrors>();
  const errorsOf = (players: number): ForwardBackwardErrors => {
    const found =
      known.get(players) ??
      once(() => forwardBackwardErrors(model, players, solveAdjointSystem(model, players), limit()));
    known.set(players, found);
    return found();
  };
  const who = model.system === "nash" ? "the open-loop Nash equilibrium of N players" : "the N-particle system";
  return [
    {
      name: "error_X_T",
      title: "Error of X at the horizon",
      story: `E|X^{i,N} − X^i|² at T between ${who} and the limit, on the same starts and noises; exact.`,
      theory: -1,
      value: (players) => errorsOf(players).finalX,
    },
    {
      name: "error_Y_T",
      title: "Error of Y at the horizon",
      story: "E|Y^{i,N} − Y^i|² at T; exact.",
      theory: -1,
      value: (players) => errorsOf(players).finalY,
    },
    {
      name: "error_X",
      title: "Error of X over time",
      story: "∫E|X^{i,N} − X^i|²dt; exact.",
      theory: -1,
      value: (players) => errorsOf(players).pathX,
    },
    {
      name: "error_Y",
      title: "Error of Y over time",
      story: "∫E|Y^{i,N} − Y^i|²dt; exact.",
      theory: -1,
      value: (players) => errorsOf(players).pathY,
    },
    {
      name: "error_Z",
      title: "Error of Z",
      story: "E∫(|Z^{ii} − Z^i|² + Σ_{j≠i}|Z^{ij}|²)dt, exposures to the others included; exact.",
      theory: -1,
      value: (players) => errorsOf(players).z(),
    },
    ...lawColumns(model, limit),
  ];
}

type Laws = ReturnType<typeof playerLaws>;

function lawColumns(model: ForwardBackwardModel, limit: () => AdjointLoadings): ExactColumn[] {
  const half = model.horizon / 2;
  const known = new Map<number, () => Laws>();
  const lawsOf = (players: number): Laws => {
    const found =
      known.get(players) ?? once(() => playerLaws(model, half, solveAdjointSystem(model, players), limit()));
    known.set(players, found);
    return found();
  };
  return (["X", "Y"] as const).flatMap((name) =>
    columnsOfLaw(name, (players) => (name === "X" ? lawsOf(players).x : lawsOf(players).y)),
  );
}

/** Without a density in the limit a law has no such columns; an infinite entropy is none. */
function columnsOfLaw(name: "X" | "Y", lawOf: (players: number) => ExchangeableLaw): ExactColumn[] {
  const distances = (k: number, players: number) => {
    const law = lawOf(players);
    return players < k || law.variance === 0 ? undefined : exchangeableDistances(k, players, law);
  };
  const sizes = [
    [1, "marginal", "one player"],
    [2, "pair", "two players"],
  ] as const;
  return [
    ...sizes.map(([k, size, who]): ExactColumn => ({
      name: `kl_${name}_${size}`,
      title: `Relative entropy of ${name} of ${who}`,
      story:
        `Relative entropy of the law of ${name} of ${who} at T/2 with respect to the limit's product law; exact. ` +
        "Infinite, and not shown, where the one is degenerate: two deviations from a common average.",
      missing: "infinite, since these players' law is degenerate",
      theory: -2,
      value: (players) => {
        const entropy = distances(k, players)?.entropy;
        // Rounding leaves a degenerate law with a variance of 10⁻¹⁶ and an entropy of some tens.
        const degenerate = k === players && isDegenerate(lawOf(players));
        return entropy === Infinity || degenerate ? undefined : entropy;
      },
    })),
    ...sizes.map(([k, size, who]): ExactColumn => ({
      name: `w2_squared_${name}_${size}`,
      title: `Squared Wasserstein distance of ${name} of ${who}`,
      story: `W₂² between the law of ${name} of ${who} at T/2 and the limit's product law; exact.`,
      theory: -2,
      value: (players) => distances(k, players)?.squaredDistance,
    })),
    {
      name: `empirical_w2_squared_${name}`,
      title: `Squared Wasserstein distance of the empirical law of ${name}`,
      story: `E W₂² between the empirical law of ${name} of all players at T/2 and the limit's law; exact, by order statistics.`,
      theory: -1,
      most: MOST_EMPIRICAL,
      value: (players) => {
        const law = lawOf(players);
        return law.variance === 0 ? undefined : exchangeableEmpirical(players, law);
      },
    },
  ];
}

/** Whether all players together lie on a hyperplane: their average does not move. */
function isDegenerate({ variance, excess, common }: ExchangeableLaw): boolean {
  return Math.abs(variance + excess + common) < 1e-10 * variance;
}
