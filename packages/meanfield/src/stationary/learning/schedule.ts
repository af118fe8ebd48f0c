/**
 * Step sizes, and the conditions under which learning on two time scales converges.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, section 3: parameters move by α_k, the field by β_k, with Σα = Σβ = ∞,
 * Σ(α² + β²) < ∞, α_k → 0, β_k → 0 and α_k/β_k → 0 (V. S. Borkar, "Stochastic approximation with two time scales", Systems
 * & Control Letters 29, 1997). Differences over perturbations of size c_k ask for c_k → 0 and Σ(α/c)² < ∞ besides
 * (J. C. Spall, IEEE Trans. Automat. Control 37, 1992).
 *
 * For powers of k all conditions are inequalities between exponents, which is how they are checked.
 */

import { InputError } from "../../core/index.ts";

/** scale/(k + offset)^power in iteration k = 0, 1, … */
export interface PowerSchedule {
  readonly scale: number;
  readonly offset: number;
  readonly power: number;
}

export function stepAt({ scale, offset, power }: PowerSchedule, k: number): number {
  return scale / (k + offset) ** power;
}

/** A step size with the name that its papers give it and the option that sets its power. */
export interface NamedSchedule extends PowerSchedule {
  readonly symbol: string;
  readonly option: string;
}

const unlessUnsafe = "(unsafe=true runs it all the same)";

/** α_k = 1/(k + 20)^0.6, as messages show it. */
function show({ symbol, scale, offset, power }: NamedSchedule): string {
  return `${symbol}_k = ${scale}/(k + ${offset})^${power}`;
}

/**
 * A step size that stochastic approximation converges with: it tends to 0, sums to infinity, and its squares do not.
 *
 * @throws InputError naming the first condition that is broken.
 */
export function checkStep(step: NamedSchedule): void {
  const { symbol, option, power } = step;
  const fault = (allowed: string, condition: string): InputError =>
    new InputError(option, power, `${allowed}, so that ${condition}; here ${show(step)} ${unlessUnsafe}`);
  if (!(power > 0)) throw fault("above 0", `${symbol}_k → 0`);
  if (power > 1) throw fault("at most 1", `Σ${symbol}_k = ∞`);
  if (power <= 0.5) throw fault("above 0.5", `Σ${symbol}_k² < ∞`);
}

/**
 * Two step sizes on two time scales: each converges, and slow/fast → 0.
 *
 * @throws InputError naming the first condition that is broken.
 */
export function checkTimeScales(slow: NamedSchedule, fast: NamedSchedule): void {
  checkStep(slow);
  checkStep(fast);
  if (slow.power <= fast.power)
    throw new InputError(
      slow.option,
      slow.power,
      `above ${fast.option} = ${fast.power}, so that ${slow.symbol}_k/${fast.symbol}_k → 0; ` +
        `here ${show(slow)} and ${show(fast)} ${unlessUnsafe}`,
    );
}

/**
 * Perturbations that shrink, but slower than the noise they divide is averaged out.
 *
 * @throws InputError naming the first condition that is broken.
 */
export function checkPerturbation(step: NamedSchedule, perturbation: NamedSchedule): void {
  const { symbol, option, power } = perturbation;
  if (!(power > 0))
    throw new InputError(option, power, `above 0, so that ${symbol}_k → 0; here ${show(perturbation)} ${unlessUnsafe}`);
  if (2 * (step.power - power) <= 1)
    throw new InputError(
      option,
      power,
      `below ${step.option} − 0.5 = ${Number((step.power - 0.5).toPrecision(6))}, so that ` +
        `Σ(${step.symbol}_k/${symbol}_k)² < ∞; here ${show(step)} and ${show(perturbation)} ${unlessUnsafe}`,
    );
}

/**
 * The schedule of the public experiments with the malware game, with Spall's practical exponents for the first fifty
 * iterations and his asymptotically optimal ones after: α_k = 1/(20 + k)^0.602, c_k = 0.2/k^0.101, then 1/(20 + k) and
 * 0.2/k^0.167; iterations are counted from k = 1 there, from 0 here. `size` takes the place of 0.2.
 *
 * J. C. Spall, "Introduction to Stochastic Search and Optimization", Wiley 2003, section 7.5.
 */
export function spallSteps(k: number, size = 0.2): { readonly step: number; readonly perturbation: number } {
  const n = k + 1;
  return n <= 50
    ? { step: 1 / (20 + n) ** 0.602, perturbation: size / n ** 0.101 }
    : { step: 1 / (20 + n), perturbation: size / n ** 0.167 };
}

/** What becomes of Spall's schedule for large k. */
export const spallLimit = {
  step: { symbol: "α", option: "schedule (its power)", scale: 1, offset: 20, power: 1 },
  perturbation: { symbol: "c", option: "schedule (its perturbation's power)", scale: 0.2, offset: 1, power: 0.167 },
} as const satisfies Readonly<Record<string, NamedSchedule>>;
