import { describe, expect, it } from "vitest";
import { randomStream } from "../../numeric/random.ts";
import { bestResponse } from "./best-response.ts";
import { compileProblem } from "./compile.ts";
import { policyValue } from "./evaluation.ts";
import { fromLagrangian, powerHamiltonian, quadraticHamiltonian } from "./hamiltonians.ts";
import { restingPolicy } from "./iteration-flows.ts";
import type { DiffusionModel } from "./model.ts";
import { congestion, crowdedSegment, exactTorus, noisyResource, trackedMean } from "./models.testing.ts";
import { plainGame } from "./plain-game.ts";
import { plainCost, plainDefects, plainFlow, plainResponse } from "./plain-sweeps.ts";
import type { GridPolicy, GridProblem } from "./problem.ts";
import { transportMass } from "./transport.ts";

const bump = (x: number, from: number, width: number): number =>
  x < from || x > from + width ? 0 : (1 - Math.cos((2 * Math.PI * (x - from)) / width)) / width;

const bent = trackedMean();
/** A room with a pillar and a door, a pool at the far end, an open side with a told slope, aggregates of drifts. */
const room: DiffusionModel = {
  ...crowdedSegment(),
  horizon: 0.3,
  volatility: 0.7,
  space: [
    {
      name: "x",
      low: 0,
      high: 2,
      ends: [
        { kind: "absorbing", cost: (t, y) => 0.1 * t + 0.03 * y },
        { kind: "open", slope: (t) => 0.2 - t },
      ],
    },
    { name: "y", low: 0, high: 1, ends: [{ kind: "reflecting" }, { kind: "reflecting" }] },
  ],
  place: (x, y) => (Math.hypot(x - 1, y - 0.5) < 0.2 ? "wall" : y > 0.95 && x > 1.2 ? "exit" : "free"),
  exitCost: (t, x) => 0.1 + 0.1 * t * x,
  hamiltonian: [
    fromLagrangian({
      drift: (_t, _x, y, a) => a + 0.1 * y,
      running: (_t, _x, _y, a) => 0.6 * a * a,
      controls: [-1, 1.5],
    }),
    powerHamiltonian(3),
  ],
  running: {
    value: (t, x, y, { nearby, aggregates: [z] }) => nearby + x * y * t + 0.1 * z,
    sees: { nearby: true, aggregates: true },
  },
  terminal: { value: (x, y) => 0.1 * (x + Math.sin(3 * y)) },
  // Bumps over whole cells, whose trapezoidal sums are exact.
  initial: (x, y) => bump(x, 0.4, 1.2) * bump(y, 0, 0.3),
  aggregates: [{ name: "z", state: (t, x) => t + x, drift: [(_t, x) => x, () => 0.5] }],
  nearby: [(x, other) => Math.exp(-3 * Math.abs(x - other)), (y, other) => 1 + y * other],
};
const torus: DiffusionModel = {
  ...exactTorus(),
  space: [
    { name: "x", low: 0, high: 1, ends: "periodic" },
    { name: "y", low: -1, high: 1, ends: "periodic" },
  ],
  hamiltonian: [quadraticHamiltonian({ rest: 0.3 }), powerHamiltonian(1.5)],
  running: {
    value: (t, x, y, { density }) => density + Math.cos(2 * Math.PI * x) * Math.sin(Math.PI * y) * t,
    sees: { density: true },
  },
  terminal: { value: (x) => Math.sin(2 * Math.PI * x) },
  initial: (x, y) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x) * Math.cos(Math.PI * y),
};

const games: readonly [string, DiffusionModel, number, number][] = [
  ["circle", exactTorus(), 13, 5],
  ["congestion", congestion(), 12, 5],
  ["absorbing end", noisyResource(), 41, 6],
  ["open line", bent, 25, 6],
  [
    "open line with a told slope",
    { ...bent, space: [{ ...bent.space[0], ends: [{ kind: "open", slope: () => -2 }, { kind: "open" }] }] },
    25,
    6,
  ],
  ["segment", crowdedSegment(), 15, 4],
  ["torus", torus, 8, 3],
  ["room", room, 11, 3],
];
const cases = games.flatMap(([name, model, points, steps]) =>
  (["upwind", "central"] as const).map((scheme) => [name, scheme, model, points, steps] as const),
);

/** Some drifts that every Hamiltonian of the games allows. */
function somePolicy({ scheme, stages, size, model }: GridProblem): GridPolicy {
  const draws = randomStream(7, 3);
  const left = model.hamiltonian[0].quadratic?.side === "rising";
  const field = (s: number, sign: number): Float64Array =>
    Float64Array.from({ length: size }, (_, k) => {
      const share = draws.uniform(s * size + k + (sign > 0 ? 0 : 1e6));
      if (scheme === "upwind") return left && sign > 0 ? 0 : 0.6 * share;
      return left ? -0.6 * share : 0.9 * share - 0.4;
    });
  return {
    rise: stages.map((_, s) => field(s, 1)),
    fall: stages.map((_, s) => (scheme === "upwind" ? field(s, -1) : new Float64Array(size))),
  };
}

describe("the discrete game, written twice", () => {
  it.each(cases)("%s, %s", (_name, scheme, model, points, steps) => {
    const problem = compileProblem(model, { points, steps, scheme, grading: 1.5 });
    const game = plainGame(problem);
    const policy = somePolicy(problem);
    const flow = plainFlow(game, policy);
    const close = (ours: readonly Float64Array[], theirs: readonly Float64Array[], size: number): void => {
      expect(ours.length).toBe(theirs.length);
      ours.forEach((values, s) =>
        values.forEach((value, k) => expect(Math.abs(value - theirs[s][k])).toBeLessThanOrEqual(size)),
      );
    };
    const engine = transportMass(problem, policy);
    // Eliminations lose digits where central differences have rates below 0.
    close(flow.mass, engine.mass, scheme === "upwind" ? 1e-14 : 1e-11);
    close(flow.aggregates, engine.aggregates, 1e-11);
    // Values are of order 1 and a few dozen stages long.
    close(
      plainCost(game, policy, flow).value,
      policyValue(problem, policy, flow).value,
      scheme === "upwind" ? 1e-12 : 1e-10,
    );
    const response = bestResponse(problem, flow);
    close(plainResponse(game, flow).value, response.value.value, 1e-11);
    // The best response has its own value, and its equations are met.
    const best = plainCost(game, response.policy, flow).value[0];
    best.forEach((value, k) => expect(Math.abs(value - response.value.value[0][k])).toBeLessThanOrEqual(1e-10));
    const induced = plainFlow(game, response.policy);
    const ofValue = plainDefects(game, response.value, flow).value;
    expect(ofValue).toBeLessThanOrEqual(1e-12);
    // Drifts against another density are other drifts, where Hamiltonians see it.
    const blind = model.hamiltonian.every(({ sees }) => sees === undefined);
    const { mass } = plainDefects(game, response.value, blind ? { ...flow, mass: induced.mass } : flow);
    expect(mass <= 1e-12).toBe(blind);
  });

  it("finds its own best response to rounding where costs, and with them all that cancels, are huge", () => {
    const steep: DiffusionModel = { ...crowdedSegment({ discount: 0 }), running: { value: (_t, x) => 1e12 * x } };
    const problem = compileProblem(steep, { points: 40, steps: 20, scheme: "upwind" });
    const flow = transportMass(problem, restingPolicy(problem));
    const ours = bestResponse(problem, flow).value.value;
    const size = Math.max(...ours[0].map(Math.abs));
    plainResponse(plainGame(problem), flow).value.forEach((values, s) =>
      values.forEach((value, k) => expect(Math.abs(value - ours[s][k])).toBeLessThan(1e-9 * size)),
    );
  });
});
