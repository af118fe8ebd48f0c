import { describe, expect, it } from "vitest";
import { parseParameters, run } from "../../core/index.ts";
import { certifyLinearQuadratic } from "../linear-quadratic/certify.ts";
import { expectedCost } from "../linear-quadratic/cost.ts";
import { picardSpectralRadius } from "../linear-quadratic/mean-flow.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { games, number, reference, withoutNoise } from "../players/reference-games.testing.ts";
import { fictitiousPlay } from "./fictitious-play.ts";
import { picard } from "./picard.ts";
import { distance, feedback, limit, models, planner, solve } from "./solving.testing.ts";

const energy = withoutNoise(games["S4.A"]);

/** The assumed mean at the horizon after each iteration. */
function passedThrough(solver: typeof picard | typeof fictitiousPlay, maximumIterations: number): number[] {
  const seen: number[] = [];
  const out = new Float64Array(1);
  const settings = {
    maximumIterations,
    watch: ({ candidate }: { candidate: () => { assumedMean: (t: number, out: Float64Array) => void } }): void => {
      candidate().assumedMean(1, out);
      seen.push(out[0]);
    },
  };
  if (solver === picard) run(picard, energy, limit, parseParameters(picard.options, {}), settings);
  else run(fictitiousPlay, energy, limit, parseParameters(fictitiousPlay.options, { tolerance: 1e-6 }), settings);
  return seen;
}

describe("picard and fictitious-play", () => {
  it.each(models)("come to the Riccati equations' mean and cost in %s, with its common noise", (_name, model) => {
    const exact = solveRiccati(model, limit);
    const { outcome, candidate } = solve(picard, model, limit);
    expect(outcome).toBe("converged");
    const certificate = certifyLinearQuadratic(model, limit, candidate);
    expect(certificate.exploitability).toBeLessThan(1e-18);
    expect(certificate.consistency).toBeLessThan(1e-9);
    expect(certificate.residual).toBeLessThan(1e-8);
    // Not only the path: the feedback on (x̄, s) is that of the Riccati equations.
    expect(candidate.strategy.source).toBe("empirical");
    expect(distance(model, candidate.strategy, exact.strategy)).toBeLessThan(1e-8);
    const cost = expectedCost(model, Infinity, exact.strategy);
    expect(expectedCost(model, Infinity, candidate.strategy)).toBeCloseTo(cost, 9);
    const size = model.layout.state + model.layout.common;
    const [found, expected] = [new Float64Array(size), new Float64Array(size)];
    for (const t of [0, model.horizon / 3, model.horizon]) {
      candidate.assumedMean(t, found);
      exact.assumedMean(t, expected);
      found.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 9));
    }
    const learnt = solve(fictitiousPlay, model, limit, { tolerance: 1e-2 }, 400);
    expect(learnt.outcome).toBe("converged");
    // The certificate looks at (x̄, s), the tolerance at ᾱ too, both by codes of their own.
    expect(certifyLinearQuadratic(model, limit, learnt.candidate).consistency).toBeLessThan(1.01e-2);
  });

  it("refuse finite games and planners", () => {
    expect(fictitiousPlay.refuses(energy, feedback(10))).toContain("players = 10");
    expect(picard.refuses(energy, planner(Infinity))).toContain("planner");
  });
});

describe("picard", () => {
  it("passes through the recorded iterates", () => {
    const seen = passedThrough(picard, 8);
    const recorded = reference("S4.A.picard_mT").value as readonly number[];
    recorded.forEach((value, n) => expect(Math.abs(seen[n] - value)).toBeLessThan(1e-12));
    // The trace says the same, in the game with its common noise as without.
    const { trace } = solve(picard, games["S4.A"], limit);
    recorded.forEach((value, n) => expect(Math.abs(trace[n]["mean_T"] - value)).toBeLessThan(1e-12));
  });

  it("contracts at the spectral radius, damped or not, in the mean and (squared) in exploitability", () => {
    for (const damping of [1, 0.6]) {
      const { trace, iterations } = solve(picard, energy, limit, { damping, tolerance: 1e-11 });
      const radius = picardSpectralRadius(energy, damping);
      const ratio = (name: string, k: number): number => trace[k][name] / trace[k - 1][name];
      // Late enough for the next eigenvalue to have died out, early enough for rounding not to show.
      const late = damping === 1 ? 12 : iterations - 4;
      expect(Math.abs(ratio("consistency", late) / radius - 1)).toBeLessThan(1e-3);
      expect(Math.abs(ratio("exploitability", late) / radius ** 2 - 1)).toBeLessThan(2e-3);
      // As many iterations as the rate says it takes.
      const left = Math.max(trace[late]["consistency"], trace[late]["other_starts"]);
      const needed = Math.log(left / 1e-11) / -Math.log(radius);
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
  it("passes through the recorded averages", () => {
    const seen = passedThrough(fictitiousPlay, 40);
    const recorded = reference("S4.A.fictitious_mT").value as readonly number[];
    const { trace } = solve(fictitiousPlay, games["S4.A"], limit, { tolerance: 1e-6 }, 40);
    [1, 2, 5, 10, 20, 40].forEach((n, i) => {
      expect(Math.abs(seen[n - 1] - recorded[i])).toBeLessThan(1e-12);
      expect(Math.abs(trace[n - 1]["mean_T"] - recorded[i])).toBeLessThan(1e-12);
    });
  });

  it("slows down as the eigenvalue says, and is not called converged because its steps are small", () => {
    const { outcome, trace, reason } = solve(fictitiousPlay, energy, limit, { tolerance: 1e-6 }, 200);
    expect(outcome).toBe("iteration-limit");
    expect(reason).toContain("200");
    // The error falls like n^{−(1 − λ)}, and so does its distance to the response; steps fall one power faster.
    const slope = (name: string): number => Math.log(trace[199][name] / trace[99][name]) / Math.log(201 / 101);
    expect(slope("consistency")).toBeCloseTo(-(1 - number("S4.A.picard_spectral_radius")), 1);
    expect(slope("change")).toBeCloseTo(-(2 - number("S4.A.picard_spectral_radius")), 1);
  });
});
