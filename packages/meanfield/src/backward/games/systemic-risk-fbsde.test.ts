import { describe, expect, it } from "vitest";
import { InputError, parseParameters } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import { among, ask, limit, records, roads, sets, solved } from "../backward.testing.ts";
import { linearQuadraticGame } from "../forward-backward/model.ts";
import type { ForwardBackwardModel, LinearQuadraticGame } from "../forward-backward/model.ts";
import { solveAdjointSystem } from "../forward-backward/adjoint-system.ts";
import { openLoopGain } from "../forward-backward/deviation.ts";
import { adjointIteration } from "../solvers/adjoint-iteration.ts";
import { linearForwardBackward } from "../solvers/linear-forward-backward.ts";
import { backwardWing } from "../wing.ts";
import { systemicRiskFbsde } from "./systemic-risk-fbsde.ts";

const solve = (given: Readonly<Record<string, unknown>>, players: number) =>
  roads(systemicRiskFbsde, linearForwardBackward, given, players === Infinity ? limit : among(players));

const { a, q, eps, c, sigma, T, m0, v0 } = sets["FB.A"];
const setA = { a, q, eps, c, sigma, T, m0, v0 };
const errors = ["error_X_T", "error_Y_T", "error_X", "error_Y"] as const;

/** A game with every coefficient, for the general equations. */
const general: LinearQuadraticGame = {
  A: -0.3,
  AMean: 0.5,
  B: 0.8,
  R: 1.3,
  S: 0.2,
  SMean: -0.4,
  Q: 1.1,
  QMean: -0.6,
  QMeanMean: 0.7,
  G: 0.9,
  GMean: -0.35,
  GMeanMean: 0.25,
};

const generalModel = (system: "nash" | "particle"): ForwardBackwardModel =>
  linearQuadraticGame({ horizon: 1.2, system, start: { mean: 0.7, variance: 0.3 }, volatility: 0.4 }, general);

/**
 * All adjoints of N players as N matrices Y^i = Πⁱx, from Pontryagin's system alone: nothing is assumed of their shape.
 */
function wholeSystem(model: ForwardBackwardModel, game: LinearQuadraticGame, N: number): Float64Array {
  const { A, AMean, B, R, S, SMean, Q, QMean, QMeanMean, G, GMean, GMeanMean } = game;
  const unit = (i: number, j: number): number => (i === j ? 1 : 0);
  // H^i is quadratic in x: rows of ∂ₓF and ∂ₘF of player i given its control's row κⁱ.
  const slopeX = (i: number, kappa: (l: number) => number, l: number): number =>
    S * kappa(l) + Q * unit(i, l) + QMean / N;
  const slopeM = (i: number, kappa: (l: number) => number, l: number): number =>
    SMean * kappa(l) + QMean * unit(i, l) + QMeanMean / N;
  const at = (i: number, j: number, l: number): number => (i * N + j) * N + l;
  const start = new Float64Array(N ** 3);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      for (let l = 0; l < N; l++) {
        start[at(i, j, l)] = unit(i, j) * (G * unit(i, l) + GMean / N) + (GMean * unit(i, l) + GMeanMean / N) / N;
      }
    }
  }
  return integrate(
    (_t, y, dy) => {
      const kappa =
        (k: number) =>
        (l: number): number =>
          -(B * y[at(k, k, l)] + S * unit(k, l) + SMean / N) / R;
      const drift = (k: number, l: number): number => A * unit(k, l) + AMean / N + B * kappa(k)(l);
      for (let i = 0; i < N; i++) {
        for (let j = 0; j < N; j++) {
          for (let l = 0; l < N; l++) {
            let carried = 0;
            let pulled = 0;
            for (let k = 0; k < N; k++) {
              carried += y[at(i, j, k)] * drift(k, l);
              pulled += y[at(i, k, l)];
            }
            const own = unit(i, j) * slopeX(i, kappa(i), l) + slopeM(i, kappa(i), l) / N;
            dy[at(i, j, l)] = -(carried + A * y[at(i, j, l)] + (AMean / N) * pulled + own);
          }
        }
      }
    },
    model.horizon,
    0,
    start,
    { relative: 1e-13, absolute: 1e-15 },
  ).end;
}

describe("systemic-risk-fbsde", () => {
  const forwardBackward = records.filter(({ id }) => id.startsWith("S8.FB.A."));

  it.each(forwardBackward)("reproduces the four errors of $id on both roads", (entry) => {
    const system = entry.id.includes("slide_system") ? "particle" : "nash";
    const N = entry.args?.["N"] as number;
    const { measured, exact } = solve({ ...setA, system }, N);
    const expected = entry.value as readonly number[];
    const times = entry.args?.["N_times"] as readonly number[];
    errors.forEach((name, i) => {
      for (const road of [measured, exact]) {
        expect(Math.abs(ask(road, name) - expected[i])).toBeLessThanOrEqual(entry.suggested_tol ?? 0);
        expect(Math.abs(N * ask(road, name) - times[i])).toBeLessThanOrEqual(N * 1e-11);
      }
    });
  });

  it("has all eight records, and their parameters as its defaults", () => {
    expect(forwardBackward.length).toBe(8);
    expect(parseParameters(systemicRiskFbsde.parameters, {})).toEqual({ ...setA, system: "nash" });
  });

  it("is exactly 1/N for the particle system, whose errors times N do not depend on N", () => {
    const [two, many] = [2, 4000].map((N) => solve({ ...setA, system: "particle" }, N).exact);
    for (const name of errors) expect((2 * ask(two, name)) / (4000 * ask(many, name))).toBeCloseTo(1, 11);
  });

  it.each([
    {},
    { q: 1, eps: 1.5, c: 1 },
    { q: -0.7, eps: 0.8 },
    { system: "particle", q: 0.5 },
    { c: 0, v0: 0 },
    { a: 10, c: 100, T: 10 },
  ])("agrees on both roads and is certified: %o", (given) => {
    for (const N of [1, 2, 7, 300, Infinity]) {
      const { measured, exact, candidate } = solve(given, N);
      for (const name of Object.keys(exact)) {
        const at = exact[name]().axes.length === 0 ? [] : [0.37];
        const [ours, theirs] = [ask(measured, name, ...at), ask(exact, name, ...at)];
        expect(Math.abs(ours - theirs)).toBeLessThan(3e-12 * Math.max(1, Math.abs(theirs)));
      }
      const certificate = backwardWing.certify(candidate.model, candidate.question, candidate);
      // Derivatives by differences of a field known to 1e-13.
      expect(certificate.residual).toBeLessThan(1e-10);
      expect(certificate.consistency ?? 0).toBeLessThan(1e-12);
      expect(certificate.consistency === null).toBe(Number.isFinite(N));
    }
  });

  it("leaves nobody anything to gain in equilibrium; particles of finite number play no game", () => {
    for (const N of [1, 2, 30, Infinity]) {
      const { candidate } = solve(setA, N);
      const { exploitability } = backwardWing.certify(candidate.model, candidate.question, candidate);
      // A square of what the loads are wrong by.
      expect(Math.abs(exploitability ?? Number.NaN)).toBeLessThan(1e-16);
    }
    const { candidate } = solve({ ...setA, system: "particle" }, 5);
    expect(backwardWing.certify(candidate.model, candidate.question, candidate).exploitability).toBeNull();
  });

  it.each(["D", "B"])("is found by Picard's iteration too, preset %s", (preset) => {
    const given = systemicRiskFbsde.presets[preset].parameters;
    for (const N of [3, Infinity]) {
      const { measured, exact } = roads(systemicRiskFbsde, adjointIteration, given, N === Infinity ? limit : among(N));
      for (const name of Object.keys(exact)) {
        const at = exact[name]().axes.length === 0 ? [] : [0.37];
        // Stopped when a change is below 1e-11, with half of it still to come.
        expect(Math.abs(ask(measured, name, ...at) - ask(exact, name, ...at))).toBeLessThan(1e-10);
      }
    }
  });

  it("must be convex", () => {
    const parameters = parseParameters(systemicRiskFbsde.parameters, { q: 2, eps: 3 });
    expect(() => systemicRiskFbsde.check?.(parameters, limit)).toThrow(InputError);
  });
});

describe("Pontryagin's system of any linear–quadratic game", () => {
  it.each([1, 2, 3, 4])("has four loads: %d players against all N³ entries", (N) => {
    const model = generalModel("nash");
    const whole = wholeSystem(model, general, N);
    const { own, mean, crossOwn, crossMean } = solveAdjointSystem(model, N).at(0);
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) {
        for (let l = 0; l < N; l++) {
          const load =
            i === j ? own * (i === l ? 1 : 0) + mean / N : (crossOwn * (i === l ? 1 : 0) + crossMean / N) / N;
          expect(Math.abs(whole[(i * N + j) * N + l] - load)).toBeLessThan(1e-12);
        }
      }
    }
  });

  it("is what the certificate asks for, in the limit, among particles and among players", () => {
    for (const system of ["nash", "particle"] as const) {
      for (const question of [limit, among(1), among(2), among(5), among(60)]) {
        const model = generalModel(system);
        const candidate = solved(linearForwardBackward, model, question);
        const { residual, consistency } = backwardWing.certify(model, question, candidate);
        expect(residual).toBeLessThan(1e-10);
        expect(consistency ?? 0).toBeLessThan(1e-12);
      }
    }
  });

  it("is refused where it explodes", () => {
    const model = linearQuadraticGame(
      { horizon: 40, system: "nash", start: { mean: 0, variance: 1 }, volatility: 1 },
      { ...general, Q: -9, G: -1 },
    );
    expect(() => solved(linearForwardBackward, model, limit)).toThrow(/explode/);
  });
});

describe("what a player gains by leaving a profile", () => {
  const profile = (own: number, mean: number) => ({ at: () => ({ own, mean, crossOwn: 0, crossMean: 0 }) });

  it("is J(k) − J of the equilibrium for a constant gain k in the limit, where the mean does not move", () => {
    const model = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, setA));
    const costOf = (gain: (t: number) => number): number => {
      // Variance of X − m, and the cost.
      const { end } = integrate(
        (t, y, dy) => {
          const k = gain(t);
          dy[0] = sigma * sigma - 2 * (a + k) * y[0];
          dy[1] = 0.5 * (k * k + eps) * y[0];
        },
        0,
        T,
        [v0, 0],
      );
      return end[1] + 0.5 * c * end[0];
    };
    const { exact } = solve(setA, Infinity);
    const least = costOf((t) => ask(exact, "eta", t));
    for (const k of [0, 0.3, 2]) {
      expect(openLoopGain(model, Infinity, profile(k, -k))).toBeCloseTo(costOf(() => k) - least, 11);
    }
  });

  it("is what a regulator gains who plays alone, X̄ being X", () => {
    const model = generalModel("nash");
    const { A, AMean, B, R, S, SMean, Q, QMean, QMeanMean, G, GMean, GMeanMean } = general;
    const [drift, cross] = [A + AMean, S + SMean];
    const [q2, g2] = [Q + 2 * QMean + QMeanMean, G + 2 * GMean + GMeanMean];
    const load = 0.4;
    const { end } = integrate(
      (_t, y, dy) => {
        // Second moment under the profile, its cost; and the regulator's Riccati equation, run forward in T − t.
        const k = -(B * load + cross) / R;
        dy[0] = 2 * (drift + B * k) * y[0] + 0.16;
        dy[1] = (0.5 * R * k * k + cross * k + 0.5 * q2) * y[0];
        dy[2] = 2 * drift * y[2] + q2 - (B * y[2] + cross) ** 2 / R;
        dy[3] = 0.5 * 0.16 * y[2];
      },
      0,
      1.2,
      [0.3 + 0.49, 0, g2, 0],
      { relative: 1e-13 },
    );
    const least = 0.5 * end[2] * (0.3 + 0.49) + end[3];
    const cost = end[1] + 0.5 * g2 * end[0];
    expect(openLoopGain(model, 1, profile(load, 0))).toBeCloseTo(cost - least, 11);
  });

  it("grows with the square of what a profile is wrong by, for any number of players", () => {
    const model = generalModel("nash");
    for (const N of [2, 9, Infinity]) {
      const right = solveAdjointSystem(model, N);
      const gain = (by: number): number =>
        openLoopGain(model, N, { at: (t) => ({ ...right.at(t), own: right.at(t).own + by }) });
      expect(gain(0.02) / gain(0.01)).toBeGreaterThan(3.8);
      expect(gain(0.02) / gain(0.01)).toBeLessThan(4.2);
      expect(Math.abs(gain(0))).toBeLessThan(1e-15);
    }
  });

  it("is what the limit's strategy costs among N: of order 1/N², as its distance to the equilibrium's is 1/N", () => {
    const model = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, setA));
    const mean = solveAdjointSystem(model, Infinity);
    const gains = [20, 40, 80].map((N) => openLoopGain(model, N, mean));
    expect(Math.log2(gains[0] / gains[1])).toBeCloseTo(2, 1);
    expect(Math.log2(gains[1] / gains[2])).toBeCloseTo(2, 1);
  });
});

describe("printed forms that are wrong", () => {
  it("dY = −((a+q)Y + q(X − X̄))dt is not the adjoint: its slope and its certificate say so", () => {
    // The literal equation gives η′ = η² − q_slide η − q_slide, with q_slide = ε here, and no terminal value but c.
    const printed = integrate(
      (_t, y, dy) => {
        dy[0] = y[0] * y[0] - eps * y[0] - eps;
      },
      T,
      0,
      [c],
    );
    const { exact, candidate } = solve(setA, Infinity);
    expect(Math.abs(printed.end[0] - ask(exact, "eta", 0))).toBeGreaterThan(0.1);
    if (candidate.kind !== "forward-backward") throw new Error(candidate.kind);
    const wrong = {
      ...candidate,
      adjoint: (t: number, x: Float64Array) => printed.at(t)[0] * (x[0] - m0),
    };
    expect(backwardWing.certify(candidate.model, limit, wrong).residual).toBeGreaterThan(0.1);
  });

  it("the particle system is not the game of N players: it misses it by 1/N", () => {
    for (const N of [2, 10, 100]) {
      const [nash, particle] = ["nash", "particle"].map((system) => solve({ ...setA, system }, N));
      const gap = Math.abs(ask(nash.measured, "eta", 0) - ask(particle.measured, "eta", 0));
      expect(N * gap).toBeGreaterThan(0.3);
      // Put into the game's system it leaves a residual of that order.
      if (particle.candidate.kind !== "forward-backward" || nash.candidate.kind !== "forward-backward")
        throw new Error();
      const posed = { ...particle.candidate, model: nash.candidate.model };
      const { residual } = backwardWing.certify(posed.model, among(N), posed);
      expect(N * (residual ?? 0)).toBeGreaterThan(0.1);
    }
  });

  it("errors of the one are not the records of the other", () => {
    const entry = records.find(({ id }) => id === "S8.FB.A.nash_open.N10");
    const { exact } = solve({ ...setA, system: "particle" }, 10);
    const expected = entry?.value as readonly number[];
    errors.forEach((name, i) => expect(Math.abs(ask(exact, name) - expected[i])).toBeGreaterThan(1e-6));
  });
});
