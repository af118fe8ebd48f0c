/**
 * Online mirror descent on finite games, every iterate scored: ours against MFGLib and OpenSpiel on their own games, against NumPy
 * and C on the arrays that we compile the game to; and a backward induction alone against C on the same arrays.
 *
 * Times are of processors, not of clocks, so that other programs count for little; games are compiled outside of them.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { catalogue } from "../../packages/meanfield/src/catalogue.ts";
import { parseParameters } from "../../packages/meanfield/src/core/index.ts";
import { respond, uniformPolicy } from "../../packages/meanfield/src/finite/best-response.ts";
import { compile, workingProfile } from "../../packages/meanfield/src/finite/compile.ts";
import { emptyValues } from "../../packages/meanfield/src/finite/evaluation.ts";
import { emptyField, induce } from "../../packages/meanfield/src/finite/flow.ts";
import type { FiniteModel } from "../../packages/meanfield/src/finite/model.ts";
import { onlineMirrorDescent } from "../../packages/meanfield/src/finite/solvers/online-mirror-descent.ts";
import type { Case } from "../case.ts";
import { buildFolder, cPeer, type Measurement, type PeerOrReason, pythonPeer } from "../peer.ts";

interface Work {
  readonly name: string;
  readonly game: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly iterations: number;
  readonly alpha: number;
  /** The same game in other programs; none where they cannot hold it. */
  readonly mfglib?: { readonly name: string; readonly parameters: Readonly<Record<string, unknown>> };
  readonly openspiel?: { readonly name: string; readonly parameters: Readonly<Record<string, unknown>> };
  /** OpenSpiel's score of the uniform policy takes minutes. */
  readonly unchecked?: boolean;
  /** Whether C and NumPy take part: where transitions do not see the laws. */
  readonly arrays: boolean;
}

const question = { concept: "nash", players: Infinity, information: "feedback" } as const;

function modelOf({ game: id, parameters }: Work): FiniteModel {
  const game = catalogue.games.find((one) => one.id === id);
  if (game === undefined) throw new Error(`no game ${id}`);
  return game.build(parseParameters(game.parameters, parameters)) as FiniteModel;
}

function processorSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

/** Runs the same iterations again and again, in the same memory, as C does. */
function descender(model: FiniteModel, { iterations, alpha }: Work): () => Measurement {
  const options = parseParameters(onlineMirrorDescent.options, { alpha, tolerance: 0 });
  const state = onlineMirrorDescent.init(model, question, options);
  const { search, steps } = state;
  return () => {
    uniformPolicy(search.game, search.policy);
    for (const table of steps.total) table.fill(0);
    search.scored = 0;
    search.best = { ...search.best, k: -1, exploitability: Infinity };
    const scores: number[] = [];
    const begin = process.cpuUsage();
    for (let k = 0; k <= iterations; k++) scores.push(onlineMirrorDescent.step(model, state).metrics.exploitability);
    return { seconds: processorSeconds(begin), check: [scores[0], scores[iterations]] };
  };
}

/** Writes what `peers/finite.c` reads, and says where. */
function writeArrays(name: string, model: FiniteModel): string {
  const [{ states, actions, kernel, base, declared }] = compile(model).populations;
  const coupling = declared.reward.couplings?.[0];
  if (kernel === undefined || coupling?.form !== "log-density")
    throw new Error(`${name} is not of the form of finite.c`);
  const { weight, floor, floored } = coupling;
  const sizes = [model.horizon + 1, states, actions, kernel.starts.length - 1, kernel.next.length, base.stride];
  const parts = [declared.initial, kernel.starts, kernel.next, kernel.probability, base.values];
  const all = [...sizes, weight, floor, floored === "least" ? 1 : 0];
  const out = new Float64Array(all.length + parts.reduce((sum, { length }) => sum + length, 0));
  out.set(all);
  let at = all.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  mkdirSync(buildFolder, { recursive: true });
  const file = `${buildFolder}finite-${name.replaceAll(/\W+/gu, "-")}.bin`;
  writeFileSync(file, new Uint8Array(out.buffer));
  return file;
}

function peersOf(work: Work, model: FiniteModel): PeerOrReason[] {
  const { name, iterations, alpha, mfglib, openspiel, arrays, unchecked } = work;
  // At larger sizes peers take so long that one way of calling them is enough.
  const thorough = name.includes("default");
  const peers: PeerOrReason[] = [];
  if (mfglib !== undefined)
    for (const precision of thorough ? ["single", "double"] : ["single"]) {
      const args = [mfglib.name, JSON.stringify(mfglib.parameters), iterations, alpha, precision];
      peers.push(pythonPeer(`MFGLib, ${precision} precision`, "finite-mfglib", "mfglib", args));
    }
  if (openspiel !== undefined)
    for (const scored of thorough ? ["not scored", "scored"] : [unchecked === true ? "unchecked" : "not scored"]) {
      const args = [openspiel.name, JSON.stringify(openspiel.parameters), iterations, alpha, scored];
      const label = scored === "scored" ? "OpenSpiel, scored" : "OpenSpiel";
      peers.push(pythonPeer(label, "finite-openspiel", "pyspiel", args));
    }
  if (arrays) {
    const file = writeArrays(name, model);
    peers.push(pythonPeer("NumPy", "finite-numpy", "numpy", [iterations, alpha, file]));
    peers.push(cPeer("finite", ["descend", iterations, alpha, file]));
  }
  return peers;
}

function descent(work: Work, targets: Readonly<Record<string, number>>): Case {
  return {
    name: `finite game, mirror descent: ${work.name}`,
    targets,
    // MFGLib's single precision has 1e-7 of sums of rewards over all times, of which scores are differences.
    tolerance: 1e-4 * Math.max(1, Number(work.parameters["T"] ?? 0) / 500),
    open: () => {
      const model = modelOf(work);
      // Milliseconds: one run does not warm them up.
      const descend = descender(model, work);
      for (let seconds = 0; seconds < 0.5; seconds += descend().seconds);
      return Promise.resolve({
        ours: () => Promise.resolve(descend()),
        peers: peersOf(work, model),
        stop: () => Promise.resolve(),
      });
    },
  };
}

const small = { "MFGLib, single precision": 1 / 300, OpenSpiel: 1 / 1000, "OpenSpiel, scored": 1 / 1000 };
const large = { ...small, "MFGLib, single precision": 1 / 100 };

function beach(size: string, n: number, T: number, iterations: number): Work {
  const parameters = { T, n, bar_loc: n >> 1 };
  return {
    name: `beach bar ${size}, ${n} places, T = ${T}`,
    game: "beach-bar",
    parameters: { ...parameters, faithful: true },
    iterations,
    alpha: 0.001,
    mfglib: { name: "beach_bar", parameters },
    arrays: true,
  };
}

function contagion(size: string, T: number, iterations: number): Work {
  return {
    name: `susceptible or infected ${size}, T = ${T}`,
    game: "susceptible-infected",
    parameters: { T },
    iterations,
    alpha: 0.001,
    mfglib: { name: "susceptible_infected", parameters: { T } },
    arrays: false,
  };
}

function motion(size: string, side: number, T: number, iterations: number): Work {
  const parameters = { T, torus_l: side, torus_w: side };
  return {
    name: `crowd motion ${size}, ${side} × ${side}, T = ${T}`,
    game: "crowd-motion-torus",
    parameters: { ...parameters, faithful: true },
    iterations,
    alpha: 0.001,
    mfglib: { name: "crowd_motion", parameters },
    arrays: true,
  };
}

function evacuation(size: string, T: number, iterations: number): Work {
  return {
    name: `building evacuation ${size}, T = ${T}`,
    game: "building-evacuation",
    parameters: { T },
    iterations,
    alpha: 0.001,
    mfglib: { name: "building_evacuation", parameters: { T } },
    arrays: true,
  };
}

function circle(size: string, places: number, horizon: number, iterations: number): Work {
  const parameters = { size: places, horizon };
  return {
    name: `crowd modelling ${size}, ${places} places, ${horizon} steps`,
    game: "crowd-modelling",
    parameters: { ...parameters, faithful: true },
    iterations,
    alpha: 0.01,
    openspiel: { name: "mfg_crowd_modelling", parameters },
    arrays: true,
  };
}

function plane(size: string, side: number, horizon: number, iterations: number, peers = true): Work {
  const parameters = { size: side, horizon };
  return {
    name: `crowd modelling in the plane ${size}, ${side} × ${side}, ${horizon} steps`,
    game: "crowd-modelling-2d",
    parameters: { ...parameters, faithful: peers },
    iterations,
    alpha: 0.01,
    ...(peers ? { openspiel: { name: "mfg_crowd_modelling_2d", parameters } } : {}),
    arrays: true,
  };
}

function routing(
  name: string,
  network: string,
  steps: number,
  length: number,
  iterations: number,
  setting: string,
): Work {
  return {
    name: `dynamic routing, ${name}, ${steps} steps`,
    game: "dynamic-routing",
    parameters: { network, max_num_time_step: steps, time_step_length: length, faithful: true },
    iterations,
    alpha: 0.01,
    openspiel: { name: "python_mfg_dynamic_routing", parameters: { setting } },
    unchecked: network !== "braess",
    arrays: false,
  };
}

/** Ten and a hundred times as many times, states and actions as by default. */
export const finiteDescents = [
  descent(beach("default", 4, 2, 5000), small),
  descent(beach("× 10", 10, 10, 300), small),
  descent(beach("× 100", 40, 30, 100), large),
  descent(beach("× 400", 100, 50, 30), large),
  descent(contagion("default", 50, 100), small),
  descent(contagion("× 10", 500, 20), small),
  descent(contagion("× 100", 5000, 2), large),
  descent(motion("default", 20, 3, 20), small),
  descent(motion("× 10", 30, 17, 2), large),
  descent(evacuation("default", 3, 10), small),
  descent(evacuation("× 10", 39, 1), large),
  descent(circle("default", 10, 10, 30), small),
  descent(circle("× 10", 32, 32, 10), small),
  descent(circle("× 100", 100, 100, 2), large),
  descent(plane("default", 10, 10, 5), small),
  descent(plane("× 10", 22, 22, 1), small),
  descent(plane("× 1000", 100, 100, 3, false), large),
  descent(routing("Braess by default", "braess", 100, 0.05, 10, "dynamic_routing_braess"), small),
  descent(
    routing(
      "Sioux Falls with two trips",
      "sioux_falls_dummy_demand",
      81,
      0.5,
      1,
      "dynamic_routing_sioux_falls_dummy_demand",
    ),
    large,
  ),
];

/** V* of the crowd of 100 × 100 cells over 100 steps against the flow of the uniform policy. */
export const finiteBackward: Case = {
  name: "finite game, backward induction: crowd of 100 × 100 cells, 100 steps",
  targets: { C: 1.5 },
  tolerance: 1e-11,
  open: () => {
    const work = plane("× 1000", 100, 100, 1, false);
    const model = modelOf(work);
    const game = compile(model);
    const [field, values, policy] = [emptyField(game), emptyValues(game), workingProfile(game)];
    uniformPolicy(game, policy);
    induce(field, policy);
    const inductions = 3;
    return Promise.resolve({
      ours: () => {
        const begin = process.cpuUsage();
        for (let k = 0; k < inductions; k++) respond(field, values);
        const [V] = values.V;
        return Promise.resolve({ seconds: processorSeconds(begin), check: [V[0], V[game.populations[0].states - 1]] });
      },
      peers: [cPeer("finite", ["respond", inductions, 0, writeArrays(work.name, model)])],
      stop: () => Promise.resolve(),
    });
  },
};
