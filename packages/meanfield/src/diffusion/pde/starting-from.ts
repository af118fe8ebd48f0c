/** The same game of diffusions from another density at the start. */

import { InputError, RefusalError, placed, startingFormula } from "../../core/index.ts";
import type { DiffusionModel, SpaceAxis } from "./model.ts";

/** Points at which a formula is looked at, along a line and along each axis of a plane. */
const looks = [4001, 201] as const;
/** Share of the largest density that may stand at an end where an infinite line is cut, as `checkModel` has it. */
const nearlyNothing = 1e-4;

/**
 * Puts a game at another start, given by a formula of x (and y), a density up to a factor over the places where players may
 * stand. Its scheme is the monotone one unless another is asked for.
 *
 * @throws RefusalError for averages over time. What it gives throws InputError for what is no formula, and where this is negative,
 * not finite, zero everywhere, or more than nearly nothing where an infinite line is cut.
 */
export function startingFrom(model: DiffusionModel): (formula: string) => DiffusionModel {
  if (model.horizon === Infinity)
    throw new RefusalError("initial: averages over all time do not depend on where players start");
  return (formula) => startedFrom(model, formula);
}

function startedFrom(model: DiffusionModel, formula: string): DiffusionModel {
  const { space, place } = model;
  const names = space.map(({ name }) => name);
  const tape = startingFormula(formula, names);
  const plane = names.length === 2;
  const at = (x: number, y: number): number => {
    tape.inputs[0] = x;
    if (plane) tape.inputs[1] = y;
    return tape.run();
  };
  const [across, up] = space.map((axis) => midpoints(axis, looks[plane ? 1 : 0]));
  let [mass, largest] = [0, 0];
  for (const x of across) {
    for (const y of up ?? [0]) {
      if (place !== undefined && place(x, y) !== "free") continue;
      const density = at(x, y);
      if (!(density >= 0 && Number.isFinite(density)))
        throw new InputError(
          "initial",
          formula,
          `finite and at least 0 everywhere: it is ${density} ${placed(tape, names)}`,
        );
      mass += density;
      largest = Math.max(largest, density);
    }
  }
  mass *= space.reduce((product, { low, high }, k) => (product * (high - low)) / [across, up][k].length, 1);
  if (!(mass > 0 && Number.isFinite(mass)))
    throw new InputError(
      "initial",
      formula,
      `above 0 where players may stand, and of finite mass: its mass is ${mass}`,
    );
  space.forEach(({ name, low, high, ends }, k) => {
    if (ends === "periodic") return;
    ends.forEach(({ kind }, side) => {
      if (kind !== "open") return;
      const edge = side === 0 ? low : high;
      for (const other of plane ? [across, up][1 - k] : [0])
        if ((k === 0 ? at(edge, other) : at(other, edge)) > nearlyNothing * largest)
          throw new InputError(
            "initial",
            formula,
            `below ${nearlyNothing} of its largest value at ${name} = ${edge}, where an infinite line is cut`,
          );
    });
  });
  // A formula may jump, or crowd people where the game's own start has none: the monotone scheme takes all of it.
  const mesh = { ...model.mesh, scheme: "upwind" as const };
  return { ...model, initial: (x, y) => at(x, y) / mass, initialMass: "any", mesh };
}

/** Of even cells. */
function midpoints({ low, high }: SpaceAxis, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => low + ((i + 0.5) * (high - low)) / count);
}
