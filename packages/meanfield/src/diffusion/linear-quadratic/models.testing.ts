/** The finance games of the reference numbers, written straight from their equations; for tests of the engine only. */
import type { Matrix } from "../../numeric/matrix.ts";
import { matrix, zeros } from "../../numeric/matrix.ts";
import { constantMatrix, linearRows, quadraticForm, scaledMatrix, terminalForm, timeMatrix } from "./forms.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { layout } from "./model.ts";

type Set<Names extends string> = Readonly<Record<Names, number>>;

/** Set A of the energy transition, and of the producers with a flat season. */
export const energyA = {
  k: 1,
  q: 1,
  s: 0.5,
  b: 0.2,
  d: 0.8,
  Q: 2,
  S: 0.3,
  B: 0.5,
  Dm: 0.4,
  s1: 0.3,
  s0: 0.2,
  T: 1,
  x0: 1,
} as const;
export const producersA = {
  P0: 10,
  A: 0,
  w: 0,
  gamma: 1,
  c1: 1,
  c2: 2,
  r: 0,
  lam: 0.5,
  xs: 5,
  theta: 0,
  x0: 0,
  v0: 1,
  T: 4,
} as const;

const scalar = (value: number): Matrix => matrix(1, 1, [value]);

/** dx = (a(x̄ − x) + α)dt + σ(√(1−ρ²) dW + ρ dW⁰), cost ½α² − qα(x̄ − x) + ε/2 (x̄ − x)², c/2 (x̄ − x)² at T. */
export function systemicRisk(
  p: Set<"a" | "q" | "eps" | "c" | "sigma" | "rho" | "T" | "m0" | "v0">,
): LinearQuadraticModel {
  const shape = layout(1, 1);
  const gap = { mean: 1, state: -1 };
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: p.T,
    drift: constantMatrix(linearRows(shape, [{ mean: p.a, state: -p.a, control: 1 }])),
    commonDrift: constantMatrix(zeros(0, shape.size)),
    running: constantMatrix(
      quadraticForm(shape).half(1, { control: 1 }).product(-p.q, { control: 1 }, gap).half(p.eps, gap).matrix,
    ),
    terminal: terminalForm(shape).half(p.c, gap).matrix,
    noise: {
      own: scalar(p.sigma * Math.sqrt(1 - p.rho ** 2)),
      common: scalar(p.sigma * p.rho),
      commonState: zeros(0, 1),
    },
    initial: { mean: Float64Array.of(p.m0), covariance: scalar(p.v0), commonState: new Float64Array(0) },
  };
}

/** dx = α dt + σ₁dW + σ₀dW⁰, cost k/2 α² + q/2 (x − s x̄ − b)² + d/2 x̄², Q/2 (x − S x̄ − B)² + D/2 x̄² at T. */
export function energyTransition(
  p: Set<"k" | "q" | "s" | "b" | "d" | "Q" | "S" | "B" | "Dm" | "s1" | "s0" | "T" | "x0">,
): LinearQuadraticModel {
  const shape = layout(1, 1);
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: p.T,
    drift: constantMatrix(linearRows(shape, [{ control: 1 }])),
    commonDrift: constantMatrix(zeros(0, shape.size)),
    running: constantMatrix(
      quadraticForm(shape)
        .half(p.k, { control: 1 })
        .half(p.q, { state: 1, mean: -p.s, one: -p.b })
        .half(p.d, { mean: 1 }).matrix,
    ),
    terminal: terminalForm(shape).half(p.Q, { state: 1, mean: -p.S, one: -p.B }).half(p.Dm, { mean: 1 }).matrix,
    noise: { own: scalar(p.s1), common: scalar(p.s0), commonState: zeros(0, 1) },
    initial: { mean: Float64Array.of(p.x0), covariance: scalar(0), commonState: new Float64Array(0) },
  };
}

/** dx = α dt + σ dW, ds = κᾱ dt + σ₀ dW⁰, cost e^{−rt}(½α² + λαs), q/2 x² at T (undiscounted). */
export function priceImpact(
  p: Set<"kappa" | "lam" | "q" | "r" | "s" | "s0" | "T" | "m0" | "v0" | "S0">,
): LinearQuadraticModel {
  const shape = layout(1, 1, 1);
  const running = quadraticForm(shape).half(1, { control: 1 }).product(p.lam, { control: 1 }, { common: 1 }).matrix;
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: p.T,
    drift: constantMatrix(linearRows(shape, [{ control: 1 }])),
    commonDrift: constantMatrix(linearRows(shape, [{ meanControl: p.kappa }])),
    running: p.r === 0 ? constantMatrix(running) : scaledMatrix(running, (t) => Math.exp(-p.r * t)),
    terminal: terminalForm(shape).half(p.q, { state: 1 }).matrix,
    noise: { own: scalar(p.s), common: scalar(0), commonState: scalar(p.s0) },
    initial: { mean: Float64Array.of(p.m0), covariance: scalar(p.v0), commonState: Float64Array.of(p.S0) },
  };
}

/** Cost c_α/2 α² + c_X/2 x² − h x ᾱ, c_g/2 x² at T (Carmona & Lacker's trade crowding). */
export function tradeCrowding(p: Set<"ca" | "cX" | "h" | "cg" | "s" | "T" | "m0" | "v0">): LinearQuadraticModel {
  const shape = layout(1, 1);
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: p.T,
    drift: constantMatrix(linearRows(shape, [{ control: 1 }])),
    commonDrift: constantMatrix(zeros(0, shape.size)),
    running: constantMatrix(
      quadraticForm(shape)
        .half(p.ca, { control: 1 })
        .half(p.cX, { state: 1 })
        .product(-p.h, { state: 1 }, { meanControl: 1 }).matrix,
    ),
    terminal: terminalForm(shape).half(p.cg, { state: 1 }).matrix,
    noise: { own: scalar(p.s), common: zeros(1, 0), commonState: zeros(0, 0) },
    initial: { mean: Float64Array.of(p.m0), covariance: scalar(p.v0), commonState: new Float64Array(0) },
  };
}

/**
 * dx = α dt, cost e^{−rt}(c₁α + c₂/2 α² − α(P₀ + A sin ωt − γᾱ)), e^{−rT}(λ/2 (x − x*)² + θ x ᾱ_T) at T.
 *
 * In the limit ᾱ_T = (P₀(T) − c₁ − λ(x̄_T − x*))/(c₂ + γ + θ) turns the θ-term into one of x and x̄.
 */
export function commodityProducers(
  p: Set<"P0" | "A" | "w" | "gamma" | "c1" | "c2" | "r" | "lam" | "xs" | "theta" | "x0" | "v0" | "T">,
): LinearQuadraticModel {
  const shape = layout(1, 1);
  const price = (t: number): number => p.P0 + p.A * Math.sin(p.w * t);
  const end = Math.exp(-p.r * p.T);
  const share = p.theta / (p.c2 + p.gamma + p.theta);
  const constant = p.r === 0 && p.A === 0;
  const running = (t: number, into?: Matrix): Matrix => {
    const discount = Math.exp(-p.r * t);
    return quadraticForm(shape, into)
      .half(discount * p.c2, { control: 1 })
      .product(discount * p.gamma, { control: 1 }, { meanControl: 1 })
      .linear(discount * (p.c1 - price(t)), { control: 1 }).matrix;
  };
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: p.T,
    drift: constantMatrix(linearRows(shape, [{ control: 1 }])),
    commonDrift: constantMatrix(zeros(0, shape.size)),
    running: constant
      ? constantMatrix(running(0))
      : timeMatrix(shape.size, shape.size, (t, out) => void running(t, out)),
    terminal: terminalForm(shape)
      .half(end * p.lam, { state: 1, one: -p.xs })
      .product(end * share, { state: 1 }, { mean: -p.lam, one: price(p.T) - p.c1 + p.lam * p.xs }).matrix,
    noise: { own: scalar(0), common: scalar(0), commonState: zeros(0, 1) },
    initial: { mean: Float64Array.of(p.x0), covariance: scalar(p.v0), commonState: new Float64Array(0) },
    ...(p.theta === 0 ? {} : { limitOnly: "the term in the mean control at T is ill-posed for finitely many players" }),
  };
}

/** Players who mind only their distance to the average, which grows like e^{(a + abar) t} and nobody stops. */
export function flock(a: number, abar: number, horizon: number): LinearQuadraticModel {
  const space = layout(1, 1);
  const gap = { mean: 1, state: -1 };
  return {
    family: "linear-quadratic",
    layout: space,
    horizon,
    drift: constantMatrix(linearRows(space, [{ state: a, mean: abar, control: 1 }])),
    commonDrift: constantMatrix(zeros(0, space.size)),
    running: constantMatrix(quadraticForm(space).half(1, { control: 1 }).half(1.3, gap).matrix),
    terminal: terminalForm(space).half(0.5, gap).matrix,
    noise: { own: scalar(0.3), common: scalar(0), commonState: zeros(0, 1) },
    initial: { mean: Float64Array.of(1), covariance: scalar(0.04), commonState: new Float64Array(0) },
  };
}
