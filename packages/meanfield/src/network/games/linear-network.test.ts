import { describe, expect, it } from "vitest";
import { activations } from "../activation.ts";
import { gradientFlowVariance, onlineVariance, slope, slopeGradient, startingSquares } from "../closed-forms/linear.ts";
import { among, ask, limit, params, record, recordsOf, solved } from "../records.testing.ts";
import { momentSystem } from "../solvers/moment-system.ts";
import { networkWing } from "../wing.ts";
import { linearNetwork } from "./linear-network.ts";

const { candidate, measured, exact } = solved(linearNetwork, momentSystem);
const t = (id: string): number => Number(/\.t([\d.]+)$/.exec(id)?.[1]);

describe("the linear network", () => {
  it("has the reference's law before training", () => {
    const { P0, Q0, varA2, varB2, covA2B2 } = startingSquares({ mc: 0, vc: 1, mw: 0, vw: 1 });
    const { beta, s2, alpha, sige, ...start } = params["T1A"];
    expect({ P0, Q0, varA2, varB2, covA2B2 }).toEqual(start);
    expect({ beta, s2, alpha, sige }).toEqual({ beta: 1.5, s2: 1, alpha: 1, sige: 0.5 });
  });

  it.each([
    ["M", /^S7\.T1A\.M\./],
    ["loss", /^S7\.T1A\.loss\./],
    ["clt_gd", /^S7\.T1A\.CLT_GD\./],
    ["clt_sgd", /^S7\.T1A\.CLT_SGD\./],
  ] as const)("has the records' %s, by the moment system and in closed form", (name, pattern) => {
    for (const { id, value, suggested_tol = 0, args } of recordsOf(pattern)) {
      for (const road of [measured, exact]) {
        expect(Math.abs(ask(road, name, t(id)) - Number(value))).toBeLessThan(suggested_tol);
        if (args?.["Ec2+Ew2"] === undefined) continue;
        // The integrator's 1e-12 on numbers of order 3.
        expect(Math.abs(ask(road, "size", t(id)) - Number(args["Ec2+Ew2"]))).toBeLessThan(1e-10);
      }
    }
  });

  it("is certified", () => {
    const { exploitability, consistency, residual } = networkWing.certify(candidate.model, limit, candidate);
    expect(exploitability).toBeNull();
    // Neurons are followed to 1e-10, relative to numbers of order 4.
    expect(consistency).toBeLessThan(5e-9);
    expect(residual).toBeLessThan(1e-9);
  });

  it("keeps c² − w² for every neuron, whatever the start", () => {
    const start = { mc: 0.7, vc: 0.4, mw: -0.2, vw: 1.3 };
    const { measured: other } = solved(linearNetwork, momentSystem, start);
    const invariant = 0.7 ** 2 + 0.4 - 0.2 ** 2 - 1.3;
    for (const at of [0, 0.3, 1, 2]) expect(Math.abs(ask(other, "invariant", at) - invariant)).toBeLessThan(1e-11);
  });

  it("has gradients of the closed form that differences confirm, also where nothing moves", () => {
    for (const [beta, P0, Q0] of [
      [1.5, 2, 2],
      [-0.7, 0.3, 4],
      [1e-5, 1e-3, 1e-3],
      [0.02, 0.01, 0.03],
    ]) {
      const network = { beta, s2: 1.3, alpha: 0.8, sige: 0, P0, Q0 };
      for (const at of [0, 0.01, 0.4, 3]) {
        const [byP, byQ] = slopeGradient(network, at);
        // Central differences of the closed form, off by h² and by rounding over h.
        const h = 1e-5 * Math.min(P0, Q0);
        const difference = (name: "P0" | "Q0"): number =>
          (slope({ ...network, [name]: network[name] + h }, at) -
            slope({ ...network, [name]: network[name] - h }, at)) /
          (2 * h);
        expect(Math.abs(byP - difference("P0"))).toBeLessThan(1e-7);
        expect(Math.abs(byQ - difference("Q0"))).toBeLessThan(1e-7);
      }
    }
  });

  it("has both central limits for a start that is neither centred nor isotropic", () => {
    const start = { mc: 0.7, vc: 0.4, mw: -0.2, vw: 1.3, beta: -1, s2: 1.7, alpha: 0.6, sige: 0.3 };
    const { measured: other } = solved(linearNetwork, momentSystem, start);
    const squares = startingSquares(start);
    const network = { ...start, ...squares };
    for (const at of [0.2, 1, 2]) {
      expect(Math.abs(ask(other, "clt_gd", at) - gradientFlowVariance(network, squares, at))).toBeLessThan(1e-9);
      expect(Math.abs(ask(other, "clt_sgd", at) - onlineVariance(network, squares, at))).toBeLessThan(1e-9);
    }
  });

  it("is not what the slide's other scaling gives", () => {
    // dθ/dt = −∂L/∂θ_i without the factor N moves each of N neurons N times slower: M(t/N), far from M(t).
    const trap = record("S7.T1A.trap_slide_ode_M.t1");
    const slow = ask(exact, "M", 1 / Number(trap.args?.["N"]));
    expect(Math.abs(slow - Number(trap.value))).toBeLessThan(1e-12);
    expect(Math.abs(ask(exact, "M", 1) - Number(trap.value))).toBeGreaterThan(1);
  });

  it("with finitely many neurons differs by their sample alone", () => {
    const few = solved(linearNetwork, momentSystem, {}, among(50), { seed: 7 });
    const { covariance, mean } = few.candidate.law.kind === "moments" ? few.candidate.law.at(0) : never();
    const [c, w] = mean;
    const [cc, cw, , ww] = covariance.data;
    const network = {
      beta: 1.5,
      s2: 1,
      alpha: 1,
      sige: 0.5,
      P0: cc + 2 * cw + ww + (c + w) ** 2,
      Q0: cc - 2 * cw + ww + (c - w) ** 2,
    };
    for (const at of [0.2, 1, 2]) {
      expect(Math.abs(ask(few.measured, "M", at) - slope(network, at))).toBeLessThan(1e-11);
    }
    expect(few.exact).toEqual({});
    expect(networkWing.certify(few.candidate.model, among(50), few.candidate).residual).toBeLessThan(1e-9);
  });

  it("is refused by a system that would not close", () => {
    const { model } = candidate;
    expect(momentSystem.refuses({ ...model, activation: activations.tanh }, limit)).toMatch(/not for tanh/);
    expect(momentSystem.refuses({ ...model, activation: activations.square }, limit)).toMatch(/same c/);
    expect(momentSystem.refuses({ ...model, horizon: Infinity }, limit)).toMatch(/stationary/);
    expect(momentSystem.refuses({ ...model, temperature: 0.1 }, among(10))).toMatch(/limit/);
  });
});

function never(): never {
  throw new Error("moments expected");
}
