/**
 * Published games and algorithms of OpenSpiel, iteration by iteration: NashConv, the sum of exploitabilities over populations.
 * Numbers were recorded in full; what remains between two programs is rounding.
 *
 * Its mirror descent reads and writes one table of summed values in one sweep, so that from the second iterate on policies
 * mix old sums and new ones by the order of the sweep; where an iterate has a single state that changes nothing. Its
 * Munchausen version keeps them apart, and is what mirror descent is meant to be.
 */

import { describe, expect, it } from "vitest";
import reference from "../../../../tests/reference/openspiel-mfg.json" with { type: "json" };
import type { Solver } from "../core/index.ts";
import { anySolver, modelOf, solved } from "./finite.testing.ts";
import { crowdModelling } from "./games/crowd-modelling.ts";
import { crowdModelling2d } from "./games/crowd-modelling-2d.ts";
import { crowdAvoidance } from "./games/crowd-avoidance.ts";
import { linearQuadraticOs } from "./games/linear-quadratic-os.ts";
import { periodicAversion } from "./games/periodic-aversion.ts";
import { normalForm } from "./games/normal-form.ts";
import { predatorPrey } from "./games/predator-prey.ts";
import { boltzmannPolicyIteration } from "./solvers/boltzmann-policy-iteration.ts";
import { fictitiousPlay } from "./solvers/fictitious-play.ts";
import { fixedPoint } from "./solvers/fixed-point.ts";
import { munchausenMirrorDescent } from "./solvers/munchausen-mirror-descent.ts";
import { onlineMirrorDescent } from "./solvers/online-mirror-descent.ts";

interface Run {
  readonly game: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly algorithm: string;
  readonly options: { readonly lr?: number; readonly temperature?: number };
  readonly nash_conv: Readonly<Record<string, number>>;
}

/** Games with what makes them the published ones. */
const games: Readonly<Record<string, { readonly game: object; readonly as: object }>> = {
  "crowd-modelling": { game: crowdModelling, as: { faithful: true } },
  "crowd-modelling-2d": { game: crowdModelling2d, as: { faithful: true } },
  "linear-quadratic-os": { game: linearQuadraticOs, as: { faithful: true } },
  "normal-form": { game: normalForm, as: {} },
  "periodic-aversion": { game: periodicAversion, as: { faithful: true } },
  "predator-prey": { game: predatorPrey, as: { faithful: true } },
  "crowd-avoidance": { game: crowdAvoidance, as: { faithful: true, coef_congestion: 0 } },
};

const runs = reference.runs as unknown as readonly Run[];

/** The solvers that a published algorithm is, with their options. */
function methodsOf({ algorithm, options: { lr, temperature } }: Run): [Solver, Record<string, unknown>][] {
  const mirror: [Solver, Record<string, unknown>] = [anySolver(onlineMirrorDescent), { alpha: lr }];
  if (algorithm === "MirrorDescent") return [mirror];
  if (algorithm === "MunchausenMirrorDescent") return [[anySolver(munchausenMirrorDescent), { lr }], mirror];
  if (algorithm === "BoltzmannPolicyIteration") return [[anySolver(boltzmannPolicyIteration), { lr }]];
  if (algorithm === "FictitiousPlay") return [[anySolver(fictitiousPlay), { alpha: lr ?? 0, ties: "first" }]];
  return [[anySolver(fixedPoint), { alpha: 1, temperature: temperature ?? 0, ties: "first" }]];
}

/** The iterates that can be compared. */
function comparable({ game, parameters, algorithm, options }: Run): number {
  if (algorithm === "MirrorDescent" && game !== "normal-form") return 1;
  // Best responses tie by the symmetry of the grid, and rounding settles which is played.
  if (algorithm === "FixedPoint" && options.temperature === undefined && parameters["size"] === 10)
    return game === "crowd-modelling-2d" ? 0 : 20;
  return 20;
}

function title({ game, parameters, algorithm, options }: Run): string {
  return `${game} ${JSON.stringify(parameters)} ${algorithm} ${JSON.stringify(options)}`;
}

describe("published curves", () => {
  it.each(runs.map((item) => [title(item), item] as const))("%s", (_title, item) => {
    const { game, as } = games[item.game];
    const model = modelOf(game, { ...item.parameters, ...as });
    for (const [solver, options] of methodsOf(item)) {
      const { trace } = solved(solver, model, { ...options, tolerance: 0 }, 21);
      let compared = 0;
      for (const [key, value] of Object.entries(item.nash_conv)) {
        const k = Number(key);
        if (k > comparable(item)) continue;
        // Where an iterate is an equilibrium, nothing comes after it.
        const found = trace[Math.min(k, trace.length - 1)].exploitability;
        expect(Math.abs(found - value), `iterate ${k}`).toBeLessThan(3e-12 * value + 1e-12);
        compared++;
      }
      expect(compared).toBeGreaterThan(0);
    }
  });
});
