import { describe, expect, it } from "vitest";
import { constantMatrix, linearRows, quadraticForm, terminalForm } from "../linear-quadratic/forms.ts";
import { certifyLinearQuadratic } from "../linear-quadratic/certify.ts";
import { layout } from "../linear-quadratic/model.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { crowded, games } from "../players/reference-games.testing.ts";
import { matrix, zeros } from "../../numeric/matrix.ts";
import { openLoopBestResponse } from "./open-loop-best-response.ts";
import { distance, feedback, gainAt, limit, openLoop, planner, solve } from "./solving.testing.ts";

/** Cournot's competition over time: dx = α dt, cost ½α² − α + θαᾱ + q/2 x², q/2 x² at T = 1. */
function cournot(theta: number, q: number): LinearQuadraticModel {
  const shape = layout(1, 1);
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: 1,
    drift: constantMatrix(linearRows(shape, [{ control: 1 }])),
    commonDrift: constantMatrix(zeros(0, shape.size)),
    running: constantMatrix(
      quadraticForm(shape)
        .half(1, { control: 1 })
        .linear(-1, { control: 1 })
        .product(theta, { control: 1 }, { meanControl: 1 })
        .half(q, { state: 1 }).matrix,
    ),
    terminal: terminalForm(shape).half(q, { state: 1 }).matrix,
    noise: { own: matrix(1, 1, [0.3]), common: matrix(1, 1, [0.2]), commonState: zeros(0, 1) },
    initial: { mean: Float64Array.of(0.5), covariance: matrix(1, 1, [0.1]), commonState: new Float64Array(0) },
  };
}

const column = (trace: readonly Readonly<Record<string, number>>[], name: string): number[] =>
  trace.map((row) => row[name]);

describe("open-loop-best-response", () => {
  it.each([
    ["energy transition", games["S4.A"]],
    ["energy transition, strongly coupled", games["S4.B"]],
    ["systemic risk", games["s2_systemic_common.A"]],
    ["price impact", games["S5.A"]],
  ] as const)("arrives at the open-loop equilibrium of the Riccati equations in %s", (_name, model) => {
    for (const players of [2, 3, 5]) {
      const question = openLoop(players);
      const { candidate, outcome } = solve(openLoopBestResponse, model, question);
      expect(outcome).toBe("converged");
      expect(distance(model, candidate.strategy, solveRiccati(model, question).strategy)).toBeLessThan(1e-8);
      const certificate = certifyLinearQuadratic(model, question, candidate);
      expect(certificate.exploitability ?? 1).toBeLessThan(1e-14);
      expect(certificate.consistency).toBeLessThan(1e-8);
    }
  });

  it.each(["simultaneous", "sequential"])("takes several states, controls and a common state, %s", (order) => {
    const model = crowded();
    const { candidate, outcome } = solve(openLoopBestResponse, model, openLoop(3), { order, nodes: 16 });
    expect(outcome).toBe("converged");
    expect(distance(model, candidate.strategy, solveRiccati(model, openLoop(3)).strategy)).toBeLessThan(1e-8);
  });

  it.each([
    ["S4.B", "simultaneous", 1],
    ["S4.B", "sequential", 1],
    ["s1_systemic_nocommon.C", "sequential", 1],
    ["s1_systemic_nocommon.C", "sequential", 0.6],
  ] as const)(
    "approaches equilibrium at the spectral radius of a round in %s, %s, damping %d",
    (id, order, damping) => {
      const options = { order, damping, tolerance: 1e-11 };
      const { trace } = solve(openLoopBestResponse, games[id], openLoop(3), options, 500);
      const distances = column(trace, "distance");
      const half = distances.length >> 1;
      const rounds = distances.length - 1 - half;
      const rate = (distances[distances.length - 1] / distances[half]) ** (1 / rounds);
      // The second eigenvalue still shows after so few rounds.
      expect(Math.abs(Math.log(rate) / Math.log(trace[0].spectral_radius) - 1)).toBeLessThan(1e-3);
      // What is gained falls as the square of the distance.
      const gains = column(trace, "exploitability");
      const gained = (gains[gains.length - 1] / gains[half]) ** (1 / rounds);
      expect(Math.abs(Math.log(gained) / Math.log(rate) / 2 - 1)).toBeLessThan(1e-2);
    },
  );

  it("is driven apart at θ(N − 1)/(N + 2θ) where all answer at once, and not in turn, damped or by fictitious play", () => {
    // Nothing but the price couples times, so that each is the static game of Cournot.
    const model = cournot(4, 0);
    const radius = (4 * 5) / (6 + 8);
    const plain = solve(openLoopBestResponse, model, openLoop(6), { order: "simultaneous", nodes: 8 });
    expect(plain.outcome).toBe("diverged");
    expect(plain.reason).toContain("spectral radius of a round is 1.42857");
    expect(plain.trace[0].spectral_radius).toBeCloseTo(radius, 12);
    const distances = column(plain.trace, "distance");
    for (let n = 1; n < distances.length; n++) expect(distances[n] / distances[n - 1]).toBeCloseTo(radius, 9);

    for (const settings of [
      { order: "sequential" },
      { order: "simultaneous", damping: 0.5 },
      { order: "fictitious-play", tolerance: 1e-5 },
    ]) {
      const { candidate, outcome } = solve(openLoopBestResponse, model, openLoop(6), { ...settings, nodes: 8 }, 3000);
      expect(outcome).toBe("converged");
      // α = 1 − θ(1 + 1/N)α whatever the state; the distance from it is at most that from the answer here.
      const [own, onMean, constant] = gainAt(model, candidate.strategy, 0.3);
      const accuracy = settings.tolerance ?? 1e-9;
      expect(Math.abs(own)).toBeLessThan(accuracy);
      expect(Math.abs(onMean)).toBeLessThan(accuracy);
      expect(Math.abs(constant - 1 / (1 + 4 * (1 + 1 / 6)))).toBeLessThan(accuracy);
    }
  });

  it("learns by fictitious play along the product of 1 − (1 + λ)/(n + 2)", () => {
    const options = { order: "fictitious-play", nodes: 8 };
    const { trace } = solve(openLoopBestResponse, cournot(4, 0), openLoop(6), options, 60);
    const lambda = 20 / 14;
    expect(trace[0].spectral_radius).toBeCloseTo(lambda, 12);
    const distances = column(trace, "distance");
    let product = 1;
    for (let n = 1; n < distances.length; n++) {
      product *= 1 - (1 + lambda) / (n + 2);
      expect(Math.abs(distances[n] / distances[0] - Math.abs(product))).toBeLessThan(1e-11);
    }
  });

  it("learns by averaging what answering at once does not, also where states couple the times", () => {
    const model = cournot(6, 1);
    const question = openLoop(6);
    const plain = solve(openLoopBestResponse, model, question, { order: "simultaneous", nodes: 12 });
    expect(plain.outcome).toBe("diverged");
    expect(plain.trace[0].spectral_radius).toBeGreaterThan(1.3);
    const options = { order: "fictitious-play", nodes: 12, tolerance: 5e-3 };
    // One player's deviation is learnt like n^{−2/3}.
    const { candidate, outcome } = solve(openLoopBestResponse, model, question, options, 5000);
    expect(outcome).toBe("converged");
    expect(distance(model, candidate.strategy, solveRiccati(model, question).strategy)).toBeLessThan(2e-2);
  });

  it("says when its polynomials are too few, and when states contract too far to read a strategy", () => {
    const coarse = solve(openLoopBestResponse, { ...games["S4.A"], horizon: 12 }, openLoop(2), { nodes: 6 });
    expect(coarse.outcome).toBe("diverged");
    expect(coarse.reason).toContain("use more nodes");
    const long = solve(openLoopBestResponse, { ...games["S4.A"], horizon: 20 }, openLoop(2), { nodes: 64 });
    expect(long.outcome).toBe("diverged");
    expect(long.reason).toContain("the states contract by a factor of");
  });

  it("refuses what it cannot learn", () => {
    const model = games["S4.A"];
    const refuses = (question: Parameters<typeof openLoopBestResponse.refuses>[1]) =>
      openLoopBestResponse.refuses(model, question);
    expect(refuses(feedback(3))).toContain("open-loop");
    expect(refuses(limit)).toContain("finitely many");
    expect(refuses(planner(3))).toContain("planner");
    expect(refuses(openLoop(1))).toContain("nobody to answer");
    expect(refuses(openLoop(13))).toContain("at most 12");
    expect(refuses(openLoop(12))).toBeUndefined();
    const slowed = () => solve(openLoopBestResponse, model, openLoop(2), { order: "fictitious-play", damping: 0.5 });
    expect(slowed).toThrow("damping");
    // Selling more raises the price: each player's own cost is concave.
    expect(() => solve(openLoopBestResponse, cournot(-2, 0), openLoop(2))).toThrow("player 1 has no best response");
  });
});
