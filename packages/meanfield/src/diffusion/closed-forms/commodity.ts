/**
 * Producers of a commodity whose price falls with average output: the mean field, the cartel and N Cournot players who
 * commit to output paths, in closed form.
 *
 * After P. Chan, R. Sircar, "Bertrand and Cournot mean field games", Applied Mathematics & Optimization 71 (2015) 533–569,
 * and H. Hotelling, "The economics of exhaustible resources", Journal of Political Economy 39 (1931) 137–175. Without a
 * running cost of the state the present value of the shadow price is constant, so that output answers to e^{−r(T−t)}π.
 */

import type { ScalarGains } from "./scalar-game.ts";

export interface CommodityMarket {
  readonly P0: number;
  readonly A: number;
  readonly w: number;
  readonly gamma: number;
  readonly c1: number;
  readonly c2: number;
  readonly r: number;
  readonly lam: number;
  readonly xs: number;
  readonly theta: number;
  readonly x0: number;
  readonly T: number;
}

/** How steeply a decision maker sees marginal revenue fall: in its own output alone, and in everybody's. */
export interface Slopes {
  /** c₂, or c₂ + γ/N for one of N Cournot players. */
  readonly own: number;
  /** c₂ + γ for price-takers, c₂ + γ(1 + 1/N) for Cournot players, c₂ + 2γ for the cartel. */
  readonly all: number;
}

/** P₀(t) = P₀ + A sin ωt, the price at no output. */
export function intercept({ P0, A, w }: CommodityMarket, t: number): number {
  return P0 + A * Math.sin(w * t);
}

/** ∫ₜᵀ (P₀(s) − c₁) ds. */
function marginToCome({ P0, A, w, c1, T }: CommodityMarket, t: number): number {
  // cos ωt − cos ωT = 2 sin(ω(T+t)/2) sin(ω(T−t)/2) keeps its digits for small ω.
  const seasonal = w === 0 ? 0 : (2 * A * Math.sin(0.5 * w * (T + t)) * Math.sin(0.5 * w * (T - t))) / w;
  return (P0 - c1) * (T - t) + seasonal;
}

/** ∫ₜᵀ e^{−r(T−s)} ds. */
function discountToCome({ r, T }: CommodityMarket, t: number): number {
  return r === 0 ? T - t : -Math.expm1(-r * (T - t)) / r;
}

/** 1 + (λE + θ)/k, which must be positive: at 0 the terminal shadow price is undefined. */
export function stiffness(market: CommodityMarket, all: number): number {
  return 1 + (market.lam * discountToCome(market, 0) + market.theta) / all;
}

/** π = E G_x(X_T, ᾱ_T) expected by producers who stand at mean state `mean` at time t. */
function shadowPriceFrom(
  market: CommodityMarket,
  all: number,
  t: number,
): { readonly slope: number; readonly constant: number } {
  const { lam, theta, xs, T, c1 } = market;
  const denominator = 1 + (lam * discountToCome(market, t) + theta) / all;
  const margin = marginToCome(market, t) / all - xs;
  return {
    slope: lam / denominator,
    constant: (lam * margin + (theta * (intercept(market, T) - c1)) / all) / denominator,
  };
}

/** π, the expected terminal shadow price. */
export function shadowPrice(market: CommodityMarket, { all }: Slopes): number {
  const { slope, constant } = shadowPriceFrom(market, all, 0);
  return slope * market.x0 + constant;
}

/** The closed form as a feedback: output from the mean state and one's distance to it at time t. */
export function commodityGains(market: CommodityMarket, { own, all }: Slopes): ScalarGains {
  const { lam, r, T, c1 } = market;
  const discount = (t: number): number => Math.exp(-r * (T - t));
  return {
    deviation: (t) => (-discount(t) * lam) / (own + lam * discountToCome(market, t)),
    mean: (t) => (-discount(t) * shadowPriceFrom(market, all, t).slope) / all,
    common: () => 0,
    constant: (t) => (intercept(market, t) - c1 - discount(t) * shadowPriceFrom(market, all, t).constant) / all,
  };
}
