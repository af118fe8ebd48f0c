/**
 * The equilibrium of the meeting game with any plan and any arrival, from its two equations.
 *
 * A player of noise σ plans τ with α Φ((τ − t)/σ) + (β + γ) Φ((τ − T)/σ) = γ, and T is the θ-quantile of all arrivals, or t if that
 * is later. The later a meeting starts the longer
 * before its start people plan to come, so that the share present at T grows with T: T is the root of one equation, and plans need
 * not be followed to and fro.
 */

import { RefusalError } from "../core/index.ts";
import { normalDensity, normalDistribution } from "../numeric/normal-distribution.ts";
import { expandBracket, findRoot } from "../numeric/roots.ts";

export interface Meeting {
  /** The scheduled time. */
  readonly t: number;
  /** The quorum. */
  readonly theta: number;
  /** Costs an hour of coming after t, of coming after T, and of waiting for T. */
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  /** σ of each group; groups are equally large. */
  readonly sigmas: readonly number[];
  /** Whether it never starts before t. */
  readonly on_time: boolean;
}

export interface MeetingEquilibrium {
  /** T. */
  readonly start: number;
  /** τ of each group. */
  readonly plans: readonly number[];
}

/**
 * The equilibrium of a meeting.
 *
 * @throws RefusalError where no finite T exists: however late a meeting starts, a share (γ − α)/(β + γ) of people would come
 * later (or, where it may start before t, however early, a share γ/(β + γ) later still).
 */
export function meetingEquilibrium(meeting: Meeting): MeetingEquilibrium {
  const { t, theta, alpha, beta, gamma, sigmas, on_time } = meeting;
  const late = (gamma - alpha) / (beta + gamma);
  // Shares such as 0.2 and 1 − 0.8 that are meant to be equal are not, by rounding.
  if (late > 1 - theta - 1e-12)
    throw new RefusalError(
      `no finite starting time exists: (γ − α)/(β + γ) = ${short(late)} must be less than 1 − θ = ${short(1 - theta)}, or players put off their arrival for each other without end`,
    );
  const early = beta / (beta + gamma);
  if (!on_time && early > theta - 1e-12)
    throw new RefusalError(
      `no finite starting time exists: β/(β + γ) = ${short(early)} must be less than θ = ${short(theta)} where a meeting may start before its time, or players come ever earlier for each other`,
    );
  const plansAt = (T: number): number[] => sigmas.map((sigma) => planFor(meeting, T, sigma));
  const missing = (T: number): number =>
    plansAt(T).reduce((sum, tau, i) => sum + normalDistribution((T - tau) / sigmas[i]), 0) / sigmas.length - theta;
  if (on_time && missing(t) >= 0) return { start: t, plans: plansAt(t) };
  const [low, high] = expandBracket(missing, t, t + Math.max(...sigmas));
  const start = findRoot(missing, low, high);
  return { start, plans: plansAt(start) };
}

/** τ: what an hour later costs in reputation and in what is missed against what it saves in waiting. */
function planFor({ t, alpha, beta, gamma }: Meeting, T: number, sigma: number): number {
  const slope = (tau: number): number =>
    alpha * normalDistribution((tau - t) / sigma) + (beta + gamma) * normalDistribution((tau - T) / sigma) - gamma;
  const [low, high] = expandBracket(slope, Math.min(t, T) - sigma, Math.max(t, T) + sigma);
  return findRoot(slope, low, high);
}

/** What people pay on average. */
export function meetingCost(meeting: Meeting, { start, plans }: MeetingEquilibrium): number {
  const { t, alpha, beta, gamma, sigmas } = meeting;
  const costs = plans.map((tau, i) => {
    const after = (time: number): number => meanExcess(tau - time, sigmas[i]);
    return alpha * after(t) + beta * after(start) + gamma * meanExcess(start - tau, sigmas[i]);
  });
  return costs.reduce((sum, cost) => sum + cost, 0) / sigmas.length;
}

/** E(m + σZ)₊. */
function meanExcess(m: number, sigma: number): number {
  return sigma * normalDensity(m / sigma) + m * normalDistribution(m / sigma);
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}
