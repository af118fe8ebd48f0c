/**
 * The scalar Riccati equation with constant coefficients, in closed form.
 *
 * Linearisation as in W. T. Reid, "Riccati Differential Equations" (1972), chapter I: with τ = T − t and S² = A² + BC,
 *
 *     h = cosh Sτ + (A + Bc) sinh(Sτ)/S,    g = c cosh Sτ + (C − Ac) sinh(Sτ)/S,    η = g/h,    B∫η = ln h − Aτ.
 *
 * The quotient g/h is taken rather than (h′/h − A)/B, which loses all digits as B → 0; for S² > 0 both are scaled by
 * exp(−Sτ), which keeps them finite at any horizon, and for S² < 0 the hyperbolic functions turn into trigonometric ones.
 */

import { gaussLegendre } from "./gauss-rules.ts";

/** η′ = 2Aη + Bη² − C on [0, T] with η(T) = `terminal`, T = `horizon`. */
export interface ScalarRiccatiProblem {
  readonly A: number;
  readonly B: number;
  readonly C: number;
  readonly terminal: number;
  readonly horizon: number;
}

/** Every method throws RangeError for a time outside [0, T] or at or before the blow-up. */
export interface ScalarRiccati {
  /** η(t). */
  readonly at: (t: number) => number;
  /** ∫ₜᵀ η(s) ds. */
  readonly integral: (t: number) => number;
  /** h(T−t)/h(T−s) = exp(−∫ₛᵗ (A + Bη)), for s ≤ t: how much of a deviation is left that decays at the rate A + Bη. */
  readonly decay: (s: number, t: number) => number;
  /** ∫ₛᵗ decay(u, t)² du, for s ≤ t: the variance that a unit noise builds up against that decay. */
  readonly variance: (s: number, t: number) => number;
  /** Time to go τ = T − t at which η first explodes on its way back from T, whatever the horizon; undefined if never. */
  readonly blowUp: number | undefined;
}

/** Solves the equation; throws RangeError where a coefficient is not finite or the horizon not positive. */
export function scalarRiccati(problem: ScalarRiccatiProblem): ScalarRiccati {
  const { A, B, C, terminal: c, horizon } = problem;
  for (const [name, value] of Object.entries({ A, B, C, terminal: c, horizon })) {
    if (!Number.isFinite(value)) throw new RangeError(`scalarRiccati: ${name} must be finite, got ${value}.`);
  }
  if (!(horizon > 0)) throw new RangeError(`scalarRiccati: horizon must be positive, got ${horizon}.`);

  const square = A * A + B * C;
  const branch = square < 0 ? trigonometric(Math.sqrt(-square), problem) : hyperbolic(Math.sqrt(square), problem);
  const { blowUp } = branch;

  const toGo = (t: number): number => {
    const tau = horizon - t;
    const slack = 4 * Number.EPSILON * horizon;
    if (!(tau >= -slack && tau <= horizon + slack)) {
      throw new RangeError(`scalarRiccati: t must lie in [0, ${horizon}], got ${t}.`);
    }
    if (blowUp !== undefined && tau >= blowUp) {
      throw new RangeError(
        `scalarRiccati: the solution explodes ${blowUp} before the horizon ${horizon}; t = ${t} lies beyond.`,
      );
    }
    return Math.max(0, tau);
  };
  const interval = (s: number, t: number): number => {
    if (s > t) throw new RangeError(`scalarRiccati: s must not exceed t, got s = ${s} and t = ${t}.`);
    return t - s;
  };

  // Where Sτ and (A + Bc)τ are at most ½, the nearest zero of h in the complex plane is 1.57 τ away, so that sixteen
  // Gauss nodes are exact to rounding; the logarithm would divide a small difference by a small B there.
  const scale = Math.max(Math.sqrt(Math.abs(square)), Math.abs(A + B * c));
  const at = (tau: number): number => branch.numerator(tau) / branch.denominator(tau);
  const integralByRule = (tau: number): number => {
    rule ??= gaussLegendre(16);
    let sum = 0;
    for (let i = 0; i < rule.nodes.length; i++) sum += rule.weights[i] * at(0.5 * tau * (1 + rule.nodes[i]));
    return 0.5 * tau * sum;
  };

  return {
    at: (t) => at(toGo(t)),
    integral: (t) => {
      const tau = toGo(t);
      return scale * tau <= 0.5 ? integralByRule(tau) : branch.integral(tau);
    },
    decay: (s, t) => branch.fading(interval(s, t)) * (branch.denominator(toGo(t)) / branch.denominator(toGo(s))),
    // The addition theorem of sinh turns ∫ du/h² into sinh(S(t−s))/(S h h), free of the cancellation in its primitive.
    variance: (s, t) => branch.spread(interval(s, t)) * (branch.denominator(toGo(t)) / branch.denominator(toGo(s))),
    blowUp,
  };
}

let rule: ReturnType<typeof gaussLegendre> | undefined;

/** g and h up to one common factor f(τ), where h(T−t)/h(T−s) = fading(t−s) · denominator/denominator. */
interface Branch {
  readonly numerator: (tau: number) => number;
  readonly denominator: (tau: number) => number;
  readonly fading: (length: number) => number;
  /** fading(length) · sinh(S length)/S. */
  readonly spread: (length: number) => number;
  readonly integral: (tau: number) => number;
  readonly blowUp: number | undefined;
}

function hyperbolic(S: number, { A, B, C, terminal: c }: ScalarRiccatiProblem): Branch {
  // S ∓ A = BC/(S ± A): each in the form that does not subtract.
  const minus = A > 0 ? (B * C) / (S + A) : S - A;
  const plus = A < 0 ? (B * C) / (S - A) : S + A;
  const p = plus + B * c;
  const numeratorSlope = C + minus * c;
  const w = (tau: number): number => (S === 0 ? tau : -Math.expm1(-2 * S * tau) / (2 * S));
  if (p === 0) return growing(S, numeratorSlope, c);
  const denominator = (tau: number): number => Math.exp(-2 * S * tau) + p * w(tau);
  return {
    numerator: (tau) => c * Math.exp(-2 * S * tau) + numeratorSlope * w(tau),
    denominator,
    fading: (length) => Math.exp(-S * length),
    spread: w,
    integral: (tau) => {
      if (B === 0) {
        const level = C / (2 * A);
        return level * tau + (c - level) * w(tau);
      }
      if (A >= 0) {
        const level = S + A === 0 ? 0 : C / (S + A);
        return level * tau + Math.log1p(B * (c - level) * w(tau)) / B;
      }
      const level = C / (S - A);
      const growth = Math.expm1(2 * S * tau) / (2 * S);
      const exponent = p * growth;
      const logarithm = Number.isFinite(exponent) ? Math.log1p(exponent) : 2 * S * tau + Math.log(denominator(tau));
      return logarithm / B - level * tau;
    },
    blowUp: p < 0 ? (S === 0 ? -1 / p : Math.log1p((2 * S) / -p) / (2 * S)) : undefined,
  };
}

/** h = exp(−Sτ) exactly: the terminal value lies on the unstable level, or the equation is linear and unstable. */
function growing(S: number, slope: number, c: number): Branch {
  const growth = (tau: number): number => (S === 0 ? tau : Math.expm1(2 * S * tau) / (2 * S));
  return {
    numerator: (tau) => (slope === 0 ? c : c + slope * growth(tau)),
    denominator: () => 1,
    fading: (length) => Math.exp(S * length),
    spread: growth,
    integral: (tau) => {
      if (slope === 0) return c * tau;
      return c * tau + (S === 0 ? (slope * tau * tau) / 2 : (slope * (growth(tau) - tau)) / (2 * S));
    },
    blowUp: undefined,
  };
}

function trigonometric(omega: number, { A, B, C, terminal: c }: ScalarRiccatiProblem): Branch {
  const y0 = A + B * c;
  const denominator = (tau: number): number => Math.cos(omega * tau) + (y0 * Math.sin(omega * tau)) / omega;
  return {
    numerator: (tau) => c * Math.cos(omega * tau) + ((C - A * c) * Math.sin(omega * tau)) / omega,
    denominator,
    fading: () => 1,
    spread: (length) => Math.sin(omega * length) / omega,
    integral: (tau) => (Math.log(denominator(tau)) - A * tau) / B,
    blowUp: Math.atan2(omega, -y0) / omega,
  };
}
