/**
 * What a game of diffusions must be before anything is computed with it; types alone are gone when a person's file runs.
 *
 * Functions are tried at a fixed set of times, places, densities and momenta (an additive recurrence by the golden ratio and
 * its relatives), so that a mistake is found in a few milliseconds and always at the same point.
 */

import { InputError } from "../../core/index.ts";
import { checkHamiltonian } from "./check-hamiltonian.ts";
import { differs, placeText, reads, slopeBetween } from "./check-probes.ts";
import type { Probe } from "./check-probes.ts";
import type { Aggregate, DiffusionModel, HamiltonianSees, Population, SpaceAxis } from "./model.ts";

const checked = new WeakSet<DiffusionModel>();

/** Accepted distance of the mass at the start from 1. */
const massTolerance = 1e-3;
/** Share of the largest density that may stand at an end where an infinite line is cut. */
const openTolerance = 1e-4;

/**
 * Checks a model once: ranges, mass, convexity, derivatives, and that what is read of the population is declared in `sees`.
 *
 * @throws InputError naming the part of the model, such as `model.hamiltonian[0].slope`.
 */
export function checkModel(model: DiffusionModel): void {
  if (checked.has(model)) return;
  checkNumbers(model);
  model.space.forEach(checkAxis);
  checkParts(model);
  const largest = Number.isFinite(model.horizon) ? checkInitial(model) : 1 / area(model.space);
  const probes = probesOf(model, largest);
  model.hamiltonian.forEach((hamiltonian, k) => checkHamiltonian(`model.hamiltonian[${k}]`, hamiltonian, probes));
  checkRunning(model, probes);
  if (Number.isFinite(model.horizon)) checkTerminal(model, probes);
  checked.add(model);
}

function checkNumbers({ horizon, volatility, discount, mesh }: DiffusionModel): void {
  if (!(horizon > 0))
    throw new InputError("model.horizon", horizon, "a number > 0, or Infinity for averages over time");
  if (!(volatility > 0 && Number.isFinite(volatility)))
    throw new InputError("model.volatility", volatility, "a finite number > 0");
  if (!(discount >= 0 && Number.isFinite(discount)))
    throw new InputError("model.discount", discount, "a finite number >= 0");
  if (!(Number.isInteger(mesh?.points) && mesh.points >= 3))
    throw new InputError("model.mesh.points", mesh?.points, "a whole number of at least 3");
  if (Number.isFinite(horizon) && !(Number.isInteger(mesh.steps) && mesh.steps >= 1))
    throw new InputError("model.mesh.steps", mesh.steps, "a whole number of at least 1");
  if (mesh.grading !== undefined && !(mesh.grading > 0 && Number.isFinite(mesh.grading)))
    throw new InputError("model.mesh.grading", mesh.grading, "a finite number > 0");
  if (mesh.scheme !== "upwind" && mesh.scheme !== "central")
    throw new InputError("model.mesh.scheme", mesh.scheme, "one of upwind, central");
}

function checkAxis({ name, low, high, ends }: SpaceAxis, k: number, all: readonly SpaceAxis[]): void {
  const field = `model.space[${k}]`;
  if (!["x", "y"].includes(name)) throw new InputError(`${field}.name`, name, "x or y");
  if (k > 0 && name === all[0].name)
    throw new InputError(`${field}.name`, name, "another name than the first axis has");
  if (!(low < high && Number.isFinite(high - low)))
    throw new InputError(field, [low, high], "low < high, both finite (an infinite line is cut at `open` ends)");
  if (ends === "periodic") return;
  const kinds: readonly unknown[] = Array.isArray(ends) ? ends.map((end) => end?.kind) : [];
  const known = kinds.every((kind) => kind === "reflecting" || kind === "absorbing" || kind === "open");
  if (kinds.length !== 2 || !known)
    throw new InputError(`${field}.ends`, ends, '"periodic", or two ends of kind reflecting, absorbing or open');
}

function checkParts({ space, hamiltonian, running, terminal, aggregates, nearby, horizon }: DiffusionModel): void {
  const axes = space.length;
  if (hamiltonian.length !== axes)
    throw new InputError("model.hamiltonian", `${hamiltonian.length} Hamiltonians`, `one for each of the ${axes} axes`);
  if (nearby !== undefined && nearby.length !== axes)
    throw new InputError("model.nearby", `${nearby.length} kernels`, `one for each of the ${axes} axes`);
  const readers: [string, HamiltonianSees | undefined][] = [
    ["model.running.sees", running.sees],
    ...hamiltonian.map(({ sees }, k): [string, HamiltonianSees | undefined] => [`model.hamiltonian[${k}].sees`, sees]),
    ...(Number.isFinite(horizon)
      ? [["model.terminal.sees", terminal.sees] as [string, HamiltonianSees | undefined]]
      : []),
  ];
  for (const [field, sees] of readers) {
    if (sees?.nearby === true && nearby === undefined)
      throw new InputError(`${field}.nearby`, true, "left out where the model has no `nearby` kernel");
    if (sees?.aggregates === true && aggregates.length === 0)
      throw new InputError(`${field}.aggregates`, true, "left out where the model has no aggregates");
  }
  aggregates.forEach(({ name, drift }, k) => {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new InputError(`model.aggregates[${k}].name`, name, "in snake_case");
    if (aggregates.findIndex((other) => other.name === name) !== k)
      throw new InputError(`model.aggregates[${k}].name`, name, "a name that no other aggregate has");
    if (drift !== undefined && drift.length > axes)
      throw new InputError(`model.aggregates[${k}].drift`, `${drift.length} weights`, `at most one for each axis`);
  });
}

/** Mass, signs and open ends of the law at the start; its largest density. */
function checkInitial({ space, initial, initialMass, place }: DiffusionModel): number {
  const [x, y] = space.map((axis, k) => cells(axis, space.length === 1 ? 20_000 : 700 + k));
  const size = (y?.width ?? 1) * x.width;
  let [mass, largest] = [0, 0];
  for (const a of x.points) {
    for (const b of y?.points ?? [0]) {
      const density = initial(a, b);
      if (!(density >= 0 && Number.isFinite(density)))
        throw new InputError(
          "model.initial",
          density,
          `a density, finite and >= 0, at ${placeText(space.length, a, b)}`,
        );
      largest = Math.max(largest, density);
      if (place === undefined || place(a, b) === "free") mass += density * size;
    }
  }
  if (initialMass !== "any" && !(Math.abs(mass - 1) <= massTolerance))
    throw new InputError(
      "model.initial",
      `a density of mass ${rounded(mass)}`,
      `of mass 1, to ${massTolerance}${place === undefined ? "" : ", where players may stand"}`,
    );
  space.forEach((axis, k) => {
    if (axis.ends === "periodic") return;
    axis.ends.forEach((end, side) => {
      if (end.kind !== "open") return;
      const at = side === 0 ? axis.low : axis.high;
      for (const other of space.length === 1 ? [0] : (k === 0 ? y : x).points) {
        const density = k === 0 ? initial(at, other) : initial(other, at);
        if (density > openTolerance * largest) {
          throw new InputError(
            `model.space[${k}]`,
            `an open end at ${axis.name} = ${at} where the density at the start is ${rounded(density)}`,
            `further out: below ${openTolerance} of the largest density, ${rounded(largest)}`,
          );
        }
      }
    });
  });
  return largest;
}

interface Cells {
  readonly points: Float64Array;
  readonly width: number;
}

/** Midpoints of even cells. */
function cells({ low, high }: SpaceAxis, count: number): Cells {
  const width = (high - low) / count;
  return { points: Float64Array.from({ length: count }, (_, i) => low + (i + 0.5) * width), width };
}

function area(space: readonly SpaceAxis[]): number {
  return space.reduce((product, { low, high }) => product * (high - low), 1);
}

/** Times, free places and populations at which functions are tried. */
function probesOf(model: DiffusionModel, largest: number): Probe[] {
  const { space, horizon, place, aggregates } = model;
  const ends = aggregates.map((aggregate) => rangeOf(aggregate, model));
  const probes: Probe[] = [];
  for (let k = 0; probes.length < 24 && k < 2000; k++) {
    const share = (irrational: number): number => (0.5 + (k + 1) * irrational) % 1;
    const at = ({ low, high }: SpaceAxis, irrational: number): number => low + (high - low) * share(irrational);
    const x = at(space[0], 0.7548776662466927);
    const y = space[1] === undefined ? 0 : at(space[1], 0.5698402909980532);
    if (place !== undefined && place(x, y) !== "free") continue;
    const population: Population = {
      density: largest * (0.02 + share(Math.SQRT2)),
      nearby: model.nearby === undefined ? 0 : largest * (0.05 + share(Math.sqrt(3))),
      aggregates: Float64Array.from(ends, ([low, high], j) => low + (high - low) * share(Math.sqrt(5 + 2 * j))),
    };
    probes.push({
      t: (Number.isFinite(horizon) ? horizon : 1) * share(Math.sqrt(11)),
      x,
      y,
      population,
      axes: space.length,
    });
  }
  if (probes.length === 0) throw new InputError("model.place", "walls and exits everywhere", "free somewhere");
  return probes;
}

/** What an aggregate of the state can be, at the start and with everybody there; −1 to 1 where drifts enter. */
function rangeOf({ state, drift }: Aggregate, { space }: DiffusionModel): readonly [low: number, high: number] {
  if (state === undefined || drift !== undefined) return [-1, 1];
  const [x, y] = space.map((axis) => cells(axis, 20).points);
  const values = Array.from(x).flatMap((a) => Array.from(y ?? [0], (b) => state(0, a, b)));
  return [Math.min(...values), Math.max(...values)];
}

function checkRunning({ running }: DiffusionModel, probes: readonly Probe[]): void {
  for (const probe of probes) {
    const { t, x, y, population } = probe;
    const at = (seen: Population): number => running.value(t, x, y, seen);
    reads("model.running", running.sees, at, probe);
    const { densitySlope, nearbySlope, aggregateSlope, sees } = running;
    if (sees?.density === true && densitySlope !== undefined) {
      compare(
        "model.running.densitySlope",
        densitySlope(t, x, y, population),
        probe,
        slopeBetween(population.density, (density) => at({ ...population, density })),
      );
    }
    if (sees?.nearby === true && nearbySlope !== undefined) {
      compare(
        "model.running.nearbySlope",
        nearbySlope(t, x, y, population),
        probe,
        slopeBetween(population.nearby, (nearby) => at({ ...population, nearby })),
      );
    }
    if (sees?.aggregates === true && aggregateSlope !== undefined) {
      population.aggregates.forEach((z, k) => {
        const moved = (value: number): number =>
          at({ ...population, aggregates: population.aggregates.map((other, j) => (j === k ? value : other)) });
        compare(
          `model.running.aggregateSlope(${k}, …)`,
          aggregateSlope(k, t, x, y, population),
          probe,
          slopeBetween(z, moved),
        );
      });
    }
  }
}

function checkTerminal({ terminal }: DiffusionModel, probes: readonly Probe[]): void {
  for (const probe of probes) {
    reads("model.terminal", terminal.sees, (seen) => terminal.value(probe.x, probe.y, seen), probe);
  }
}

function compare(field: string, given: number, probe: Probe, [low, high]: readonly [number, number]): void {
  if (differs(given, low, high))
    throw new InputError(
      field,
      given,
      `${rounded(0.5 * (low + high))}, the derivative of the value at ${placeText(probe.axes, probe.x, probe.y, probe.t)}`,
    );
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
