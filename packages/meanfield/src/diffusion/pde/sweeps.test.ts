import { describe, expect, it } from "vitest";
import numbers from "../../../../../tests/reference/pde-torus.json" with { type: "json" };
import { bestResponse } from "./best-response.ts";
import { compileProblem } from "./compile.ts";
import { policyValue } from "./evaluation.ts";
import { powerHamiltonian, quadraticHamiltonian } from "./hamiltonians.ts";
import type { AxisHamiltonian, DiffusionModel } from "./model.ts";
import { congestion, exactTorus } from "./models.testing.ts";
import type { GridFlow, GridProblem, Scheme } from "./problem.ts";
import { emptyFlow, transportMass } from "./transport.ts";

/** The equilibrium by damped iteration, to `tolerance` in masses. */
function equilibrium(problem: GridProblem, tolerance: number) {
  const flow = emptyFlow(problem);
  for (const mass of flow.mass) mass.set(problem.initialMass);
  for (let iteration = 0; iteration < 100; iteration++) {
    const response = bestResponse(problem, flow);
    const induced = transportMass(problem, response.policy);
    let far = 0;
    for (const [s, mass] of flow.mass.entries()) {
      for (let k = 0; k < mass.length; k++) {
        const change = induced.mass[s][k] - mass[k];
        far = Math.max(far, Math.abs(change));
        mass[k] += 0.5 * change;
      }
    }
    if (far <= tolerance) return { flow, ...response };
  }
  throw new Error("no equilibrium");
}

function record(id: string): (typeof numbers.records)[number] {
  const found = numbers.records.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no record ${id}`);
  return found;
}

describe("the discrete game", () => {
  it.each([
    ["d0_alpha0", 0],
    ["d1_congestion", 1],
  ])("is that of another implementation: %s", (set, alpha) => {
    for (const [i, J] of [32, 64].entries()) {
      const problem = compileProblem(congestion({ alpha }), { points: J, steps: J, scheme: "upwind" });
      const { value, flow } = equilibrium(problem, 1e-13);
      for (const x of [0, 0.125, 0.25, 0.5, 0.75]) {
        const theirs = (quantity: string): number => {
          const { args } = record(`S9d.${set}.${quantity}.x${x}`);
          return (args as { acd_J32_64_128: number[] }).acd_J32_64_128[i];
        };
        // The iteration halves errors and stops below 1e-13 in masses, J times that in densities.
        expect(Math.abs(value.value[0][J * x] - theirs("u0"))).toBeLessThan(1e-12);
        expect(Math.abs(flow.mass[J][J * x] * J - theirs("mT"))).toBeLessThan(1e-11);
      }
    }
  });

  it("errs on an exact game as that implementation does, and centrally to second order", () => {
    const game = exactTorus();
    const errors = (J: number, scheme: Scheme): [number, number] => {
      const problem = compileProblem(game, { points: J, steps: J / 2, scheme });
      const { value, flow } = equilibrium(problem, 1e-13);
      let [u, m] = [0, 0];
      for (const [n, t] of problem.times.entries()) {
        for (let k = 0; k < J; k++) {
          u = Math.max(u, Math.abs(value.value[n][k] - game.exactValue(t, k / J)));
          m = Math.max(m, Math.abs(flow.mass[n][k] * J - game.density(t, k / J)));
        }
      }
      return [u, m];
    };
    const rows = record("S9c.c1.acd_errors").value as number[][];
    for (const [J, , u, m] of rows.slice(0, 3)) {
      const [ours, oursOfMass] = errors(J, "upwind");
      expect(ours).toBeCloseTo(u, 11);
      expect(oursOfMass).toBeCloseTo(m, 10);
    }
    const [coarse, fine] = [errors(32, "central"), errors(64, "central")];
    for (const i of [0, 1]) expect(Math.log2(coarse[i] / fine[i])).toBeGreaterThan(1.8);
  });
});

const tau = 2 * Math.PI;

/** A plane torus's exact game: set c3 of pde-torus.json. */
function exactPlane({ nu = 0.2, K = 0.08, a = 0.3, b = 0.25, c = 0.2, T = 0.25 } = {}) {
  const fade = (t: number): number => Math.exp(-(tau ** 2) * (nu - K) * t);
  const density = (t: number, x: number, y: number): number => {
    const [e, X, Y] = [fade(t), Math.cos(tau * x), Math.cos(tau * y)];
    return 1 + e * (a * X + b * Y) + c * e * e * X * Y;
  };
  const potential = (t: number, x: number, y: number): number => {
    const [e, X, Y, m] = [fade(t), Math.cos(tau * x), Math.cos(tau * y), density(t, x, y)];
    const across = (-tau * Math.sin(tau * x) * (a * e + c * e * e * Y)) / m;
    const along = (-tau * Math.sin(tau * y) * (b * e + c * e * e * X)) / m;
    const bend = (-(tau ** 2) * (e * (a * X + b * Y) + 2 * c * e * e * X * Y)) / m;
    const square = across ** 2 + along ** 2;
    return K * (nu - K) * bend + nu * K * (bend - square) + 0.5 * K * K * square - m;
  };
  const model: DiffusionModel = {
    family: "diffusion",
    kind: "fields",
    space: [
      { name: "x", low: 0, high: 1, ends: "periodic" },
      { name: "y", low: 0, high: 1, ends: "periodic" },
    ],
    horizon: T,
    volatility: Math.sqrt(2 * nu),
    discount: 0,
    hamiltonian: [quadraticHamiltonian(), quadraticHamiltonian()],
    running: { value: (t, x, y, { density: m }) => potential(t, x, y) + m, sees: { density: true } },
    terminal: { value: (x, y) => -K * Math.log(density(T, x, y)) },
    initial: (x, y) => density(0, x, y),
    aggregates: [],
    mesh: { points: 32, steps: 16, scheme: "central" },
  };
  return { model, density, potential, value: (t: number, x: number, y: number) => -K * Math.log(density(t, x, y)) };
}

describe("a plane", () => {
  it("has the exact game of the records", () => {
    const { density, potential, value } = exactPlane();
    for (const { id, args, value: theirs } of numbers.records) {
      if (!id.startsWith("S9c.2d.") || args === undefined || !("y" in args)) continue;
      const { x, y } = args as { x: number; y: number };
      const ours = id.includes(".u0.")
        ? value(0, x, y)
        : id.includes(".V0.")
          ? potential(0, x, y)
          : density(0.25, x, y);
      expect(ours).toBeCloseTo(theirs as number, 12);
    }
  });

  it.each<[Scheme, number]>([
    ["upwind", 0.85],
    ["central", 1.8],
  ])("is solved by splitting at the order of the %s scheme", (scheme, least) => {
    const game = exactPlane();
    const errors = (J: number): [number, number] => {
      const problem = compileProblem(game.model, { points: J, steps: J / 2, scheme });
      const { value, flow } = equilibrium(problem, 1e-7 / J);
      let [u, m] = [0, 0];
      for (const [n, t] of problem.times.entries()) {
        for (let k = 0; k < J * J; k++) {
          const [x, y] = [Math.floor(k / J) / J, (k % J) / J];
          u = Math.max(u, Math.abs(value.value[problem.levels[n]][k] - game.value(t, x, y)));
          m = Math.max(m, Math.abs(flow.mass[problem.levels[n]][k] * J * J - game.density(t, x, y)));
        }
      }
      return [u, m];
    };
    const [coarse, fine] = [errors(24), errors(48)];
    for (const i of [0, 1]) expect(Math.log2(coarse[i] / fine[i])).toBeGreaterThan(least);
  });
});

const bowl = (x: number, y: number): number => (x - 0.7) ** 2 + 2 * (y - 0.2) ** 2;

/** A room with a wall across, a door in it, and an exit; players dislike crowds and drift to one side by themselves. */
function room(exponent: number, leave: boolean): DiffusionModel {
  const hamiltonian = powerHamiltonian(exponent, { scale: 1.5 });
  const reflecting = { kind: "reflecting" } as const;
  const inside = (x: number, y: number): "free" | "wall" | "exit" => {
    if (Math.abs(x - 0.5) < 0.06 && Math.abs(y - 0.6) > 0.13) return "wall";
    return leave && x > 0.99 && y < 0.3 ? "exit" : "free";
  };
  return {
    family: "diffusion",
    kind: "fields",
    space: [
      { name: "x", low: 0, high: 1, ends: [reflecting, reflecting] },
      { name: "y", low: 0, high: 1, ends: [reflecting, reflecting] },
    ],
    place: inside,
    exitCost: (_t, x, y) => bowl(x, y),
    horizon: 0.6,
    volatility: 0.35,
    discount: 0.3,
    hamiltonian: [hamiltonian, hamiltonian],
    running: { value: (_t, x, y, { density }) => bowl(x, y) + 0.2 * density, sees: { density: true } },
    terminal: { value: bowl },
    initial: (x) => (x < 0.4 ? 2.5 * (1 + Math.cos(2.5 * Math.PI * x)) : 0),
    aggregates: [{ name: "pace", state: (_t, x) => x, drift: [() => 1, (_t, x) => x] }],
    mesh: { points: 17, steps: 12, scheme: "upwind" },
  };
}

describe.each<[Scheme, number, boolean]>([
  ["upwind", 2, false],
  ["upwind", 3, true],
  ["central", 2, false],
  ["central", 2, true],
])("%s sweeps through a room, power %d, exit %s", (scheme, exponent, leave) => {
  const problem = compileProblem(room(exponent, leave), { points: 17, steps: 12, scheme });
  const flow: GridFlow = emptyFlow(problem);
  for (const mass of flow.mass) mass.set(problem.initialMass);
  const response = bestResponse(problem, flow);
  const induced = transportMass(problem, response.policy);
  const { stages, size, place } = problem;
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

  it("solve their equations to rounding", () => {
    expect(response.residual).toBeLessThan(1e-14);
    for (const u of response.value.value) for (const each of u) expect(Number.isFinite(each)).toBe(true);
  });

  it("keep mass, or lose it by the exit alone", () => {
    const alive = induced.mass.map(sum);
    const lost = alive.slice(1).map((total, s) => alive[s] - total);
    const [gone, most, least] = [1 - alive[stages.length], Math.max(...lost), Math.min(...lost)];
    // Rounding of one sweep, where nobody leaves; and what does leave is counted once, not given back.
    expect(leave ? gone > 1e-3 : Math.abs(gone) < 1e-13).toBe(true);
    expect(leave || most < 1e-14).toBe(true);
    expect(scheme === "central" || least > -1e-14).toBe(true);
    expect(scheme === "central" || induced.least >= 0).toBe(true);
    const elsewhere = induced.mass.flatMap((mass) => Array.from(mass.filter((_, k) => place[k] !== 0)));
    expect(elsewhere.filter((each) => each !== 0)).toEqual([]);
  });

  it("give the best response's policy the best response's value, and no other a lower one", () => {
    const same = policyValue(problem, response.policy, flow);
    for (const [s, u] of same.value.entries()) {
      // L is the conjugate of H by a search, whose errors count squared: rounding alone is left.
      for (let k = 0; k < size; k++) expect(Math.abs(u[k] - response.value.value[s][k])).toBeLessThan(1e-13);
    }
    const idle = policyValue(
      problem,
      { rise: response.policy.rise.map((b) => b.map((each) => 0.9 * each)), fall: response.policy.fall },
      flow,
    );
    let [least, most] = [Infinity, -Infinity];
    for (let k = 0; k < size; k++) {
      least = Math.min(least, idle.value[0][k] - response.value.value[0][k]);
      most = Math.max(most, idle.value[0][k] - response.value.value[0][k]);
    }
    expect(least).toBeGreaterThan(-1e-14);
    expect(most).toBeGreaterThan(1e-5);
  });

  it("are adjoint: what masses pay on their way is what the value says at the start", () => {
    // The same chain without any cost but at T, so that Σ π u is the same at all levels (nobody leaves at a cost).
    const bare = compileProblem(
      {
        ...problem.model,
        discount: 0,
        exitCost: () => 0,
        hamiltonian: [quadraticHamiltonian({ scale: 1e300 }), quadraticHamiltonian({ scale: 1e300 })],
        running: { value: () => 0 },
      },
      { points: 17, steps: 12, scheme },
    );
    const carried = policyValue(bare, response.policy, flow);
    const paired = induced.mass.map((mass, s) =>
      mass.reduce((total, each, k) => total + each * carried.value[s][k], 0),
    );
    for (const pair of paired) expect(Math.abs(pair - paired[0])).toBeLessThan(1e-14);
    expect(paired[0]).toBeGreaterThan(0.01);
  });

  it("sum aggregates over both axes of a step", () => {
    const { grid } = problem;
    const [xs, ys] = [grid.axes[0].points, grid.axes[1]?.points ?? grid.axes[0].points];
    const step = 5;
    const from = problem.levels[step];
    let drifts = 0;
    for (let s = from; s < problem.levels[step + 1]; s++) {
      const { axis, length, implicit } = stages[s];
      for (let k = 0; k < size; k++) {
        const mean = implicit * induced.mass[s + 1][k] + (1 - implicit) * induced.mass[s][k];
        const drift = response.policy.rise[s][k] - response.policy.fall[s][k];
        const weight = axis === 0 ? 1 : xs[Math.floor(k / ys.length)];
        drifts += (length / (0.6 / 12)) * mean * weight * drift;
      }
    }
    const { implicit } = stages[from];
    let state = 0;
    for (let k = 0; k < size; k++) {
      const mean = implicit * induced.mass[from + 1][k] + (1 - implicit) * induced.mass[from][k];
      state += mean * xs[Math.floor(k / ys.length)];
    }
    expect(induced.aggregates[from][0]).toBeCloseTo(state + drifts, 13);
  });
});

describe("a quadratic Hamiltonian", () => {
  /** The same game, its Hamiltonian known by values and slopes alone. */
  const plainly = (model: DiffusionModel): DiffusionModel => {
    const strip = ({ value, slope, rest = () => 0, sees = {} }: AxisHamiltonian): AxisHamiltonian => ({
      value,
      slope,
      rest,
      sees,
    });
    const [first, second] = model.hamiltonian;
    return { ...model, hamiltonian: second === undefined ? [strip(first)] : [strip(first), strip(second)] };
  };
  const sided = (side: "both" | "rising" | "falling"): AxisHamiltonian =>
    quadraticHamiltonian({
      side,
      scale: (t, x, _y, { density }) => (1 + x + t) / (1 + density),
      rest: (_t, x, y) => 0.4 * x - 0.3 * y,
      floor: (_t, _x, _y, { density }) => 0.1 * density,
      sees: { density: true },
    });
  const open = { kind: "open" } as const;
  const told = { kind: "open", slope: (t: number) => 0.3 + t } as const;
  const line = (ends: DiffusionModel["space"][0]["ends"], side: "both" | "rising" | "falling"): DiffusionModel => ({
    ...exactTorus(),
    space: [{ name: "x", low: 0, high: 1, ends }],
    discount: 0.6,
    hamiltonian: [sided(side)],
    running: { value: (t, x, _y, { density }) => Math.sin(5 * x + t) + 0.3 * density, sees: { density: true } },
    terminal: { value: (x) => x * (1 - x) },
    initial: (x) => 30 * x ** 2 * (1 - x) ** 2,
  });
  const twoSided = (leave: boolean): DiffusionModel => ({
    ...room(2, leave),
    hamiltonian: [sided("both"), sided("rising")],
  });

  it.each<[string, Scheme, DiffusionModel]>([
    ["on a circle", "upwind", line("periodic", "both")],
    ["on a circle", "central", line("periodic", "both")],
    ["between walls", "upwind", line([{ kind: "reflecting" }, { kind: "reflecting" }], "falling")],
    ["between exits", "central", line([{ kind: "absorbing" }, { kind: "absorbing" }], "rising")],
    ["on an open line", "upwind", line([open, told], "both")],
    ["on an open line", "central", line([open, told], "both")],
    ["in a room", "upwind", twoSided(false)],
    ["in a room with an exit", "central", twoSided(true)],
  ])("is solved by the kernel as by its values and slopes %s, %s", (_name, scheme, model) => {
    const mesh = { points: 17, steps: 11, scheme };
    const [ours, plain] = [compileProblem(model, mesh), compileProblem(plainly(model), mesh)];
    const flow = emptyFlow(ours);
    for (const mass of flow.mass) mass.set(ours.initialMass);
    const incentives = {
      source: ours.stages.map((_, s) => new Float64Array(ours.size).fill(0.1 * s)),
      shift: ours.stages.map((_, s) => Float64Array.from({ length: ours.size }, (__, k) => 0.2 * Math.sin(k + s))),
      terminal: Float64Array.from({ length: ours.size }, (_, k) => 0.1 * Math.cos(k)),
    };
    for (const given of [undefined, incentives]) {
      const kernel = bestResponse(ours, flow, given);
      const general = bestResponse(plain, flow, given);
      const gap = (a: readonly Float64Array[], b: readonly Float64Array[]): number =>
        Math.max(...a.map((each, s) => each.reduce((most, x, k) => Math.max(most, Math.abs(x - b[s][k])), 0)));
      // Values to rounding; a drift is a difference of values over a spacing of 1/16, times a scale of up to 3.
      expect(gap(kernel.value.value, general.value.value)).toBeLessThan(1e-13);
      expect(gap(kernel.policy.rise, general.policy.rise)).toBeLessThan(1e-11);
      expect(gap(kernel.policy.fall, general.policy.fall)).toBeLessThan(1e-11);
      expect(kernel.residual).toBeLessThan(1e-13);
      expect(gap(kernel.policy.rise, kernel.policy.fall)).toBeGreaterThan(0.1);
      const same = policyValue(ours, kernel.policy, flow, given);
      expect(gap(same.value, kernel.value.value)).toBeLessThan(1e-12);
    }
  });
});

describe("a stage that is not solved", () => {
  const steep = (hamiltonian: AxisHamiltonian): DiffusionModel => ({
    ...exactTorus(),
    volatility: 0.05,
    hamiltonian: [hamiltonian],
    terminal: { value: (x) => Math.cos(6 * Math.PI * x) },
  });

  it.each([
    ["a quadratic Hamiltonian", quadraticHamiltonian({ scale: 1e4 })],
    ["a power", powerHamiltonian(4, { scale: 1e3 })],
  ])("is said by the central scheme, where the upwind one solves it: %s", (_name, hamiltonian) => {
    const mesh = { points: 60, steps: 3 };
    const upwind = compileProblem(steep(hamiltonian), { ...mesh, scheme: "upwind" });
    // Howard's iteration falls to the solution from anywhere; a residual is rounding of terms of the size of 1e4.
    expect(bestResponse(upwind, emptyFlow(upwind)).residual).toBeLessThan(1e-11);
    const central = compileProblem(steep(hamiltonian), { ...mesh, scheme: "central" });
    expect(() => bestResponse(central, emptyFlow(central))).toThrow("is not solved, its residual is");
  });

  it("is said where a cost is not a number", () => {
    const problem = compileProblem(steep(quadraticHamiltonian()), { points: 60, steps: 3, scheme: "upwind" });
    const source = problem.stages.map(() => new Float64Array(60).fill(Number.NaN));
    expect(() => bestResponse(problem, emptyFlow(problem), { source })).toThrow("its residual is NaN");
  });
});
