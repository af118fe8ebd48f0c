import { describe, expect, it } from "vitest";
import file from "../../../../../tests/reference/pde-benchmarks.json" with { type: "json" };
import { parseParameters, RefusalError, run } from "../../core/index.ts";
import type { Outcome } from "../../core/index.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import type { StationaryCandidate } from "../pde/candidate.ts";
import { fromLagrangian, powerHamiltonian, quadraticHamiltonian } from "../pde/hamiltonians.ts";
import type { DiffusionModel, End } from "../pde/model.ts";
import { certifyStationary } from "../pde/stationary-certify.ts";
import { stationaryNewton } from "./stationary-newton.ts";
import { stationaryRelaxation } from "./stationary-relaxation.ts";

const question = { concept: "nash", players: Infinity, information: "feedback" } as const;
const solvers = { newton: stationaryNewton, relaxation: stationaryRelaxation };

function solve(
  which: keyof typeof solvers,
  model: DiffusionModel,
  options: Readonly<Record<string, unknown>>,
): Outcome<StationaryCandidate> {
  const solver = solvers[which];
  return solver === stationaryNewton
    ? run(stationaryNewton, model, question, parseParameters(stationaryNewton.options, options))
    : run(stationaryRelaxation, model, question, parseParameters(stationaryRelaxation.options, options));
}

const base = {
  family: "diffusion",
  kind: "fields",
  horizon: Infinity,
  discount: 0,
  terminal: { value: () => 0 },
  aggregates: [],
  mesh: { points: 32, steps: 1, scheme: "central" },
} as const;

const circle = (name: string) => ({ name, low: 0, high: 1, ends: "periodic" as const });
const tau = 2 * Math.PI;
const wave = (x: number): number => -Math.sin(tau * x) - Math.cos(2 * tau * x);

/** The torus of Achdou and Capuzzo-Dolcetta (2010). */
function torus(nu: number): DiffusionModel {
  return {
    ...base,
    space: [circle("x"), circle("y")],
    volatility: Math.sqrt(2 * nu),
    hamiltonian: [quadraticHamiltonian({ scale: 2 }), quadraticHamiltonian({ scale: 2 })],
    running: {
      value: (_t, x, y, { density }) => wave(x) - Math.sin(tau * y) + density ** 2,
      sees: { density: true },
      densitySlope: (_t, _x, _y, { density }) => 2 * density,
    },
    initial: () => 1,
  };
}

/** The quarter of it between mirrors, x and y in [−¼, ¼], where the same crowd is four times as dense. */
function quarter(nu: number): DiffusionModel {
  const mirror: End = { kind: "reflecting" };
  const side = (name: string) => ({ name, low: -0.25, high: 0.25, ends: [mirror, mirror] as const });
  return {
    ...torus(nu),
    space: [side("x"), side("y")],
    running: {
      value: (_t, x, y, { density }) => wave(x) - Math.sin(tau * y) + (density / 4) ** 2,
      sees: { density: true },
      densitySlope: (_t, _x, _y, { density }) => density / 8,
    },
    initial: () => 4,
  };
}

/** λ of the torus by a Fourier method of its own. */
const lambda = (nu: number): number => {
  const record = file.records.find(({ id }) => id === `S9b.acd2d.lambda.nu${nu}`);
  if (record === undefined) throw new Error(`no record of nu = ${nu}`);
  return record.value;
};
const constants = { 1: lambda(1), 0.1: lambda(0.1), 0.01: lambda(0.01) };

/** u = A cos 2πx on the circle with F = ln m, for any H = p²/2: everything is known. */
const known = { nu: 0.3, A: 0.25 };
function knownCircle(): DiffusionModel {
  const { nu, A } = known;
  return {
    ...base,
    space: [circle("x")],
    volatility: Math.sqrt(2 * nu),
    hamiltonian: [quadraticHamiltonian()],
    running: {
      value: (_t, x, _y, { density }) => {
        const u = A * Math.cos(tau * x);
        return nu * tau ** 2 * u + 0.5 * (A * tau * Math.sin(tau * x)) ** 2 + u / nu + Math.log(density);
      },
      sees: { density: true },
      densitySlope: (_t, _x, _y, { density }) => 1 / density,
    },
    initial: () => 1,
  };
}

describe("solvers of stationary games", () => {
  it.each([
    ["central", 1.99],
    ["upwind", 0.93],
  ] as const)("err as the %s scheme does: order at least %f in value, density and constant", (scheme, order) => {
    const { nu, A } = known;
    const counts = [64, 128, 256];
    // e^{−u/ν} over its integral, by an even sum that is exact to rounding.
    const weight = (x: number): number => Math.exp((-A * Math.cos(tau * x)) / nu);
    const Z = Array.from({ length: 64 }, (_, i) => weight(i / 64) / 64).reduce((sum, each) => sum + each, 0);
    const errors = counts.map((points) => {
      const { candidate, outcome } = solve("newton", knownCircle(), { points, scheme });
      expect(outcome).toBe("converged");
      const { value, mass, grid, constant } = candidate;
      const at = (f: (x: number, k: number) => number): number =>
        grid.axes[0].points.reduce((most, x, k) => Math.max(most, Math.abs(f(x, k))), 0);
      return [
        at((x, k) => value[k] - A * Math.cos(tau * x)),
        at((x, k) => mass[k] * points - weight(x) / Z),
        Math.abs(constant + Math.log(Z)),
      ];
    });
    for (const part of [0, 1, 2]) {
      const { slope } = logLogSlope(
        counts,
        errors.map((each) => each[part]),
      );
      expect(-slope).toBeGreaterThan(order);
    }
  });

  it.each(["newton", "relaxation"] as const)("%s refuses to extrapolate from grids that are not three", (method) => {
    for (const points of [5, 10]) {
      expect(() => solve(method, torus(1), { points, extrapolate: true })).toThrow(
        `points = ${points}: must be at least 11 where the constant is to be extrapolated`,
      );
    }
  });

  it("reach the constant of the torus to its reference digits by extrapolation, with an honest error", () => {
    for (const [nu, points] of [
      [1, 32],
      [0.1, 48],
    ] as const) {
      const { candidate, outcome } = solve("newton", torus(nu), { points, extrapolate: true });
      expect(outcome).toBe("converged");
      const error = Math.abs((candidate.extrapolated?.constant ?? Number.NaN) - constants[nu]);
      expect(error).toBeLessThan(1e-7);
      expect(error).toBeLessThan(candidate.extrapolated?.error ?? 0);
      expect(candidate.extrapolated?.points).toHaveLength(3);
    }
  });

  it("reach it for little noise too, on the quarter between mirrors, which is the same game", () => {
    const whole = solve("newton", torus(0.1), { points: 24 }).candidate;
    const part = solve("newton", quarter(0.1), { points: 13 }).candidate;
    // The same equations at the same points: equal but for rounding and the tolerance.
    expect(Math.abs(part.constant - whole.constant)).toBeLessThan(1e-10);
    const { candidate, outcome } = solve("newton", quarter(0.01), { points: 81, extrapolate: true });
    expect(outcome).toBe("converged");
    expect(Math.abs((candidate.extrapolated?.constant ?? Number.NaN) - constants[0.01])).toBeLessThan(1e-8);
    expect(Math.min(...candidate.mass)).toBeGreaterThan(-1e-16);
  });

  it("meet each other, and their certificate", () => {
    const model = torus(0.1);
    const [a, b] = [
      solve("newton", model, { points: 24, scheme: "upwind" }),
      solve("relaxation", model, { points: 24, scheme: "upwind" }),
    ];
    for (const { outcome, candidate } of [a, b]) {
      expect(outcome).toBe("converged");
      const certificate = certifyStationary(question, candidate);
      expect(Math.abs(certificate.exploitability ?? Number.NaN)).toBeLessThan(1e-10);
      expect(certificate.consistency).toBeLessThan(1e-11);
      expect(certificate.residual).toBeLessThan(2e-10);
      // Mass is what the chain moves about: none is lost.
      expect(Math.abs(candidate.mass.reduce((sum, mass) => sum + mass, 0) - 1)).toBeLessThan(1e-13);
    }
    const apart = a.candidate.value.reduce((most, u, k) => Math.max(most, Math.abs(u - b.candidate.value[k])), 0);
    expect(apart).toBeLessThan(1e-9);
    expect(Math.abs(a.candidate.constant - b.candidate.constant)).toBeLessThan(1e-10);
  });

  it("converge quadratically by Newton's method", () => {
    const { trace } = solve("newton", knownCircle(), { points: 64, tolerance: 1e-13 });
    const residuals = trace.map((row) => row["residual"]);
    expect(residuals.length).toBeLessThan(10);
    const fast = residuals.findIndex((residual) => residual < 1e-2);
    expect(residuals[fast + 1]).toBeLessThan(1e-4);
  });

  it("keep masses positive on coarse grids by the upwind scheme, where the central one says what it lacks", () => {
    const { outcome, candidate } = solve("newton", torus(1e-3), { points: 16, scheme: "upwind" });
    expect(outcome).toBe("converged");
    expect(Math.min(...candidate.mass)).toBeGreaterThan(0);
    const central = solve("newton", torus(0.01), { points: 24, scheme: "central" });
    expect(central.outcome).toBe("diverged");
    expect(central.reason).toMatch(
      /^masses of the central scheme are negative: \|drift\| h\/\(2ν\) is [\d.]+ somewhere .* about 1\d\d points/,
    );
  });

  it("go through more noise first where that is asked for", () => {
    const model = torus(0.01);
    const plain = solve("newton", model, { points: 16, scheme: "upwind" }).candidate;
    const led = solve("newton", model, { points: 16, scheme: "upwind", continuation: 3 });
    expect(led.outcome).toBe("converged");
    expect(Math.abs(led.candidate.constant - plain.constant)).toBeLessThan(1e-10);
    expect(led.trace[0]["constant"]).not.toBeCloseTo(plain.constant, 1);
  });

  it("take the slope of an open end where it is told, and go on with the bend where it is not", () => {
    const K = 0.5 * (Math.sqrt(4 + 4) - 2);
    const reach = 8 * Math.sqrt(0.5 / K);
    const bowl = (ends: readonly [End, End]): DiffusionModel => ({
      ...knownCircle(),
      volatility: 1,
      space: [{ name: "x", low: -reach, high: reach, ends }],
      running: {
        value: (_t, x, _y, { density }) => 0.5 * x * x + Math.log(density),
        sees: { density: true },
        densitySlope: (_t, _x, _y, { density }) => 1 / density,
      },
      initial: (x) => Math.exp(-0.5 * x * x) / Math.sqrt(tau),
    });
    const open: End = { kind: "open" };
    const told = (slope: number): End => ({ kind: "open", slope: () => slope });
    const points = 200;
    const free = solve("newton", bowl([open, open]), { points }).candidate;
    const fixed = solve("newton", bowl([told(-K * reach), told(K * reach)]), { points }).candidate;
    // Nearly nobody is where the two differ.
    expect(Math.abs(free.constant - fixed.constant)).toBeLessThan(1e-9);
    const h = (2 * reach) / (points - 1);
    const bend = (value: Float64Array, k: number): number => (value[k + 1] - 2 * value[k] + value[k - 1]) / (h * h);
    for (const { value } of [free, fixed]) expect(Math.abs(bend(value, 100) / K - 1)).toBeLessThan(1e-3);
    // Eight deviations out a cell is a fifth of the noise's reach: second order is a few per cent there.
    expect(Math.abs(bend(free.value, 1) / K - 1)).toBeLessThan(0.06);
    const last = fixed.value.length - 1;
    const slope = (3 * fixed.value[last] - 4 * fixed.value[last - 1] + fixed.value[last - 2]) / (2 * h);
    expect(Math.abs(slope / (K * reach) - 1)).toBeLessThan(0.01);
  });
});

describe("stationary games that see more than the density on the spot", () => {
  const games: Readonly<Record<string, DiffusionModel>> = {
    "congested walking and a convex power": {
      ...knownCircle(),
      hamiltonian: [
        powerHamiltonian(1.5, { scale: (_t, _x, _y, { density }) => 1 / (1 + density), sees: { density: true } }),
      ],
      running: { value: (_t, x, _y, { density }) => wave(x) + density, sees: { density: true } },
    },
    "averages over a neighbourhood": {
      ...knownCircle(),
      running: {
        value: (_t, x, _y, { density, nearby }) => wave(x) + 0.5 * density + 2 * nearby,
        sees: { density: true, nearby: true },
      },
      nearby: [(x, other) => Math.exp(Math.cos(tau * (x - other)))],
    },
    "a mean drift that carries everybody": {
      ...knownCircle(),
      hamiltonian: [
        quadraticHamiltonian({
          rest: (_t, _x, _y, { aggregates }) => 0.5 + 0.3 * aggregates[0],
          sees: { aggregates: true },
        }),
      ],
      running: {
        value: (_t, x, _y, { density, aggregates }) =>
          wave(x) + density + aggregates[0] * Math.cos(tau * x) + aggregates[1],
        sees: { density: true, aggregates: true },
      },
      aggregates: [
        { name: "mean_drift", drift: [() => 1] },
        { name: "level", state: (_t, x) => Math.sin(tau * x) },
      ],
    },
  };

  it.each(Object.keys(games))("%s: quadratic by Newton's method, certified, and the same on both roads", (name) => {
    const { candidate, outcome, trace } = solve("newton", games[name], { points: 40 });
    expect(outcome).toBe("converged");
    expect(trace.length).toBeLessThan(14);
    const certificate = certifyStationary(question, candidate);
    expect(Math.abs(certificate.exploitability ?? Number.NaN)).toBeLessThan(1e-9);
    expect(certificate.consistency).toBeLessThan(1e-9);
    expect(certificate.residual).toBeLessThan(1e-9);
    const other = solve("relaxation", games[name], { points: 40 });
    expect(other.outcome).toBe("converged");
    expect(Math.abs(other.candidate.constant - candidate.constant)).toBeLessThan(1e-9);
  });
});

describe("the certificate of stationary answers", () => {
  it("sees a policy that could be better, and by how much", () => {
    const { candidate } = solve("newton", knownCircle(), { points: 64, scheme: "upwind" });
    const slower = (fields: readonly Float64Array[]) => fields.map((field) => field.map((speed) => 0.5 * speed));
    const { rise, fall } = candidate.policy;
    const wrong = { ...candidate, policy: { rise: slower(rise), fall: slower(fall) } };
    const certificate = certifyStationary(question, wrong);
    expect(certificate.consistency).toBeGreaterThan(0.05);
    expect(certificate.residual).toBeGreaterThan(0.05);
    // Without any coupling a deviation costs what the policy itself loses: half speed against full, in the same potential.
    expect(certificate.exploitability).toBeGreaterThan(0.01);
    expect(certificate.exploitability).toBeLessThan(1);
  });

  it("judges players who cannot stand still, only walk faster or slower", () => {
    const carried: DiffusionModel = {
      ...base,
      space: [circle("x")],
      volatility: 0.4,
      hamiltonian: [
        fromLagrangian({ drift: (_t, _x, _y, a) => a, running: (_t, _x, _y, a) => 0.5 * a * a, controls: [0.2, 1] }),
      ],
      running: { value: (_t, x, _y, { density }) => Math.sin(tau * x) + density, sees: { density: true } },
      initial: () => 1,
    };
    const answers = ["central", "upwind"].map((scheme) => {
      const { outcome, candidate } = solve("newton", carried, { points: 48, scheme });
      expect(outcome).toBe("converged");
      const { exploitability, residual } = certifyStationary(question, candidate);
      expect(Math.abs(exploitability ?? 1)).toBeLessThan(1e-12);
      expect(residual).toBeLessThan(1e-9);
      return candidate;
    });
    const upwind = answers[1];
    // Always at 0.6: better is to run where standing costs and to crawl where it does not.
    const brisk = (speeds: Float64Array): Float64Array => speeds.map((speed) => (speed === 0 ? 0 : 0.6));
    const policy = { rise: upwind.policy.rise.map(brisk), fall: upwind.policy.fall };
    expect(certifyStationary(question, { ...upwind, policy }).exploitability).toBeGreaterThan(0.05);
  });

  it("is not deceived by values that are shifted, nor blind to a wrong constant", () => {
    const { candidate } = solve("newton", knownCircle(), { points: 32 });
    const shifted = { ...candidate, value: candidate.value.map((u) => u + 5) };
    expect(certifyStationary(question, shifted).residual).toBeLessThan(1e-9);
    const off = certifyStationary(question, { ...candidate, constant: candidate.constant + 0.125 });
    expect(off.residual).toBeCloseTo(0.125, 9);
  });
});

describe("what stationary solvers refuse", () => {
  const error = (model: DiffusionModel) => () => solve("newton", model, { points: 16 });

  it("games that end, have a discount, a way out or rooms apart", () => {
    const model = torus(1);
    const exits = { ...model, place: (x: number) => (x > 0.7 ? ("exit" as const) : ("free" as const)) };
    expect(error(exits)).toThrow("players leave this game for good");
    const rooms = { ...model, place: (x: number) => (Math.abs(x % 0.5) < 0.1 ? ("wall" as const) : ("free" as const)) };
    expect(error(rooms)).toThrow("separate rooms");
    expect(error({ ...model, horizon: 2 })).toThrow(RefusalError);
    expect(error({ ...model, discount: 1 })).toThrow(/^discount = 1: must be 0/);
    expect(stationaryNewton.refuses(model, { ...question, players: 10 })).toMatch(/players = 10/);
    expect(stationaryRelaxation.refuses(model, { ...question, concept: "planner" })).toMatch(/equilibria/);
    expect(stationaryNewton.refuses({ ...model, kind: "exhaustible" as never }, question)).toMatch(/exhaustible/);
  });

  it("but not walls, around which the crowd lives", () => {
    const inWall = (x: number, y: number): boolean => Math.abs(x - 0.5) < 0.13 && Math.abs(y - 0.5) < 0.26;
    const model = {
      ...torus(0.2),
      place: (x: number, y: number) => (inWall(x, y) ? ("wall" as const) : ("free" as const)),
    };
    for (const scheme of ["upwind", "central"]) {
      const { candidate, outcome } = solve("newton", model, { points: 20, scheme });
      expect(outcome).toBe("converged");
      const { points } = candidate.grid.axes[0];
      const walled = (k: number): boolean => inWall(points[Math.floor(k / 20)], points[k % 20]);
      expect(candidate.mass.every((mass, k) => (walled(k) ? mass === 0 : mass > 0))).toBe(true);
      const certificate = certifyStationary(question, candidate);
      expect(Math.abs(certificate.exploitability ?? Number.NaN)).toBeLessThan(1e-10);
      expect(certificate.residual).toBeLessThan(1e-9);
    }
  });
});
