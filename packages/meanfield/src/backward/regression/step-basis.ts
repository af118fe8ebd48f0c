import { mean } from "../law-functional.ts";
import type { PassSettings } from "./backward-pass.ts";
import { basisOf, designOf, scaleOf } from "./basis.ts";
import type { Basis, Feature, Scale } from "./basis.ts";
import { exponents } from "./hermite.ts";
import type { Desk } from "./desk.ts";
import type { Paths } from "./paths.ts";
import { evaluate, ownProjection } from "./projection.ts";

/** The basis at one time, its scales from these very samples. */
export function stepBasis(
  { states, horizon, steps, copies, players }: Paths,
  { model, degrees, players: asked }: PassSettings,
  n: number,
  y: Float64Array,
  c: Float64Array,
  desk?: Desk,
): Basis {
  const x = states[n];
  const own: Scale =
    model.forward.kind === "brownian" ? { centre: 0, scale: Math.sqrt((horizon * n) / steps) } : scaleOf(x);
  if (!Number.isFinite(asked) || players === 1) return basisOf(degrees, own, []);
  // What a player's own state says of its Y at the next time.
  const alone = designOf(basisOf(degrees, own, []), x, players, desk);
  const total = y.map((value, r) => value + c[r]);
  const predictor = ownProjection(alone).coefficients(total);
  evaluate(alone, predictor, total);
  const feature = (functional: Feature["functional"], points: Float64Array, coefficients?: Float64Array): Feature => {
    const values = Float64Array.from({ length: copies }, (_, copy) =>
      functional.of(points.subarray(copy * players, (copy + 1) * players)),
    );
    return { functional, ...scaleOf(values), ...(coefficients === undefined ? {} : { predictor: coefficients }) };
  };
  // How a functional of the law changes with one player's Y also depends on where that is beside the mean.
  const ofValues = model.functionals.some(({ name }) => name === mean.name)
    ? model.functionals
    : [...model.functionals, ...(model.functionals.length > 0 ? [mean] : [])];
  return basisOf(degrees, own, [
    ...ofValues.map((functional) => feature(functional, total, predictor)),
    ...model.terminalFunctionals.map((functional) => feature(functional, x)),
  ]);
}

/** How many polynomials of a row a basis may have, and how many functions of two players' states. */
export function mostFunctions({ model, degrees, players }: PassSettings): {
  readonly width: number;
  readonly pairs: number;
} {
  const features = model.functionals.length + 1 + model.terminalFunctionals.length;
  const alone = !Number.isFinite(players) || players === 1;
  return { width: degrees.own + 1, pairs: alone ? 0 : exponents(2 + features, degrees.crowd).length };
}
