import { wingByKind } from "../core/wing-by-kind.ts";
import type { Wing } from "../core/index.ts";
import { ratesWing } from "./rates/wing.ts";
import { finiteWing } from "./wing.ts";

/** Games of the family `finite`, each by the wing of its kind. */
export const finiteWings = wingByKind("finite", {
  "discrete-time": finiteWing as unknown as Wing,
  "controlled-rates": ratesWing as unknown as Wing,
});
