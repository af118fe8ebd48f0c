import { describe, expect, it } from "vitest";
import { parseParameters, run } from "../../core/index.ts";
import type { Outcome, ParameterSchema, Question, Solver } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { LinearQuadraticCandidate, LinearStrategy } from "../linear-quadratic/candidate.ts";
import { certifyLinearQuadratic } from "../linear-quadratic/certify.ts";
import { expectedCost } from "../linear-quadratic/cost.ts";
import { picardSpectralRadius } from "../linear-quadratic/mean-flow.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { crowded, games, number, reference, withoutNoise } from "../players/reference-games.testing.ts";
import { bestResponseIteration } from "./best-response-iteration.ts";
import { coupledRiccati } from "./coupled-riccati.ts";
import { directTranscription } from "./direct-transcription.ts";
import { fictitiousPlay } from "./fictitious-play.ts";
import { picard } from "./picard.ts";

const limit: Question = { concept: "nash", players: Infinity, information: "feedback" };
const feedback = (players: number): Question => ({ concept: "nash", players, information: "feedback" });
const openLoop = (players: number): Question => ({ concept: "nash", players, information: "open-loop" });
const planner = (players: number): Question => ({ concept: "planner", players, information: "feedback" });

function solve<O extends ParameterSchema, S>(
  solver: Solver<LinearQuadraticModel, O, S, LinearQuadraticCandidate>,
  model: LinearQuadraticModel,
  question: Question,
  options: Readonly<Record<string, unknown>> = {},
  maximumIterations = 200,
): Outcome<LinearQuadraticCandidate> {
  expect(solver.refuses(model, question)).toBeUndefined();
  return run(solver, model, question, parseParameters(solver.options, options), { maximumIterations });
}

function gainAt(model: LinearQuadraticModel, strategy: LinearStrategy, t: number): Float64Array {
  const out = zeros(model.layout.control, model.layout.stateSize);
  strategy.gain(t, out);
  return out.data;
}

/** The largest difference between two gains over 21 times. */
function distance(model: LinearQuadraticModel, a: LinearStrategy, b: LinearStrategy): number {
  let largest = 0;
  for (let step = 0; step <= 20; step++) {
    const t = (model.horizon * step) / 20;
    const other = gainAt(model, b, t);
    gainAt(model, a, t).forEach((value, q) => (largest = Math.max(largest, Math.abs(value - other[q]))));
  }
  return largest;
}

const models = {
  "systemic risk": games["s2_systemic_common.A"],
  "energy transition": games["S4.A"],
  "price impact": games["S5.A"],
  "everything at once": crowded(),
};

describe.each(Object.entries(models))("against the Riccati solver: %s", (_name, model) => {
  it("coupled-riccati", () => {
    for (const question of [feedback(2), feedback(5), openLoop(3), planner(4)]) {
      const { outcome, candidate, trace } = solve(coupledRiccati, model, question);
      expect(outcome).toBe("converged");
      expect(trace[0]["asymmetry"]).toBeLessThan(1e-13);
      expect(distance(model, candidate.strategy, solveRiccati(model, question).strategy)).toBeLessThan(1e-11);
      const certificate = certifyLinearQuadratic(model, question, candidate);
      expect(certificate.exploitability === null).toBe(question.concept === "planner");
      expect(certificate.exploitability ?? 0).toBeLessThan(1e-20);
      expect(certificate.consistency).toBeLessThan(1e-10);
      expect(certificate.residual).toBeLessThan(1e-11);
    }
  });

  it("direct-transcription", () => {
    for (const question of [limit, openLoop(2), openLoop(50), planner(3), planner(Infinity)]) {
      const { outcome, candidate } = solve(directTranscription, model, question);
      expect(outcome).toBe("converged");
      expect(distance(model, candidate.strategy, solveRiccati(model, question).strategy)).toBeLessThan(1e-11);
      const certificate = certifyLinearQuadratic(model, question, candidate);
      expect(certificate.exploitability ?? 0).toBeLessThan(1e-22);
      expect(certificate.consistency).toBeLessThan(1e-11);
      expect(certificate.residual).toBeLessThan(1e-11);
    }
  });

  it("best-response-iteration", () => {
    for (const question of [limit, feedback(2), feedback(20)]) {
      const { outcome, candidate, trace } = solve(bestResponseIteration, model, question);
      expect(outcome).toBe("converged");
      // The distance to equilibrium is the last step's times radius/(1 − radius), which is below two here.
      expect(distance(model, candidate.strategy, solveRiccati(model, question).strategy)).toBeLessThan(2e-9);
      const certificate = certifyLinearQuadratic(model, question, candidate);
      expect(certificate.exploitability).toBeLessThan(1e-16);
      expect(certificate.consistency).toBeLessThan(1e-11);
      expect(certificate.residual).toBeLessThan(1e-8);
      expect(trace.at(-1)?.["gain_distance"]).toBeLessThanOrEqual(1e-9);
    }
  });

  it("picard and fictitious-play, without noise in the mean", () => {
    const still = { ...model, noise: { ...withoutNoise(model).noise, own: model.noise.own } };
    const exact = solveRiccati(still, limit);
    const cost = expectedCost(still, Infinity, exact.strategy);
    const { outcome, candidate } = solve(picard, still, limit);
    expect(outcome).toBe("converged");
    const certificate = certifyLinearQuadratic(still, limit, candidate);
    expect(certificate.exploitability).toBeLessThan(1e-18);
    expect(certificate.consistency).toBeLessThan(1e-9);
    expect(certificate.residual).toBeLessThan(1e-8);
    expect(expectedCost(still, Infinity, candidate.strategy)).toBeCloseTo(cost, 9);
    const { d, e } = { d: model.layout.state, e: model.layout.common };
    const [found, expected] = [new Float64Array(d + e), new Float64Array(d + e)];
    for (const t of [0, model.horizon / 3, model.horizon]) {
      candidate.assumedMean(t, found);
      exact.assumedMean(t, expected);
      found.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 9));
    }
    const learnt = solve(fictitiousPlay, still, limit, { tolerance: 1e-2 }, 400);
    expect(learnt.outcome).toBe("converged");
    expect(certifyLinearQuadratic(still, limit, learnt.candidate).consistency).toBeLessThan(1.01e-2);
  });
});

describe("picard", () => {
  const energy = withoutNoise(games["S4.A"]);

  it("passes through the recorded iterates", () => {
    const recorded = reference("S4.A.picard_mT").value as readonly number[];
    const seen: number[] = [];
    const out = new Float64Array(1);
    run(picard, energy, limit, parseParameters(picard.options, {}), {
      maximumIterations: 8,
      watch: ({ candidate }) => {
        candidate().assumedMean(1, out);
        seen.push(out[0]);
      },
    });
    recorded.forEach((value, n) => expect(Math.abs(seen[n] - value)).toBeLessThan(1e-12));
  });

  it("contracts at the spectral radius, damped or not, in mean and (squared) in exploitability", () => {
    for (const damping of [1, 0.6]) {
      const { trace, iterations } = solve(picard, energy, limit, { damping, tolerance: 1e-11 });
      const radius = picardSpectralRadius(energy, damping);
      const ratio = (name: string, k: number): number => trace[k][name] / trace[k - 1][name];
      // Late enough for the next eigenvalue to have died out, early enough for rounding not to show.
      const late = damping === 1 ? 12 : iterations - 4;
      expect(Math.abs(ratio("consistency", late) / radius - 1)).toBeLessThan(1e-3);
      expect(Math.abs(ratio("exploitability", late) / radius ** 2 - 1)).toBeLessThan(2e-3);
      // As many iterations as the rate says it takes.
      const needed = Math.log(trace[late]["consistency"] / 1e-11) / -Math.log(radius);
      expect(Math.abs(iterations - 1 - late - needed)).toBeLessThanOrEqual(1);
    }
  });

  it("diverges where the radius is above one, and says so; damping and fictitious play mend it", () => {
    const contrary = contrarians(withoutNoise(games["S4.B"]), 1.5);
    const radius = picardSpectralRadius(contrary);
    expect(radius).toBeGreaterThan(1.3);
    const { outcome, reason, trace } = solve(picard, contrary, limit);
    expect(outcome).toBe("diverged");
    expect(reason).toContain(`spectral radius ${radius.toPrecision(4)}`);
    expect(trace[30]["consistency"] / trace[29]["consistency"]).toBeCloseTo(radius, 6);

    const damped = solve(picard, contrary, limit, { damping: 0.4 });
    expect(damped.outcome).toBe("converged");
    const certificate = certifyLinearQuadratic(contrary, limit, damped.candidate);
    expect(certificate.exploitability).toBeLessThan(1e-18);
    expect(solve(fictitiousPlay, contrary, limit, { tolerance: 1e-2 }, 1000).outcome).toBe("converged");
  });

  it("refuses what has no deterministic mean flow", () => {
    expect(picard.refuses(games["S4.A"], limit)).toContain("common noise");
    expect(picard.refuses(games["S5.A"], limit)).toContain("common noise");
    expect(fictitiousPlay.refuses(energy, feedback(10))).toContain("players = 10");
    expect(picard.refuses(energy, planner(Infinity))).toContain("planner");
    expect(() => run(picard, games["S4.A"], limit, parseParameters(picard.options, {}))).toThrow("common noise");
  });
});

/** The energy transition with firms that want to be on the other side of zero: q/2 (x + strength x̄)² while it runs. */
function contrarians(model: LinearQuadraticModel, strength: number): LinearQuadraticModel {
  const { size } = model.layout;
  return {
    ...model,
    running: {
      ...model.running,
      into: (t, out) => {
        model.running.into(t, out);
        const q = out.data[0];
        out.data[1] = q * strength;
        out.data[size] = q * strength;
        out.data[size + 1] = q * strength ** 2;
      },
    },
  };
}

describe("fictitious-play", () => {
  it("passes through the recorded averages and slows down as the eigenvalue says", () => {
    const energy = withoutNoise(games["S4.A"]);
    const recorded = reference("S4.A.fictitious_mT").value as readonly number[];
    const seen: number[] = [];
    const out = new Float64Array(1);
    const { outcome, trace, reason } = run(fictitiousPlay, energy, limit, parseParameters(fictitiousPlay.options, {}), {
      maximumIterations: 40,
      watch: ({ candidate }) => {
        candidate().assumedMean(1, out);
        seen.push(out[0]);
      },
    });
    [1, 2, 5, 10, 20, 40].forEach((n, i) => expect(Math.abs(seen[n - 1] - recorded[i])).toBeLessThan(1e-12));
    expect(outcome).toBe("iteration-limit");
    expect(reason).toContain("40");
    // Error ~ n^{−(1 − λ)}; the updates alone would fall one power faster and look like convergence.
    const slope = Math.log(trace[39]["consistency"] / trace[19]["consistency"]) / Math.log(41 / 21);
    expect(slope).toBeCloseTo(-(1 - number("S4.A.picard_spectral_radius")), 1);
  });
});

describe("best-response-iteration", () => {
  it("finds the feedback equilibrium in one answer where others' gains do not matter", () => {
    // Systemic risk in the limit: x̄ does not react to any K(x̄ − x).
    const { iterations } = solve(bestResponseIteration, games["s1_systemic_nocommon.A"], limit);
    expect(iterations).toBe(1);
  });

  it("reaches the recorded feedback gain of the smallest game", () => {
    const model = games["s1_systemic_nocommon.A"];
    const { candidate } = solve(bestResponseIteration, model, feedback(2), { damping: 0.8 });
    expect(gainAt(model, candidate.strategy, 0)[1]).toBeCloseTo(number("s1_systemic_nocommon.A.gain_closed.N2"), 9);
  });

  it("refuses committed players and the planner", () => {
    expect(bestResponseIteration.refuses(games["S4.A"], openLoop(3))).toContain("feedback");
    expect(bestResponseIteration.refuses(games["S4.A"], openLoop(Infinity))).toBeUndefined();
    expect(bestResponseIteration.refuses(games["S4.A"], planner(3))).toContain("planner");
  });
});

describe("direct-transcription", () => {
  it("keeps its digits on a horizon over which deviations contract to nothing", () => {
    // Deviations shrink by e^{−22}: without starting afresh the gains near T would be rounding.
    const model = { ...games["S4.A"], horizon: 20 };
    const { candidate, outcome } = solve(directTranscription, model, openLoop(4), { nodes: 64 });
    expect(outcome).toBe("converged");
    expect(distance(model, candidate.strategy, solveRiccati(model, openLoop(4)).strategy)).toBeLessThan(1e-9);
  });

  it("says when its polynomials are too few", () => {
    const { outcome, reason } = solve(directTranscription, { ...games["S4.A"], horizon: 12 }, limit, { nodes: 6 });
    expect(outcome).toBe("diverged");
    expect(reason).toContain("use more nodes");
  });

  it("refuses feedback equilibria of finite games, and horizons on which nobody's problem is convex", () => {
    expect(directTranscription.refuses(games["S4.A"], feedback(3))).toContain("open-loop");
    const model = games["S4.A"];
    const concave = { ...model, terminal: zeros(3, 3) };
    concave.terminal.data[0] = -2;
    const ask = (): unknown => solve(directTranscription, concave, limit);
    expect(ask).toThrow("not strictly convex");
  });
});

describe("coupled-riccati", () => {
  it("refuses the limit and more than twelve players", () => {
    expect(coupledRiccati.refuses(games["S4.A"], limit)).toContain("finitely many");
    expect(coupledRiccati.refuses(games["S4.A"], feedback(13))).toContain("at most 12");
    expect(() => run(coupledRiccati, games["S4.A"], feedback(13), parseParameters(coupledRiccati.options, {}))).toThrow(
      "players = 13",
    );
  });
});
