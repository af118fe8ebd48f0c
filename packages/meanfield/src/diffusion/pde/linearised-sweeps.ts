/**
 * The derivative of linearised.ts as sweeps of compiled stages, where nothing but masses and values hand on from stage to stage:
 * no open ends and no aggregates of drifts.
 *
 * What goes to the next point changes by τ π̄ gainUp (δrise − c δfall), and to the previous one by τ π̄ gainDown (δfall − c δrise), c
 * being 1 where the difference is central. Drifts' changes are linear in the differences of δu beside the point and in what is
 * seen there, so that a stage keeps the coefficients of the masses alone.
 */

import { type TangentCoefficients, tangentBytes, type TangentStage, tangentSweeps } from "../../kernels/index.ts";
import type { BestResponse } from "./best-response.ts";
import { EXIT } from "./compile.ts";
import { look, meanMass, readAggregates, workshopOf } from "./environment.ts";
import type { Workshop } from "./environment.ts";
import { ratesInRoom } from "./lines.ts";
import { momentaBuffers, readMomenta } from "./momenta.ts";
import type { GridFlow, GridProblem } from "./problem.ts";
import type { SeenLayout } from "./seen.ts";
import { sightsOf } from "./sensitivities.ts";
import type { Sight } from "./sensitivities.ts";
import { stageSlopes, terminalSensitivities } from "./stage-slopes.ts";
import type { StageSlopes } from "./stage-slopes.ts";

/** Arenas end at 4 GiB; what would take more than half of one is swept by the general code. */
const MOST_BYTES = 2 ** 31;

interface Room {
  readonly sweeps: ReturnType<typeof tangentSweeps>;
  readonly change: GridFlow;
  readonly exits: Int32Array;
}

const rooms = new WeakMap<GridProblem, Room>();

/** How much is seen in stage `s`, and how much of that, first in the order of its sensitivities, by the Hamiltonian. */
function sightsAt({ model, stages }: GridProblem, s: number): { readonly sights: number; readonly moving: number } {
  const { axis, carries } = stages[s];
  const count = model.aggregates.length;
  const byH = sightsOf((model.hamiltonian[axis] ?? model.hamiltonian[0]).sees, count);
  const byF = carries === 0 ? [] : sightsOf(model.running.sees, count);
  return { sights: new Set([...byH, ...byF]).size, moving: byH.length };
}

/** Room for the sweeps of a problem, the same each time; undefined where they are not for it. */
function roomOf(problem: GridProblem): Room | undefined {
  const known = rooms.get(problem);
  if (known !== undefined) return known;
  const { model, size, stages, place } = problem;
  const { lines, room } = workshopOf(problem);
  if (lines.some(({ open }) => open.length > 0) || model.aggregates.some(({ drift }) => drift !== undefined)) return;
  const shapes = lines.map(({ axis, periodic, next, previous, central }) => {
    return { sweeps: room[axis], periodic, next, previous, central: central.includes(1) };
  });
  const plan = stages.map(({ axis, length, implicit, carries }, s): TangentStage => {
    const whole = implicit * length;
    const kept = 1 + whole * carries * model.discount;
    return { axis, ...sightsAt(problem, s), length: whole, over: 1 / implicit, kept };
  });
  if (tangentBytes(size, shapes, plan) > MOST_BYTES) return undefined;
  const sweeps = tangentSweeps(size, shapes, plan);
  const aggregates = Array.from({ length: stages.length + 1 }, () => new Float64Array(model.aggregates.length));
  const exits = Int32Array.from(place.keys()).filter((k) => place[k] === EXIT);
  const made = { sweeps, change: { mass: sweeps.mass, aggregates }, exits };
  rooms.set(problem, made);
  return made;
}

/**
 * The change of the induced flow with a change of what is seen, about a flow, its best response and the flow of that; undefined
 * where it needs the general code.
 *
 * One linearisation of a problem at a time: the next one writes in the same arrays.
 */
export function inducedBySweeps(
  problem: GridProblem,
  flow: GridFlow,
  { value, policy }: BestResponse,
  induced: GridFlow,
  layout: SeenLayout,
): ((seen: Float64Array) => GridFlow) | undefined {
  const room = roomOf(problem);
  if (room === undefined) return undefined;
  const { sweeps, change, exits } = room;
  const { stages, size, grid } = problem;
  const { weights } = grid;
  const shop = workshopOf(problem);
  const momenta = momentaBuffers(problem);
  const standing = new Float64Array(size);
  const arrays = inTurn(size);
  const seenAt = stages.map((stage, s) => {
    const into = sweeps.stages[s];
    look(shop, flow, s);
    readMomenta(shop, s, value, undefined, momenta);
    ratesInRoom(shop.lines[stage.axis], policy.rise[s], policy.fall[s], shop.room, into);
    meanMass(stage, induced.mass[s], induced.mass[s + 1], standing);
    return writeStage(shop, s, stageSlopes(shop, s, momenta, arrays()), standing, into);
  });
  const terminal = terminalSensitivities(shop, flow);
  const nearby = new Float64Array(size);

  /** The change of one sight: masses where densities are seen, whose weights are in the coefficients. */
  const readSight = (seen: Float64Array, s: number, sight: Sight, into: Float64Array): void => {
    if (typeof sight === "number") into.fill(seen[layout.aggregates[s] + sight]);
    else {
      const masses = seen.subarray(layout.masses[s], layout.masses[s] + size);
      if (sight === "density") into.set(masses);
      else shop.average?.(masses, into);
    }
  };
  return (seen) => {
    sweeps.value.fill(0);
    for (const { sight, source } of terminal) {
      readSight(seen, stages.length, sight, nearby);
      for (let k = 0; k < size; k++) {
        sweeps.value[k] += source[k] * (sight === "density" ? nearby[k] / weights[k] : nearby[k]);
      }
    }
    for (let s = stages.length - 1; s >= 0; s--) {
      const rows = sweeps.stages[s].seen;
      for (let n = 0; n < rows.length; n++) readSight(seen, s, seenAt[s][n], rows[n]);
      sweeps.backward(s);
    }
    change.mass[0].fill(0);
    for (let s = 0; s < stages.length; s++) {
      sweeps.forward(s);
      const after = change.mass[s + 1];
      for (let i = 0; i < exits.length; i++) after[exits[i]] = 0;
    }
    readAggregates(problem, change.mass, policy, change.aggregates);
    return change;
  };
}

/** Writes what a stage's masses and values follow, given masses that stand there; gives its sights. */
function writeStage(
  { problem, lines }: Workshop,
  s: number,
  { rise, fall, sensitivities }: StageSlopes,
  standing: Float64Array,
  into: TangentCoefficients,
): Sight[] {
  const { stages, size, grid } = problem;
  const { weights } = grid;
  const { axis, length, implicit } = stages[s];
  const { gainUp, gainDown, central } = lines[axis];
  const { upAbove, upBelow, downBelow, downAbove } = into;
  const step = implicit * length;
  const crossed = upBelow.length > 0;
  for (let k = 0; k < size; k++) {
    const both = central[k];
    const goesUp = step * standing[k] * gainUp[k];
    const goesDown = step * standing[k] * gainDown[k];
    upAbove[k] = goesUp * rise[k] * gainUp[k];
    downBelow[k] = goesDown * (fall[k] - both * rise[k]) * gainDown[k];
    if (!crossed) continue;
    upBelow[k] = goesUp * both * (rise[k] - fall[k]) * gainDown[k];
    downAbove[k] = -goesDown * both * rise[k] * gainUp[k];
  }
  for (const [n, { sight, source, rise: byRise, fall: byFall }] of sensitivities.entries()) {
    const { source: ofSource, moves } = into.sights[n];
    // Densities are told as masses.
    const per = (k: number): number => (sight === "density" ? 1 / weights[k] : 1);
    for (let k = 0; k < size; k++) ofSource[k] = step * source[k] * per(k);
    if (byRise === undefined || byFall === undefined || moves === undefined) continue;
    const { up, down } = moves;
    for (let k = 0; k < size; k++) {
      const both = central[k];
      const there = step * standing[k] * per(k);
      up[k] = there * gainUp[k] * (byRise[k] - both * byFall[k]);
      down[k] = there * gainDown[k] * (byFall[k] - both * byRise[k]);
    }
  }
  return sensitivities.map(({ sight }) => sight);
}

/** Arrays of zeros, the same ones after each call. */
function inTurn(size: number): () => (count: number) => Float64Array[] {
  const made: Float64Array[] = [];
  return () => {
    let used = 0;
    return (count) =>
      Array.from({ length: count }, () => {
        if (used === made.length) made.push(new Float64Array(size));
        return made[used++].fill(0);
      });
  };
}
