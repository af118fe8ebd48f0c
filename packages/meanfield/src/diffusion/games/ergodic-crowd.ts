/**
 * A crowd that walks for ever: the ergodic game of density and noise, with the test cases that papers share.
 *
 * J.-M. Lasry, P.-L. Lions, "Jeux à champ moyen. I – Le cas stationnaire", C. R. Acad. Sci. Paris 343 (2006) 619–625;
 * Y. Achdou, I. Capuzzo-Dolcetta, "Mean field games: numerical methods", SIAM J. Numer. Anal. 48 (2010) 1136–1162, section 6
 * (the torus with F = m²). With H = ½ a p² the law is e^{−a u/ν}/Z, so that with F = ln m a potential can be made for any value on
 * the circle, and a bowl on the line has a Gaussian law (O. Guéant, "A reference case for mean field games models", J. Math.
 * Pures Appl. 92 (2009) 276–294).
 */

import { z } from "zod";
import { choice, InputError, real, scalar } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities } from "../../core/index.ts";
import { besselI0 } from "../../numeric/bessel-i0.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import { quadraticHamiltonian } from "../pde/hamiltonians.ts";
import type { DiffusionModel, MeshAdvice, RunningCost, SpaceAxis } from "../pde/model.ts";
import { fieldDefinitions, fieldOf, fieldQuantities, readingsOf } from "../pde/quantities.ts";
import type { FieldOptions } from "../pde/quantities.ts";

const wave = (fallback: number, symbol: string, mode: string) =>
  real(fallback, `Amplitude of ${mode} in the cost of a place (circle, torus)`, {
    symbol,
    minimum: -100,
    maximum: 100,
  });

const parameters = z.object({
  space: choice(
    ["torus", "circle", "known", "line"],
    "torus",
    "torus: a plane of period 1 both ways; circle: a line of period 1; known: a circle whose places cost just so much that the value is A cos 2πx; line: all numbers, in a bowl",
  ),
  nu: real(1, "Viscosity, half the variance of the noise per unit of time", {
    symbol: "\\nu",
    minimum: 0,
    open: "minimum",
    maximum: 10,
    scale: "log",
  }),
  a: real(2, "Ease of walking: a drift β costs β²/(2a)", {
    minimum: 0,
    open: "minimum",
    maximum: 100,
    scale: "log",
  }),
  coupling: choice(
    ["square", "linear", "power", "logarithm"],
    "square",
    "How the cost grows with the density: f m², f m, f m^q or f ln m",
  ),
  f: real(1, "Dislike of the density", { minimum: 0, maximum: 100 }),
  q: real(3, "Exponent of the density, where the coupling is a power", { minimum: 0.1, maximum: 10 }),
  V1: wave(-1, "V_1", "sin 2πx"),
  V2: wave(-1, "V_2", "cos 4πx"),
  V3: wave(-1, "V_3", "sin 2πy (torus)"),
  A: real(0.4, "Amplitude of the value where it is known", { minimum: -10, maximum: 10 }),
  w: real(1, "Steepness of the bowl ½ w x² on the line", { minimum: 0, open: "minimum", maximum: 1000, scale: "log" }),
});

type Parameters = ParametersOf<typeof parameters>;

const logarithmic = { coupling: "logarithm", a: 1, f: 1 } as const;

export const ergodicCrowd: Game<typeof parameters, DiffusionModel, DiffusionCandidate> = {
  id: "ergodic-crowd",
  title: "A crowd that walks for ever",
  family: "diffusion",
  story:
    "Players wander for ever, shaken by noise. Places differ in what they cost, so do crowds, and walking is paid by the square " +
    "of its speed. Nobody counts from a start: each minds the average cost per unit of time, and the crowd has the " +
    "stationary law of the walk that all choose. The less noise, the more sharply the crowd gathers where places are good, up " +
    "to where company costs as much as a better place saves.",
  reference:
    "J.-M. Lasry, P.-L. Lions, Jeux à champ moyen. I – Le cas stationnaire, C. R. Acad. Sci. Paris 343 (2006) 619–625; Y. Achdou, I. Capuzzo-Dolcetta, SIAM J. Numer. Anal. 48 (2010) 1136–1162",
  equations: [
    {
      caption: "Value and constant",
      tex: "-\\nu\\Delta u+\\tfrac a2|\\nabla u|^2+\\lambda=V+F(m),\\qquad\\textstyle\\int u=0",
    },
    { caption: "Law", tex: "-\\nu\\Delta m-a\\nabla\\cdot(m\\nabla u)=0,\\qquad\\textstyle\\int m=1" },
    {
      caption: "Places of the circle and the torus",
      tex: "V=V_1\\sin2\\pi x+V_2\\cos4\\pi x+V_3\\sin2\\pi y",
    },
    {
      caption: "The known circle, F = f ln m",
      tex: "V=-\\nu u''+\\tfrac a2u'^2+\\tfrac{fa}\\nu u,\\quad u=A\\cos2\\pi x,\\quad\\lambda=-f\\ln I_0(aA/\\nu)",
    },
    {
      caption: "The line, V = ½ w x² and F = f ln m",
      tex: "u=\\tfrac K2x^2,\\quad K=\\tfrac12\\Big(\\sqrt{\\tfrac{f^2}{\\nu^2}+\\tfrac{4w}a}-\\tfrac f\\nu\\Big),\\quad m=N\\big(0,\\tfrac\\nu{aK}\\big),\\quad\\lambda=\\nu K-\\tfrac f2\\ln\\tfrac{2\\pi\\nu}{aK}",
    },
  ],
  parameters,
  presets: {
    "nu-1": { title: "The torus of Achdou and Capuzzo-Dolcetta, much noise", parameters: {} },
    "nu-0.1": { title: "The same with less noise", parameters: { nu: 0.1 } },
    "nu-0.01": { title: "The same with little noise", parameters: { nu: 0.01 } },
    "log-circle": {
      title: "A circle whose answer is a formula",
      parameters: { space: "known", nu: 0.5, ...logarithmic },
    },
    "log-line": {
      title: "A bowl whose answer is Gaussian",
      parameters: { space: "line", nu: 0.5, w: 1, ...logarithmic },
    },
    "log-line-steep": {
      title: "A steeper bowl with less noise",
      parameters: { space: "line", nu: 0.1, w: 2, ...logarithmic },
    },
  },
  concepts: ["nash"],
  information: [],
  check: ({ space, coupling }) => {
    if (space === "known" && coupling !== "logarithm") {
      throw new InputError("coupling", coupling, "logarithm where the space is known: its potential is made for that");
    }
  },
  build,
  quantities: [
    ...fieldDefinitions({ dimension: 2, stationary: true }),
    ...fieldDefinitions({ dimension: 1, stationary: true }).filter(({ name }) => name === "control"),
    {
      name: "constant_error",
      title: "Error of the constant",
      symbol: "\\delta\\lambda",
      story: "Where grids were extrapolated: how much the coarsest of them still changed the constant.",
    },
    {
      name: "var_state",
      title: "Variance of places",
      symbol: "\\operatorname{Var}X",
      story: "The variance of where players are, on the line.",
    },
  ],
  measure: (p, _question, candidate) => {
    const { moment } = readingsOf(candidate);
    const extrapolated = candidate.kind === "stationary" ? candidate.extrapolated : undefined;
    return {
      ...fieldQuantities(candidate, shown(p)),
      ...(extrapolated === undefined ? {} : { constant_error: () => scalar(extrapolated.error) }),
      ...(p.space === "line" ? { var_state: () => scalar(variance(moment)) } : {}),
    };
  },
  exact: (p) => {
    if (p.coupling !== "logarithm") return {};
    if (p.space === "known") return knownCircle(p);
    return p.space === "line" ? gaussianLine(p) : {};
  },
};

const tau = 2 * Math.PI;

function variance(moment: (f: (x: number, y: number) => number, t: number) => number): number {
  return moment((x) => x * x, 0) - moment((x) => x, 0) ** 2;
}

function build(p: Parameters): DiffusionModel {
  const axes: readonly [SpaceAxis] | readonly [SpaceAxis, SpaceAxis] =
    p.space === "torus"
      ? [circle("x"), circle("y")]
      : p.space === "line"
        ? [{ name: "x", low: -reach(p), high: reach(p), ends: [{ kind: "open" }, { kind: "open" }] }]
        : [circle("x")];
  const walking = quadraticHamiltonian({ scale: p.a });
  return {
    family: "diffusion",
    kind: "fields",
    space: axes,
    horizon: Infinity,
    volatility: Math.sqrt(2 * p.nu),
    discount: 0,
    hamiltonian: axes.length === 2 ? [walking, walking] : [walking],
    running: runningCost(p),
    terminal: { value: () => 0 },
    initial: () => 1 / axes.reduce((area, { low, high }) => area * (high - low), 1),
    aggregates: [],
    mesh: meshOf(p),
  };
}

function circle(name: string): SpaceAxis {
  return { name, low: 0, high: 1, ends: "periodic" };
}

function runningCost(p: Parameters): RunningCost {
  const place = placeCost(p);
  const { f } = p;
  if (p.coupling === "logarithm") {
    return {
      value: (_t, x, y, { density }) => place(x, y) + f * Math.log(density),
      sees: { density: true },
      densitySlope: (_t, _x, _y, { density }) => f / density,
    };
  }
  const q = exponent(p);
  return {
    value: (_t, x, y, { density }) => place(x, y) + f * density ** q,
    sees: { density: true },
    densitySlope: (_t, _x, _y, { density }) => f * q * density ** (q - 1),
  };
}

function exponent({ coupling, q }: Parameters): number {
  return coupling === "power" ? q : coupling === "square" ? 2 : 1;
}

function placeCost({ space, nu, a, f, A, w, V1, V2, V3 }: Parameters): (x: number, y: number) => number {
  switch (space) {
    case "known":
      return (x) => {
        const u = A * Math.cos(tau * x);
        const slope = -A * tau * Math.sin(tau * x);
        return nu * tau * tau * u + 0.5 * a * slope * slope + ((f * a) / nu) * u;
      };
    case "line":
      return (x) => 0.5 * w * x * x;
    default:
      return (x, y) =>
        V1 * Math.sin(tau * x) + V2 * Math.cos(2 * tau * x) + (space === "torus" ? V3 * Math.sin(tau * y) : 0);
  }
}

/** K of the line: u = ½ K x² where the coupling is a logarithm, or where there is none. */
function bend({ nu, a, w }: Parameters, f: number): number {
  // The root of a K² + (f a/ν) K = w, written without a difference.
  const half = (0.5 * f) / nu;
  return w / a / (half + Math.sqrt(half * half + w / a));
}

/** A distance from 0 that nearly bounds the crowd: standard deviations of noise, and what the dislike of density adds. */
function width(p: Parameters, deviations: number): number {
  const { nu, a, f, w } = p;
  if (p.coupling === "logarithm") return deviations * Math.sqrt(nu / (a * bend(p, f)));
  // Without noise the crowd fills the bowl up to a level: at most so far (1 − s² integrates to at least 1 over [−1, 1]).
  const filled = ((2 * f) / w) ** (1 / (exponent(p) + 2));
  return filled + deviations * Math.sqrt(nu / (a * bend(p, 0)));
}

/** Where the line is cut: beyond is about 1e-15 of the crowd. */
function reach(p: Parameters): number {
  return width(p, 8);
}

function shown(p: Parameters): FieldOptions {
  return p.space === "line" ? { window: [[-width(p, 4), width(p, 4)]] } : {};
}

/** Enough points for |drift| h < 2ν, where that is not too many; else the scheme that does without. */
function meshOf(p: Parameters): MeshAdvice {
  if (p.space === "line") return { points: 400, steps: 1, scheme: "central" };
  const depth =
    p.space === "known"
      ? (tau * Math.abs(p.A)) ** 2 * 0.5 * p.a
      : Math.abs(p.V1) + Math.abs(p.V2) + (p.space === "torus" ? Math.abs(p.V3) : 0);
  // Walkers are about as fast as a fall from the dearest place to the cheapest would make them, less the crowd's push.
  const needed = 16 * Math.ceil((0.9 * Math.sqrt(2 * p.a * depth)) / (2 * p.nu) / 16);
  const [least, most] = p.space === "torus" ? [64, 256] : [256, 4096];
  return needed <= most
    ? { points: Math.max(least, needed), steps: 1, scheme: "central" }
    : { points: most / 2, steps: 1, scheme: "upwind" };
}

function knownCircle(p: Parameters): Quantities {
  const { A, a, nu, f } = p;
  const model = build(p);
  const Z = besselI0((a * A) / nu);
  return {
    value: () => fieldOf(model, (_t, x) => A * Math.cos(tau * x)),
    density: () => fieldOf(model, (_t, x) => Math.exp((-a * A * Math.cos(tau * x)) / nu) / Z),
    control: () => fieldOf(model, (_t, x) => a * A * tau * Math.sin(tau * x)),
    ergodic_constant: () => scalar(-f * Math.log(Z)),
  };
}

function gaussianLine(p: Parameters): Quantities {
  const { a, nu, f } = p;
  const model = build(p);
  const K = bend(p, f);
  const variance = nu / (a * K);
  const R = reach(p);
  return {
    // Of mean 0 over the line as it is cut.
    value: () => fieldOf(model, (_t, x) => 0.5 * K * (x * x - (R * R) / 3), shown(p)),
    density: () => fieldOf(model, (_t, x) => Math.exp((-0.5 * x * x) / variance) / Math.sqrt(tau * variance), shown(p)),
    control: () => fieldOf(model, (_t, x) => -a * K * x, shown(p)),
    ergodic_constant: () => scalar(nu * K - 0.5 * f * Math.log(tau * variance)),
    var_state: () => scalar(variance),
  };
}
