/**
 * Players of a diffusion who follow an answer of the limit: Euler–Maruyama steps under its drifts, no one seeing another.
 *
 * They start from the initial density and step as those of the finite game do (`play.ts`): straight between walls, around
 * circles, folded at reflecting ends and gone at absorbing ones or at exits, with the crossings inside a step. Their law is the
 * flow that the answer's policy induces, with an error of the order of the step.
 */

import { agentStreams, openAgents, frameTimes } from "../../core/index.ts";
import type { AgentPaths, AgentSettings } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { DiffusionCandidate, StationaryCandidate } from "../pde/candidate.ts";
import { places } from "../pde/compile.ts";
import type { DiffusionModel } from "../pde/model.ts";
import type { GridPolicy, GridProblem } from "../pde/problem.ts";
import { gridCell } from "./grid-cell.ts";
import { groundOf } from "./ground.ts";
import { land } from "./motion.ts";
import { advisedProblem, policyOnGrid } from "./on-grid.ts";
import { requireFitting, tabled } from "./played-drifts.ts";
import type { PlayedDrifts } from "./played-drifts.ts";
import { startLaw } from "./starts.ts";

/** Steps of players between two reports: some 10 ms. */
const WORK_BETWEEN_REPORTS = 100_000;
/** Euler steps from 0 to the end, at least; as many as the answer's own grid has, if these are more, but no more than `most`. */
const steps = { least: 200, most: 1000 } as const;

/**
 * @throws InputError as `openAgents`; RefusalError for answers of games on another space.
 */
export function* fieldAgents(
  model: DiffusionModel,
  candidate: DiffusionCandidate,
  settings: AgentSettings,
): Generator<number, AgentPaths, void> {
  requireFitting(model, candidate.model);
  const { agents: count, seed, signal } = settings;
  const { space } = model;
  const d = space.length;
  const horizon = candidate.kind === "stationary" ? crossingTime(candidate) : model.horizon;
  const coordinates = space.map(({ name, low, high, ends }) => ({
    name,
    title: "Position",
    symbol: name,
    ends: [low, high] as const,
    ...(ends === "periodic" ? { periodic: true } : {}),
  }));
  const paths = openAgents(settings, frameTimes(horizon, settings), coordinates, false);
  const { t, positions } = paths;
  const frames = t.length;
  const { drifts, started, substeps, stepOf } = playedBy(model, candidate, t);
  const law = startLaw(started);
  const walk = groundOf(drifts.problem);
  const [starts, noise, crossings] = (["start", "own", "crossing"] as const).map((name) =>
    randomStream(seed, agentStreams[name]),
  );
  yield 0;

  const place = new Float64Array(count * d);
  const gone = new Uint8Array(count);
  const normals = new Float64Array(count * d);
  const uniforms = new Float64Array(count);
  const at = { x: 0, y: 0 };
  const stride = { x: 0, y: 0, exit: false };
  const landing = { place: 0, exit: 0 as -1 | 0 | 1 };
  const dt = horizon / ((frames - 1) * substeps);
  const scale = model.volatility * Math.sqrt(dt);

  const keep = (frame: number): void => {
    const from = frame * count * d;
    for (let i = 0; i < count; i++)
      if (gone[i] === 0) for (let a = 0; a < d; a++) positions[from + i * d + a] = place[i * d + a];
  };
  const move = (i: number, n: number): void => {
    const [x, y] = [place[i * d], d === 2 ? place[i * d + 1] : 0];
    let dx = dt * drifts.read(0, n, x, y) + scale * normals[i * d];
    let dy = d === 2 ? dt * drifts.read(1, n, x, y) + scale * normals[i * d + 1] : 0;
    if (walk !== undefined) {
      walk(x, y, dx, dy, stride);
      if (stride.exit) {
        gone[i] = 1;
        return;
      }
      dx = stride.x - x;
      dy = stride.y - y;
    }
    for (let a = 0; a < d; a++) {
      const from = a === 0 ? x : y;
      const draw = a === 0 ? uniforms[i] : (uniforms[i] + Math.SQRT1_2) % 1;
      land(space[a] ?? space[0], from, from + (a === 0 ? dx : dy), scale * scale, draw, landing);
      place[i * d + a] = landing.place;
      if (landing.exit !== 0) gone[i] = 1;
    }
  };

  for (let i = 0; i < count; i++) {
    law.at(starts.uniform(2 * i), starts.uniform(2 * i + 1), at);
    place[i * d] = at.x;
    if (d === 2) place[i * d + 1] = at.y;
  }
  keep(0);
  let unreported = 0;
  for (let frame = 1; frame < frames; frame++) {
    for (let k = 0; k < substeps; k++) {
      const n = (frame - 1) * substeps + k;
      noise.fillNormal(normals, n * count * d);
      crossings.fillUniform(uniforms, n * count);
      const step = stepOf(n);
      for (let i = 0; i < count; i++) if (gone[i] === 0) move(i, step);
      unreported += count;
      if (unreported < WORK_BETWEEN_REPORTS) continue;
      unreported = 0;
      yield n / ((frames - 1) * substeps);
      if (signal?.aborted === true) return paths;
    }
    keep(frame);
  }
  return paths;
}

interface Played {
  readonly drifts: PlayedDrifts;
  /** The model with the law that agents start from. */
  readonly started: DiffusionModel;
  /** Euler steps between two frames. */
  readonly substeps: number;
  /** The step of `drifts` in Euler step n. */
  readonly stepOf: (n: number) => number;
}

function playedBy(model: DiffusionModel, candidate: DiffusionCandidate, t: Float64Array): Played {
  const gaps = t.length - 1;
  if (candidate.kind === "stationary") {
    const { grid } = candidate;
    const place = places(model, grid);
    const [problem, policy] = resting(model, candidate, place);
    return {
      drifts: tabled(problem, policy, Float64Array.of(0, 1)),
      started: { ...model, initial: densityOf(candidate, place) },
      substeps: Math.ceil(steps.least / gaps),
      stepOf: () => 0,
    };
  }
  const problem = candidate.kind === "grid" ? candidate.problem : advisedProblem(candidate.model);
  const policy = candidate.kind === "grid" ? candidate.policy : policyOnGrid(candidate, problem);
  const wanted = Math.min(steps.most, Math.max(steps.least, problem.times.length - 1));
  const substeps = Math.ceil(wanted / gaps);
  const all = gaps * substeps;
  const times = Float64Array.from({ length: all + 1 }, (_, n) => (model.horizon * n) / all);
  return { drifts: tabled(problem, policy, times), started: model, substeps, stepOf: (n) => n };
}

/** A stationary answer's drifts as those of one long step. */
function resting(
  model: DiffusionModel,
  { grid, scheme, mass, drift }: StationaryCandidate,
  place: Uint8Array,
): [GridProblem, GridPolicy] {
  const stages = grid.axes.map((_, axis) => ({
    axis: axis === 0 ? (0 as const) : (1 as const),
    step: 0,
    time: 0,
    length: 1,
    implicit: 1,
    carries: 1,
  }));
  const still = drift.map((each) => new Float64Array(each.length));
  return [
    {
      model,
      scheme,
      grid,
      size: grid.size,
      stages,
      times: Float64Array.of(0, 1),
      levels: Int32Array.of(0, stages.length),
      place,
      initialMass: mass,
    },
    { rise: drift, fall: still },
  ];
}

/** The density of a stationary answer, straight between points of its grid. */
function densityOf({ grid, mass }: StationaryCandidate, place: Uint8Array): (x: number, y: number) => number {
  const [first, second] = grid.axes;
  const columns = second?.points.length ?? 1;
  const [along, across] = [gridCell(first), gridCell(second ?? first)];
  const at = (k: number): number => (place[k] === 0 ? Math.max(0, mass[k] / grid.weights[k]) : 0);
  return (x, y) => {
    along.look(x);
    if (second === undefined) return (1 - along.share) * at(along.below) + along.share * at(along.above);
    across.look(y);
    const row = (i: number): number =>
      (1 - across.share) * at(i * columns + across.below) + across.share * at(i * columns + across.above);
    return (1 - along.share) * row(along.below) + along.share * row(along.above);
  };
}

/** How long drift and noise together take across the space: long enough to see everybody move where nothing changes. */
function crossingTime({ model, grid, mass, drift }: StationaryCandidate): number {
  const length = Math.max(...model.space.map(({ low, high }) => high - low));
  let speed = 0;
  for (let k = 0; k < grid.size; k++) speed += Math.max(0, mass[k]) * Math.hypot(...drift.map((each) => each[k]));
  return length / (speed + model.volatility ** 2 / length);
}
