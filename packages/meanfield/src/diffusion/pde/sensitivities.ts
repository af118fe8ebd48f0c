/**
 * How costs and Hamiltonians react to momenta and to the population: the derivatives a model gives, and central differences
 * where it gives none.
 */

import type { AxisHamiltonian, HamiltonianSees, Population, RunningCost } from "./model.ts";

/** One thing that can be seen of the population: its density, the density nearby, or the aggregate of an index. */
export type Sight = "density" | "nearby" | number;

/** What is seen by a declaration, in the order density, nearby, aggregates. */
export function sightsOf(sees: HamiltonianSees | undefined, aggregates: number): Sight[] {
  return [
    ...(sees?.density === true ? (["density"] as const) : []),
    ...(sees?.nearby === true ? (["nearby"] as const) : []),
    ...(sees?.aggregates === true ? Array.from({ length: aggregates }, (_, k) => k) : []),
  ];
}

export type OfPlace = (t: number, x: number, y: number, population: Population) => number;
export type OfMomentum = (t: number, x: number, y: number, p: number, population: Population) => number;

/** The balance of rounding and of the next term of Taylor's series in a central difference: ∛ε. */
const relativeStep = Number.EPSILON ** (1 / 3);

/** How far to go for a central difference at a point. */
function differenceStep(point: number): number {
  return relativeStep * Math.max(1, Math.abs(point));
}

/** f' at a point. */
export function difference(f: (point: number) => number, point: number): number {
  const h = differenceStep(point);
  return (f(point + h) - f(point - h)) / (2 * h);
}

/** ∂/∂(what is seen) of functions of place and population; keeps a population of its own, and leaves the one given alone. */
export function sightDerivative(aggregates: number) {
  const trial = { density: 0, nearby: 0, aggregates: new Float64Array(aggregates) };
  const at = (f: OfPlace, t: number, x: number, y: number, sight: Sight, amount: number): number => {
    if (typeof sight === "number") trial.aggregates[sight] = amount;
    else trial[sight] = amount;
    return f(t, x, y, trial);
  };
  return (f: OfPlace, t: number, x: number, y: number, population: Population, sight: Sight): number => {
    trial.density = population.density;
    trial.nearby = population.nearby;
    if (aggregates > 0) trial.aggregates.set(population.aggregates);
    const here = typeof sight === "number" ? population.aggregates[sight] : population[sight];
    const h = differenceStep(here);
    // Densities are not followed below 0, where a model may have no value.
    if (typeof sight === "number" || here >= h) {
      return (at(f, t, x, y, sight, here + h) - at(f, t, x, y, sight, here - h)) / (2 * h);
    }
    const [first, second] = [at(f, t, x, y, sight, here + h), at(f, t, x, y, sight, here + 2 * h)];
    return (4 * first - second - 3 * at(f, t, x, y, sight, here)) / (2 * h);
  };
}

/** ∂H/∂(what is seen) and ∂H_p/∂(what is seen) at a momentum. */
export interface Reaction {
  readonly ofValue: (p: number) => number;
  readonly ofSlope: (p: number) => number;
}

/** How H reacts to a sight at a point; one object is reused. Of quadratic forms only the coefficients are differentiated. */
export function reactionOf(
  { value, slope, quadratic }: AxisHamiltonian,
  aggregates: number,
  sight: Sight,
): (t: number, x: number, y: number, population: Population) => Reaction {
  const derivative = sightDerivative(aggregates);
  if (quadratic === undefined) {
    return (t, x, y, population) => ({
      ofValue: (p) => derivative((_t, _x, _y, seen) => value(t, x, y, p, seen), t, x, y, population, sight),
      ofSlope: (p) => derivative((_t, _x, _y, seen) => slope(t, x, y, p, seen), t, x, y, population, sight),
    });
  }
  const { scale, rest, floor, side, constant = [] } = quadratic;
  const [ofScale, ofRest, ofFloor] = (["scale", "rest", "floor"] as const).map((name) => !constant.includes(name));
  const here = { scale: 0, rest: 0, scaleBy: 0, restBy: 0, floorBy: 0 };
  const free = (q: number): boolean => (side === "rising" && q <= 0) || (side === "falling" && q >= 0);
  const reaction: Reaction = {
    ofValue: (p) => {
      const q = p - here.rest;
      return here.floorBy + (free(q) ? 0 : q * (0.5 * here.scaleBy * q - here.scale * here.restBy));
    },
    ofSlope: (p) => {
      const q = p - here.rest;
      return free(q) ? 0 : here.scaleBy * q - here.scale * here.restBy;
    },
  };
  return (t, x, y, population) => {
    here.scale = scale(t, x, y, population);
    here.rest = rest(t, x, y, population);
    if (ofScale) here.scaleBy = derivative(scale, t, x, y, population, sight);
    if (ofRest) here.restBy = derivative(rest, t, x, y, population, sight);
    if (ofFloor) here.floorBy = derivative(floor, t, x, y, population, sight);
    return reaction;
  };
}

/** H_pp: the model's own, or a difference of H_p. */
export function curvatureOf(hamiltonian: AxisHamiltonian): OfMomentum {
  const { curvature, slope } = hamiltonian;
  return curvature ?? ((t, x, y, p, population) => difference((q) => slope(t, x, y, q, population), p));
}

/** ∂F/∂(what is seen): the model's own, or a difference of F. */
export function runningSlope(running: RunningCost, sight: Sight, aggregates: number): OfPlace {
  const { value, densitySlope, nearbySlope, aggregateSlope } = running;
  if (sight === "density" && densitySlope !== undefined) return densitySlope;
  if (sight === "nearby" && nearbySlope !== undefined) return nearbySlope;
  if (typeof sight === "number" && aggregateSlope !== undefined) {
    return (t, x, y, population) => aggregateSlope(sight, t, x, y, population);
  }
  const derivative = sightDerivative(aggregates);
  return (t, x, y, population) => derivative(value, t, x, y, population, sight);
}
