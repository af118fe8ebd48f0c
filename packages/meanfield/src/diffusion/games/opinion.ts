/**
 * Opinions that draw each other: everybody would like to agree with those who are not too far away, and changing one's mind is work.
 *
 * Bounded confidence: R. Hegselmann, U. Krause, "Opinion dynamics and bounded confidence", J. Artificial Societies and Social Simulation
 * 5 (2002); as a game with foresight: D. Bauso, H. Tembine, T. Başar, "Opinion dynamics in social networks through mean-field games",
 * SIAM J. Control Optim. 54 (2016) 3225–3257.
 *
 * Attraction is no monotone coupling: there may be several equilibria, of which a solver finds one.
 */

import { z } from "zod";
import { choice, InputError, once, real, scalar } from "../../core/index.ts";
import type { Game, ParametersOf, Quantity } from "../../core/index.ts";
import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import { gaussianFlow } from "../closed-forms/gaussian-flow.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import { quadraticHamiltonian } from "../pde/hamiltonians.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { alongTime, fieldDefinitions, fieldOf, fieldQuantities, meanOf, readingsOf } from "../pde/quantities.ts";

const parameters = z.object({
  kernel: choice(
    ["confidence", "quadratic"],
    "confidence",
    "Whether one listens only to those nearby, or to all and the more the further away they are",
  ),
  c: real(2, "How much disagreement costs", { minimum: 0, maximum: 1000 }),
  w: real(0.5, "Confidence: how far away an opinion is still listened to; not read by the quadratic kernel", {
    minimum: 0.01,
    maximum: 10,
    scale: "log",
  }),
  sigma: real(0.15, "Noise of opinions: what people hear elsewhere", {
    symbol: "\\sigma",
    minimum: 0.01,
    maximum: 10,
    scale: "log",
  }),
  T: real(2, "Horizon", { minimum: 0, open: "minimum", maximum: 100 }),
  X: real(1, "Most extreme opinion; nobody can go beyond", { minimum: 0.1, maximum: 100 }),
  start: choice(
    ["even", "camps", "normal"],
    "camps",
    "Opinions at the start: all alike from −X to X, two camps around −x₀ and x₀, or a normal law around x₀",
  ),
  x0: real(0.5, "Where the camps are at the start, or the mean of the normal law", {
    symbol: "x_0",
    minimum: -100,
    maximum: 100,
  }),
  deviation: real(0.12, "Standard deviation of a camp, or of the normal law, at the start", {
    symbol: "s_0",
    minimum: 0.01,
    maximum: 10,
    scale: "log",
  }),
});

type Parameters = ParametersOf<typeof parameters>;

export const opinion: Game<typeof parameters, DiffusionModel, DiffusionCandidate> = {
  id: "opinion",
  title: "Opinions with bounded confidence",
  family: "diffusion",
  story:
    "Everybody holds an opinion, is shaken by what is heard elsewhere, and pays for changing it. To disagree with those who " +
    "think not too differently is unpleasant; who is too far away is not listened to. With wide confidence all come to one " +
    "opinion. With narrow confidence camps form from the extremes inwards, each waiting for the others of its neighbourhood, " +
    "and no longer hear each other.",
  reference:
    "R. Hegselmann, U. Krause, Opinion dynamics and bounded confidence, JASSS 5 (2002); D. Bauso, H. Tembine, T. Başar, Opinion dynamics in social networks through mean-field games, SIAM J. Control Optim. 54 (2016) 3225–3257",
  equations: [
    { caption: "Opinion, reflected at −X and X", tex: "dX_t=\\alpha_t\\,dt+\\sigma\\,dW_t" },
    {
      caption: "Cost",
      tex: "\\mathbb E\\int_0^T\\Big(\\tfrac12\\alpha^2+c\\int\\ell(X_t-x')\\,m(t,x')\\,dx'\\Big)dt",
    },
    {
      caption: "Disagreement: with confidence, or quadratic",
      tex: "\\ell(d)=1-e^{-d^2/(2w^2)}\\qquad\\text{or}\\qquad\\ell(d)=\\tfrac12d^2",
    },
    {
      caption: "Value and flow",
      tex: "-u_t-\\tfrac{\\sigma^2}2u_{xx}+\\tfrac12u_x^2=c\\,\\ell*m,\\qquad m_t-\\tfrac{\\sigma^2}2m_{xx}-(m\\,u_x)_x=0,\\qquad u(T,\\cdot)=0",
    },
  ],
  parameters,
  presets: {
    consensus: { title: "Wide confidence: two camps become one", parameters: {} },
    polarisation: { title: "Narrow confidence: two camps stay two", parameters: { w: 0.2 } },
    camps: {
      title: "Narrow confidence, opinions spread evenly: several equilibria",
      parameters: { start: "even", w: 0.12, c: 0.5, sigma: 0.05 },
    },
    quadratic: {
      title: "Everybody listens to everybody: known in closed form",
      parameters: { kernel: "quadratic", c: 1, sigma: 0.3, T: 2, X: 3, start: "normal", x0: 0.4, deviation: 0.3 },
    },
  },
  axes: { x: { title: "Opinion", symbol: "x" } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: (p) => {
    const needed = Math.abs(p.x0) + 3 * p.deviation;
    if (p.start !== "even" && !(needed <= p.X))
      throw new InputError("X", p.X, `at least |x0| + 3 deviation = ${needed}: beyond X there are no opinions`);
  },
  build,
  quantities: [
    ...fieldDefinitions({ dimension: 1 }).map((definition) =>
      definition.name === "control"
        ? {
            ...definition,
            title: "Change of mind",
            symbol: "\\alpha",
            story: "How fast a person with opinion x changes it at time t.",
          }
        : definition,
    ),
    { name: "mean_opinion", title: "Mean opinion", symbol: "\\bar x_t", story: "Opinion averaged over all." },
    {
      name: "variance",
      title: "Variance of opinions",
      symbol: "\\operatorname{Var}X_t",
      story: "Variance of opinions.",
    },
    {
      name: "camps",
      title: "Camps",
      story: "Peaks of the density that rise above the valleys beside them by at least a tenth of the highest.",
    },
  ],
  measure: (p, _question, candidate) => {
    const { model } = candidate;
    const { density, moment } = readingsOf(candidate);
    return {
      ...fieldQuantities(candidate, windowOf(p)),
      mean_opinion: () => meanOf(candidate, (x) => x),
      variance: () =>
        alongTime(model, (t) => {
          const mean = moment((x) => x, t);
          return moment((x) => (x - mean) ** 2, t);
        }),
      ...(candidate.kind === "particles"
        ? {}
        : { camps: () => alongTime(model, (t) => campsOf((x) => density(t, x, 0), p.X)) }),
    };
  },
  exact: (p, { concept }) => {
    // On a line that nobody sees the ends of, against the mean of a normal law.
    if (p.kernel !== "quadratic" || p.start !== "normal" || concept !== "nash") return {};
    const model = build(p);
    const { c, sigma, T, x0, deviation } = p;
    const flow = gaussianFlow({
      a: 0,
      k: 1,
      q: c,
      s: 1,
      b: 0,
      ell: 0,
      Q: 0,
      S: 0,
      B: 0,
      sigma,
      T,
      x0,
      v0: deviation ** 2,
    });
    const widest = once(() => Math.max(...Array.from({ length: 41 }, (_, i) => flow((T * i) / 40).variance)));
    if (!(p.X - Math.abs(x0) > 7 * Math.sqrt(widest()))) return {};
    const { nodes, weights } = gaussLegendre(40);
    /** What everybody pays for the variance of the others from t on. */
    const spread = (t: number): number => {
      const half = 0.5 * (T - t);
      return nodes.reduce(
        (sum, node, i) => sum + half * weights[i] * 0.5 * c * flow(t + half * (1 + node)).variance,
        0,
      );
    };
    const spreads = new Map<number, number>();
    const spreadAt = (t: number): number => {
      const known = spreads.get(t) ?? spread(t);
      spreads.set(t, known);
      return known;
    };
    const u = (t: number, x: number): number => {
      const { A, zeta, omega } = flow(t);
      return 0.5 * A * x * x + zeta * x + omega + spreadAt(t);
    };
    const field = (at: (t: number, x: number) => number): Quantity => fieldOf(model, at, windowOf(p));
    return {
      value: () => field(u),
      density: () =>
        field((t, x) => {
          const { mean, variance } = flow(t);
          return normal(x, mean, variance);
        }),
      control: () =>
        field((t, x) => {
          const { A, zeta } = flow(t);
          return -(A * x + zeta);
        }),
      mean_opinion: () => alongTime(model, (t) => flow(t).mean),
      variance: () => alongTime(model, (t) => flow(t).variance),
      camps: () => alongTime(model, () => 1),
      cost: () => scalar(u(0, x0) + 0.5 * flow(0).A * deviation ** 2),
    };
  },
};

function normal(x: number, mean: number, variance: number): number {
  return Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
}

/** Peaks that rise above the valleys beside them by a tenth of the highest, on 201 points. */
function campsOf(density: (x: number) => number, X: number): number {
  const values = Array.from({ length: 201 }, (_, i) => density(X * (-1 + i / 100)));
  const enough = 0.1 * Math.max(...values);
  let [count, rising, extreme] = [0, true, 0];
  for (const value of values) {
    if (rising ? value > extreme : value < extreme) extreme = value;
    else if (Math.abs(value - extreme) > enough) {
      if (rising) count++;
      rising = !rising;
      extreme = value;
    }
  }
  return rising && extreme > enough ? count + 1 : count;
}

/** Where fields are shown: everywhere, but for the wide margins of a normal law. */
function windowOf(p: Parameters) {
  if (p.start !== "normal") return {};
  const reach = Math.min(p.X - Math.abs(p.x0), 4 * p.deviation);
  return { window: [[p.x0 - reach, p.x0 + reach] as const] };
}

function initialOf({ start, x0, deviation, X }: Parameters): (x: number) => number {
  const around = (centre: number) => (x: number) => normal(x, centre, deviation ** 2);
  if (start === "normal") return around(x0);
  if (start === "even") return () => 1 / (2 * X);
  return (x) => 0.5 * (around(-x0)(x) + around(x0)(x));
}

function build(p: Parameters): DiffusionModel {
  const { c, w } = p;
  // A constant costs everybody the same, but tells disagreement from its absence: ℓ(0) = 0.
  const disagreement =
    p.kernel === "quadratic"
      ? (x: number, other: number) => 0.5 * (x - other) ** 2
      : (x: number, other: number) => -Math.expm1(-((x - other) ** 2) / (2 * w * w));
  const wall = { kind: "reflecting" as const };
  return {
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low: -p.X, high: p.X, ends: [wall, wall] }],
    horizon: p.T,
    volatility: p.sigma,
    discount: 0,
    hamiltonian: [quadraticHamiltonian()],
    running: {
      value: (_t, _x, _y, { nearby }) => c * nearby,
      sees: { nearby: true },
      nearbySlope: () => c,
    },
    terminal: { value: () => 0 },
    initial: initialOf(p),
    aggregates: [],
    nearby: [disagreement],
    mesh: { points: 161, steps: 80, scheme: p.start === "even" ? "upwind" : "central" },
  };
}
