import { describe, expect, it } from "vitest";
import { checkGame, meanFieldEquilibrium, tabulate } from "../../core/index.ts";
import type { Solver } from "../../core/index.ts";
import { greedy, respond, uniformPolicy } from "../best-response.ts";
import { certifyFinite } from "../certify.ts";
import { compile, emptyProfile } from "../compile.ts";
import type { CompiledGame } from "../compile.ts";
import { emptyValues } from "../evaluation.ts";
import { forgone } from "../exploitability.ts";
import { anySolver, solved } from "../finite.testing.ts";
import { emptyField, induce } from "../flow.ts";
import type { Field } from "../flow.ts";
import { braess, line, siouxFalls } from "../road-networks.ts";
import { trafficQuantities } from "../road-quantities.ts";
import { build, drive, equilibrium, game, measured, playing, preset, randomPolicy } from "../roads.testing.ts";
import { simulateFinite } from "../simulation/play.ts";
import { boltzmannPolicyIteration } from "../solvers/boltzmann-policy-iteration.ts";
import { fictitiousPlay } from "../solvers/fictitious-play.ts";
import { fixedPoint } from "../solvers/fixed-point.ts";
import { mfOmo } from "../solvers/mf-omo.ts";
import { munchausenMirrorDescent } from "../solvers/munchausen-mirror-descent.ts";
import { occupationMeasureInclusion } from "../solvers/occupation-measure-inclusion.ts";
import { onlineMirrorDescent } from "../solvers/online-mirror-descent.ts";
import { socialMirrorDescent } from "../solvers/social-mirror-descent.ts";
import { dynamicRouting } from "./dynamic-routing.ts";

describe("the game", () => {
  it("announces what it measures", () => {
    expect(() => checkGame(game)).not.toThrow();
    const model = build();
    const policy = emptyProfile(compile(model));
    uniformPolicy(compile(model), policy);
    const quantities = measured({}, playing(model, policy));
    const announced = new Set(game.quantities.map(({ name }) => name));
    expect(Object.keys(quantities).filter((name) => !announced.has(name))).toEqual([]);
    expect(trafficQuantities.filter(({ name }) => !(name in quantities))).toEqual([]);
    for (const make of Object.values(quantities)) {
      const table = tabulate(make());
      expect((typeof table === "number" ? [table] : table.value).every(Number.isFinite)).toBe(true);
    }
  });

  it.each(Object.keys(dynamicRouting.presets))("compiles in its preset %s", (name) => {
    expect(() => compile(build(preset(name)))).not.toThrow();
  });

  it.each([
    ["line", line, 8, 0.5],
    ["braess", braess, 30, 0.2],
    ["sioux_falls_dummy_demand", siouxFalls(true, true), 60, 0.5],
    ["sioux_falls", siouxFalls(true, false), 24, 1],
  ] as const)("moves as the published one does, vehicle by vehicle, on %s", (name, network, times, stepLength) => {
    const given = { network: name, max_num_time_step: times, time_step_length: stepLength, faithful: true };
    const model = build(given);
    const policy = randomPolicy(model);
    const quantities = measured(given, playing(model, policy));
    const [volumes, reward] = drive(network, policy[0], times, stepLength);
    // Sums of shares in another order.
    expect(Math.abs(quantities["mean_reward"]().at() - reward)).toBeLessThan(1e-11);
    const volume = quantities["link_volume"]();
    const vehicles = Math.max(...volumes.flat());
    let worst = 0;
    volumes.forEach((row, t) => row.forEach((v, l) => (worst = Math.max(worst, Math.abs(volume.at(t, l) - v)))));
    expect(worst).toBeLessThan(1e-12 * vehicles);
  });

  it("keeps every vehicle: at home, on a road, or arrived", () => {
    const given = { ...preset("braess"), departure_period: 1 };
    const [, quantities] = equilibrium(given, 1e-4);
    const [volume, arrivals] = [quantities["link_volume"](), quantities["arrivals"]()];
    const leave = 20;
    for (const t of [0, 7, 19, 40, 75, 99]) {
      const onRoads = Array.from(volume.axes[1].grid, (l) => volume.at(t, l)).reduce((sum, v) => sum + v, 0);
      const left = (5 * Math.min(leave, t + 1)) / leave;
      expect(Math.abs(onRoads + 5 * arrivals.at(t) - left)).toBeLessThan(1e-12);
    }
  });
});

interface Run {
  readonly game: string;
  readonly network: string;
  readonly algorithm: string;
  readonly lr?: number;
  readonly nash_conv: Readonly<Record<string, number>>;
}

const nothing = { 0: 0, 1: 0, 2: 0, 5: 0, 10: 0, 20: 0, 50: 0 };

/** OpenSpiel 2.0.1 at 112b7770, time_step_length 1, max_num_time_step 5: NashConv by iteration from the uniform policy. */
const recorded: readonly Run[] = [
  ...[0.01, 0.1, 1].map((lr) => ({
    game: "python",
    network: "braess",
    algorithm: "MirrorDescent",
    lr,
    nash_conv: nothing,
  })),
  { game: "python", network: "braess", algorithm: "BoltzmannPolicyIteration", lr: 0.1, nash_conv: nothing },
  { game: "python", network: "braess", algorithm: "MunchausenMirrorDescent", lr: 0.1, nash_conv: nothing },
  ...[0.01, 0.1, 1].map((lr) => ({ game: "C++", network: "line", algorithm: "MirrorDescent", lr, nash_conv: nothing })),
  { game: "C++", network: "line", algorithm: "FictitiousPlay", nash_conv: nothing },
  { game: "C++", network: "line", algorithm: "FixedPoint", nash_conv: nothing },
  { game: "C++", network: "line", algorithm: "BoltzmannPolicyIteration", lr: 0.1, nash_conv: nothing },
  { game: "C++", network: "line", algorithm: "MunchausenMirrorDescent", lr: 0.1, nash_conv: nothing },
];

const solvers: Readonly<Record<string, (run: Run) => [Solver, Record<string, unknown>]>> = {
  MirrorDescent: ({ lr }) => [anySolver(onlineMirrorDescent), { alpha: lr }],
  BoltzmannPolicyIteration: ({ lr }) => [anySolver(boltzmannPolicyIteration), { lr }],
  MunchausenMirrorDescent: ({ lr }) => [anySolver(munchausenMirrorDescent), { lr }],
  FictitiousPlay: () => [anySolver(fictitiousPlay), { alpha: 0, ties: "first" }],
  FixedPoint: () => [anySolver(fixedPoint), { alpha: 1, ties: "first" }],
};

describe("recorded runs of the published game", () => {
  it.each(recorded)("$game $network $algorithm $lr", (item) => {
    const given = { network: item.network, max_num_time_step: 5, time_step_length: 1, faithful: true };
    const [solver, options] = solvers[item.algorithm](item);
    const { trace } = solved(solver, build(given), { ...options, tolerance: 0 }, 51);
    for (const [key, value] of Object.entries(item.nash_conv))
      expect(trace[Math.min(Number(key), trace.length - 1)].exploitability).toBeCloseTo(value, 12);
  });

  it("python braess FixedPoint, which takes the first road where the last law let nobody come", () => {
    const model = build({ max_num_time_step: 5, time_step_length: 1, faithful: true });
    const compiled = compile(model);
    const field = emptyField(compiled);
    const values = emptyValues(compiled);
    const policy = emptyProfile(compiled);
    uniformPolicy(compiled, policy);
    const found = Array.from({ length: 51 }, () => {
      induce(field, policy);
      respond(field, values);
      const [gain] = forgone(field, policy, values);
      greedy(compiled, values.Q, policy, "first");
      firstWhereNobodyComes(compiled, field, policy[0]);
      return gain;
    });
    const nashConv = { 0: 0, 1: 3, 2: 1, 5: 3, 10: 1, 20: 1, 50: 1 };
    for (const [key, value] of Object.entries(nashConv)) expect(found[Number(key)]).toBe(value);
  });
});

/** Sets the first allowed action in every state that no player can be in, whatever it does, at the times of a flow. */
function firstWhereNobodyComes(
  { times, populations }: CompiledGame,
  { parts: [part] }: Field,
  policy: Float64Array,
): void {
  const [{ states, actions, allowed, declared }] = populations;
  const reached = new Uint8Array(times * states);
  declared.initial.forEach((share, s) => (reached[s] = share > 0 ? 1 : 0));
  const { starts, next } = part.kernel;
  for (let i = 0; i < times * states; i++) {
    const t = Math.floor(i / states);
    if (reached[i] === 1 && t + 1 < times)
      for (let k = starts[i * actions]; k < starts[(i + 1) * actions]; k++) reached[(t + 1) * states + next[k]] = 1;
    if (reached[i] === 1) continue;
    const row = policy.subarray(i * actions, (i + 1) * actions).fill(0);
    row[allowed?.subarray(i * actions, (i + 1) * actions).indexOf(1) ?? 0] = 1;
  }
}

describe("a line", () => {
  it.each([1, 0.5, 0.3])("takes two whatever the step, here %s, and whoever leaves when", (step) => {
    const given = { network: "line", max_num_time_step: 40, time_step_length: step };
    const demand = [
      ["O", "D", 0, 10],
      ["O", "D", 3 * step, 30],
      ["A", "D", 6 * step, 60],
    ];
    const [candidate, quantities] = equilibrium({ ...given, demand });
    const time = quantities["travel_time"]();
    [2, 2, 1].forEach((expected, trip) => expect(time.at(trip)).toBeCloseTo(expected, 12));
    expect(quantities["mean_travel_time"]().at()).toBeCloseTo(0.4 * 2 + 0.6, 12);
    expect(quantities["mean_reward"]().at()).toBeCloseTo(-1.4, 12);
    expect(certifyFinite(candidate.model, meanFieldEquilibrium, candidate).exploitability).toBe(0);
    // As published what counts is the time of arrival, and a road of three and a third steps takes three.
    const faithful = { ...given, demand, faithful: true };
    const late = measured(faithful, playing(build(faithful), randomPolicy(build(faithful))));
    const whole = step * Math.trunc(1 / step);
    expect(late["mean_reward"]().at()).toBeCloseTo(-(0.9 * step + 3.6 * step + 0.4 * 2 * whole + 0.6 * whole), 12);
  });

  it("is late for those who have no time, at a price of one step more than the last", () => {
    const given = { network: "line", max_num_time_step: 2, time_step_length: 1 };
    const [, quantities] = equilibrium(given);
    expect(quantities["share_late"]().at()).toBe(1);
    expect(quantities["mean_travel_time"]().at()).toBe(3);
  });
});

describe("what it does not do", () => {
  it.each([
    [{ demand: [["A", "Z", 0, 1]] }, /^demand/],
    [{ demand: [["A", "A", 0, 1]] }, /^demand/],
    [{ demand: [["A", "D", 5, 1]] }, /^demand/],
    [{ demand: [] }, /^demand/],
    [{ departure_period: 6 }, /^departure_period/],
    [{ closed: [["A", "D"]] }, /^closed/],
    [
      {
        closed: [
          ["A", "B"],
          ["A", "C"],
        ],
      },
      /^closed/,
    ],
  ])("refuses %j", (given, message) => {
    expect(() => build(given)).toThrow(message);
  });

  it("is differentiated by none of the solvers that would have to", () => {
    const model = build();
    for (const solver of [mfOmo, occupationMeasureInclusion])
      expect(solver.refuses(model, meanFieldEquilibrium)).toMatch(/several steps/);
    expect(socialMirrorDescent.refuses(model, { ...meanFieldEquilibrium, concept: "planner" })).toMatch(
      /several steps/,
    );
    expect(onlineMirrorDescent.refuses(model, meanFieldEquilibrium)).toBeUndefined();
  });
});

describe("drivers one by one", () => {
  it("take as long as in the limit, and come there as N^-1/2", () => {
    const given = { ...preset("braess"), departure_period: 0.5 };
    const [candidate, quantities] = equilibrium(given, 1e-5);
    const errors = [100, 1600].map((players) => {
      const steps = simulateFinite(candidate.model, candidate, {}, { players, paths: 200, seed: 1, steps: 100 });
      for (;;) {
        const { done, value } = steps.next();
        if (done !== true) continue;
        const { mean_reward, law_error } = value.scalars;
        // Among few, streams that should meet in one step often miss it.
        expect(Math.abs(mean_reward.mean + quantities["mean_travel_time"]().at())).toBeLessThan(2 / Math.sqrt(players));
        return law_error.mean;
      }
    });
    expect(errors[1]).toBeLessThan(0.6 * errors[0]);
  });
});
