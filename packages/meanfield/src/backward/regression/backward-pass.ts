/**
 * One sweep back through time by least squares, on one batch of simulated paths.
 *
 * E. Gobet, J.-P. Lemor, X. Warin, "A regression-based Monte Carlo method to solve backward stochastic differential equations",
 * Annals of Applied Probability 15 (2005) 2172–2202. What is regressed is noisy: Y_{n+1}ΔW/Δ has a variance like 1/Δ. Control variates
 * take the noise away without changing expectations. `centred` subtracts the fitted E_n Y_{n+1} from what is multiplied by ΔW.
 * `martingale` subtracts the martingale Σ_j Z^{ij}ΔW^j too, with Z from a pilot of independent paths, from both regressions; where the
 * pilot is right, nothing is left but what the basis cannot express. `linear` does so for Y less the exactly solved linear part.
 */

import { RefusalError } from "../../core/index.ts";
import type { InteractingModel } from "../model.ts";
import { weightsAt } from "../schemes/scheme.ts";
import type { Scheme } from "../schemes/scheme.ts";
import { designOf } from "./basis.ts";
import type { Basis, Degrees, Design } from "./basis.ts";
import { openDesk } from "./desk.ts";
import { lawReader } from "./law-reader.ts";
import type { LinearPart } from "./linear-part.ts";
import type { Paths } from "./paths.ts";
import { addPairSums, evaluate, ownProjection, pairProjection } from "./projection.ts";
import { mostFunctions, stepBasis } from "./step-basis.ts";

export type ControlVariate = "none" | "centred" | "martingale" | "linear";

/** Whether regressions are relieved of their martingale part, by a pilot. */
export function isControlled(control: ControlVariate): boolean {
  return control === "martingale" || control === "linear";
}

export interface PassSettings {
  readonly model: InteractingModel;
  /** `Infinity` for the limit. */
  readonly players: number;
  readonly scheme: Scheme;
  readonly degrees: Degrees;
  readonly control: ControlVariate;
  /** Where the control is `linear`. */
  readonly linear: LinearPart | undefined;
}

/** What was fitted at one time: coefficients of a basis. */
export interface StepFit {
  readonly basis: Basis;
  /** Of E_n of what Z is the exposure of. */
  readonly centre: Float64Array;
  /** Of Z^{ii}. */
  readonly z: Float64Array;
  /** Of Z^{ij}, j ≠ i; empty in the limit and for one player. */
  readonly cross: Float64Array;
  /** Of Y. */
  readonly y: Float64Array;
  /** In a pilot the exposures of what Y is the expectation of, Y_{n+1} and the driver: the noise of its regression. */
  readonly hedge?: Exposures;
}

/** Coefficients of functions of one player and of pairs. */
interface Exposures {
  readonly z: Float64Array;
  readonly cross: Float64Array;
}

/** With the control `linear`, fits are of Y less the linear part; means and starts are of Y itself. */
export interface PassResult {
  /** For every time but the last. */
  readonly fits: readonly StepFit[];
  /** The functionals of the law of Y at every time, of finitely many players copy after copy, and empty where no law was assumed. */
  readonly laws: readonly Float64Array[];
  /** In the limit the functionals of the law of X_T that the terminal values were given. */
  readonly finalLaw: Float64Array;
  /** Of Y at every time. */
  readonly means: Float64Array;
  readonly start: { readonly y: number; readonly z: number; readonly cross: number };
}

/**
 * @param pilot what an earlier pass on other paths found: its bases are used, and its fits as controls; left out, the pass makes
 * bases of its own and is its own control
 * @param assumed the functionals of the law of Y at every time, of finitely many players copy after copy; left out, they are read off this
 * very pass
 * @param asPilot whether the result is to be a pilot, as it is without one
 * @throws RefusalError where a step is too long for its equation to be solved.
 */
export function backwardPass(
  paths: Paths,
  settings: PassSettings,
  pilot?: PassResult,
  assumed?: readonly Float64Array[],
  asPilot = pilot === undefined,
): PassResult {
  const { model, scheme, control, linear } = settings;
  const { horizon, functionals } = model;
  const { steps, states, copies, players } = paths;
  const limit = settings.players === Infinity;
  const kept = limit || assumed !== undefined;
  const controlled = isControlled(control);
  const rows = copies * players;
  const step = horizon / steps;
  const law = lawReader(paths, settings);
  const fits: StepFit[] = Array.from({ length: steps });
  const laws: Float64Array[] = Array.from({ length: steps + 1 });
  const means = new Float64Array(steps + 1);
  const none = new Float64Array(0);
  const knownMean = model.forward.kind === "brownian" ? 0 : undefined;
  const desk = openDesk({ copies, players, ...mostFunctions(settings), buffers: BUFFERS });
  const buffer = (): Float64Array => desk?.numbers(rows) ?? new Float64Array(rows);
  const [y, z, c, slope, cNext, slopeNext, moves, F, target, control0, u] = Array.from({ length: BUFFERS }, buffer);

  // Values at the horizon.
  const finals = law.terminal();
  const ours = limit && linear !== undefined ? finals : undefined;
  terminalValues(paths, settings, finals, y);
  if (linear !== undefined) {
    const { value } = linear.at(steps);
    for (let r = 0; r < rows; r++) {
      c[r] = value(states[steps][r]);
      // What the limit's law gives is the linear part's own terminal value.
      y[r] = ours === undefined ? y[r] - c[r] : 0;
    }
  }
  means[steps] = meanOf(states[steps], y, c, knownMean);
  let current = law.of(steps, y, c, undefined);
  laws[steps] = kept ? current : none;

  for (let n = steps - 1; n >= 0; n--) {
    const room = desk?.mark();
    const late = (n + 1) * step;
    const x = states[n];
    paths.increments(n, moves);
    cNext.set(c);
    slopeNext.set(slope);
    if (linear !== undefined) {
      const part = linear.at(n);
      for (let r = 0; r < rows; r++) {
        c[r] = part.value(x[r]);
        slope[r] = part.slope(x[r]);
      }
    }
    const known = pilot?.fits[n];
    const basis = known?.basis ?? stepBasis(paths, settings, n, y, cNext, desk);
    const design = designOf(basis, x, players, desk);
    const own = ownProjection(design);
    const pair = !limit && players > 1 ? pairProjection(design) : undefined;
    const { now, driverInZ } = weightsAt(scheme, n === steps - 1);
    const later = assumed?.[n + 1] ?? current;
    const theta = scheme.kind === "theta";

    const exposuresOf = (): Pick<StepFit, "centre" | "z" | "cross"> => {
      const centre = own.coefficients(target);
      if (control === "none") u.set(target);
      else {
        const base = controlled ? known : undefined;
        evaluate(design, base?.centre ?? centre, u);
        for (let r = 0; r < rows; r++) u[r] = target[r] - u[r];
        if (base !== undefined) for (let r = 0; r < rows; r++) u[r] -= control0[r];
      }
      const found = { z: own.coefficients(u, moves), cross: pair?.coefficients(u, moves) ?? none };
      return { centre, ...added(controlled ? known : undefined, found) };
    };
    /** What is known and E[u ΔW]/Δ. */
    const added = (known: Exposures | undefined, { z, cross }: Exposures): Exposures => ({
      z: z.map((value, k) => value / step + (known?.z[k] ?? 0)),
      cross: cross.map((value, k) => value / step + (known?.cross[k] ?? 0)),
    });
    /** Σ_j Z^{ij}ΔW^j. */
    const martingale = (fit: Exposures): void => {
      evaluate(design, fit.z, control0);
      for (let r = 0; r < rows; r++) control0[r] *= moves[r];
      if (pair !== undefined) addPairSums(design, fit.cross, moves, control0);
    };
    if (controlled && known !== undefined) martingale(known);

    // The driver at t_{n+1}; z holds Z_{n+1} until it is replaced by Z_n.
    let fit: Pick<StepFit, "centre" | "z" | "cross">;
    if (theta) {
      if (n < steps - 1) driverRows(late, states[n + 1], y, cNext, z, slopeNext, later, F);
      for (let r = 0; r < rows; r++) target[r] = y[r] + (driverInZ ? step * F[r] : 0);
      fit = exposuresOf();
      evaluate(design, fit.z, z);
    } else {
      target.set(y);
      fit = exposuresOf();
      evaluate(design, fit.z, z);
      driverRows(late, states[n + 1], y, cNext, z, slope, later, F);
      for (let round = 0; round < (driverInZ ? 30 : 0); round++) {
        for (let r = 0; r < rows; r++) target[r] = y[r] + step * F[r];
        fit = exposuresOf();
        evaluate(design, fit.z, u);
        const change = changeOf(u, z);
        z.set(u);
        driverRows(late, states[n + 1], y, cNext, z, slope, later, F);
        if (!(change > SETTLED)) break;
        if (round === 29) throw new RefusalError(TOO_LONG);
      }
    }
    const before = theta ? (1 - now) * step : step;
    if (controlled) martingale(known?.hedge ?? fit);
    for (let r = 0; r < rows; r++) target[r] = y[r] + before * F[r] - (controlled ? control0[r] : 0);
    let coefficients = own.coefficients(target);
    evaluate(design, coefficients, y);
    let hedge: Exposures | undefined;
    if (controlled && asPilot) {
      for (let r = 0; r < rows; r++) u[r] = target[r] - y[r];
      hedge = added(known?.hedge ?? fit, {
        z: own.coefficients(u, moves),
        cross: pair?.coefficients(u, moves) ?? none,
      });
    }
    current = law.of(n, y, c, { design, coefficients });
    if (now > 0) {
      coefficients = implicit(n, design, own, now * step, coefficients);
      evaluate(design, coefficients, y);
      current = law.of(n, y, c, { design, coefficients });
    }
    means[n] = meanOf(x, y, c, knownMean);
    laws[n] = kept ? current : none;
    fits[n] = { basis, ...fit, y: coefficients, ...(hedge === undefined ? {} : { hedge }) };
    if (n === 0) {
      const start = { y: averageOf(y, c), z: averageOf(z, slope), cross: 0 };
      return {
        fits,
        laws,
        finalLaw: limit ? finals : none,
        means,
        start: { ...start, cross: crossAverage(design, fit.cross) },
      };
    }
    if (room !== undefined) desk?.release(room);
  }
  throw new RefusalError("no time steps");

  /** Writes f at one time for every row, less the linear part's own driver. */
  function driverRows(
    t: number,
    x: Float64Array,
    y: Float64Array,
    c: Float64Array,
    z: Float64Array,
    zc: Float64Array,
    law: Float64Array,
    out: Float64Array,
  ): void {
    const { driver } = model;
    const [a, b] = linear === undefined ? [0, 0] : [linear.a, linear.b];
    const width = functionals.length;
    for (let copy = 0; copy < copies; copy++) {
      const seen = limit ? law : law.subarray(copy * width, (copy + 1) * width);
      for (let r = copy * players; r < (copy + 1) * players; r++) {
        out[r] = driver(t, x[r], y[r] + c[r], z[r] + zc[r], seen) - a * c[r] - b * zc[r];
      }
    }
  }

  /** Y = base + θΔ f(t_n, X_n, Y, Z, law of Y), projected: the coefficients. */
  function implicit(
    n: number,
    design: Design,
    own: ReturnType<typeof ownProjection>,
    weight: number,
    start: Float64Array,
  ): Float64Array {
    const base = y.slice();
    let coefficients = start;
    for (let round = 0; round < 100; round++) {
      driverRows(n * step, states[n], y, c, z, slope, assumed?.[n] ?? current, F);
      for (let r = 0; r < rows; r++) target[r] = base[r] + weight * F[r];
      coefficients = own.coefficients(target);
      evaluate(design, coefficients, u);
      const change = changeOf(u, y);
      y.set(u);
      current = law.of(n, y, c, { design, coefficients });
      if (!(change > SETTLED)) return coefficients;
    }
    throw new RefusalError(TOO_LONG);
  }
}

/** The functionals of the law of Y at the horizon, as the passes on these paths have them. */
export function terminalLaw(paths: Paths, settings: PassSettings): Float64Array {
  const { steps, copies, players } = paths;
  const law = lawReader(paths, settings);
  const [y, nothing] = [new Float64Array(copies * players), new Float64Array(copies * players)];
  terminalValues(paths, settings, law.terminal(), y);
  return law.of(steps, y, nothing, undefined);
}

/** Y at the horizon, given the functionals of the law of X there, of finitely many players copy after copy. */
function terminalValues(
  { states, steps, copies, players }: Paths,
  { model, players: asked }: PassSettings,
  finals: Float64Array,
  out: Float64Array,
): void {
  const limit = asked === Infinity;
  const shares = finals.length / (limit ? 1 : copies);
  for (let r = 0; r < out.length; r++) {
    const at = limit ? 0 : Math.floor(r / players) * shares;
    out[r] = model.terminal(states[steps][r], finals.subarray(at, at + shares));
  }
}

/** Arrays of a number a row that a pass works with. */
const BUFFERS = 11;
/** Far below what samples can tell, and above the rounding of functions that are nearly dependent. */
const SETTLED = 1e-9;
const TOO_LONG =
  "a step in time is too long for its equation to be solved by iteration on these samples: more steps or more paths are needed";

/** Mean of y + c. */
function averageOf(y: Float64Array, c: Float64Array): number {
  let sum = 0;
  for (let r = 0; r < y.length; r++) sum += y[r] + c[r];
  return sum / y.length;
}

/** Mean of y + c, less what the sample of states is off the mean that they are known to have, by the line through both. */
function meanOf(x: Float64Array, y: Float64Array, c: Float64Array, known: number | undefined): number {
  const centre = averageOf(y, c);
  if (known === undefined) return centre;
  const off = averageOf(x, new Float64Array(x.length)) - known;
  let [squares, products] = [0, 0];
  for (let r = 0; r < x.length; r++) {
    squares += (x[r] - known - off) ** 2;
    products += (x[r] - known - off) * (y[r] + c[r] - centre);
  }
  return squares === 0 ? centre : centre - (products / squares) * off;
}

/** Mean of Z^{ij} over all pairs. */
function crossAverage(design: Design, cross: Float64Array): number {
  const { players, copies } = design;
  if (cross.length === 0) return 0;
  const sums = new Float64Array(copies * players);
  addPairSums(design, cross, new Float64Array(sums.length).fill(1), sums);
  let total = 0;
  for (let r = 0; r < sums.length; r++) total += sums[r];
  return total / (sums.length * (players - 1));
}

/** Root mean square of the difference over all rows, relative where values exceed one. */
function changeOf(now: Float64Array, before: Float64Array): number {
  let [change, size] = [0, 0];
  for (let r = 0; r < now.length; r++) {
    change += (now[r] - before[r]) ** 2;
    size += now[r] ** 2;
  }
  return Math.sqrt(change / Math.max(now.length, size));
}
