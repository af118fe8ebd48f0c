import type { StationaryModel } from "../model.ts";
import type { StationaryEnvironment } from "./environment.ts";
import { finiteEnvironment } from "./finite-environment.ts";
import { repairEnvironment } from "./repair-environment.ts";

/** The simulator of a game, which is all that a learner is given of it. */
export function environmentOf(model: StationaryModel): StationaryEnvironment {
  return model.kind === "finite" ? finiteEnvironment(model) : repairEnvironment(model);
}
