import { describe, expect, it } from "vitest";
import type { OdeSolution, RightHandSide } from "./ode.ts";
import { integrate } from "./ode.ts";
import { vectorDistance } from "./random-matrix.testing.ts";

const methods = ["dormand-prince-8", "dormand-prince-5"] as const;

const oscillator: RightHandSide = (_, y, dy) => {
  dy[0] = y[1];
  dy[1] = -y[0];
};
const logistic: RightHandSide = (_, y, dy) => {
  dy[0] = y[0] * (1 - y[0]);
};
const riccati: RightHandSide = (_, y, dy) => {
  dy[0] = 1 + y[0] * y[0];
};
/** Two bodies: positions in the plane, then velocities. */
const kepler: RightHandSide = (_, y, dy) => {
  const cubed = Math.hypot(y[0], y[1]) ** 3;
  dy[0] = y[2];
  dy[1] = y[3];
  dy[2] = -y[0] / cubed;
  dy[3] = -y[1] / cubed;
};

function worst(solution: OdeSolution, exact: (t: number) => readonly number[], from: number, to: number): number {
  let largest = 0;
  for (let i = 0; i <= 400; i++) {
    const t = from + (i * (to - from)) / 400;
    largest = Math.max(largest, vectorDistance(solution.at(t), exact(t)));
  }
  return largest;
}

describe.each(methods)("integrate with %s", (method) => {
  it("follows closed forms at every time to the accuracy asked for, forwards and backwards", () => {
    const wave = (t: number) => [Math.cos(t), -Math.sin(t)];
    const forwards = integrate(oscillator, 0, 20, wave(0), { method });
    expect(forwards.outcome).toBe("finished");
    expect(forwards.tEnd).toBe(20);
    // Tolerance 1e-12 a step over some hundred steps; measured 5e-12.
    expect(worst(forwards, wave, 0, 20)).toBeLessThan(2e-11);
    const backwards = integrate(oscillator, 20, 0, wave(20), { method });
    expect(backwards.outcome).toBe("finished");
    expect(worst(backwards, wave, 0, 20)).toBeLessThan(2e-11);
    const curve = (t: number) => [1 / (1 + 99 * Math.exp(-t))];
    expect(worst(integrate(logistic, 0, 15, curve(0), { method }), curve, 0, 15)).toBeLessThan(5e-11);
    // Backwards the state 1 repels and 0 attracts.
    expect(worst(integrate(logistic, 5, -20, curve(5), { method }), curve, -20, 5)).toBeLessThan(1e-11);
  });

  it("integrates a stiffish linear equation, whose stability bounds the step", () => {
    // y' = -200 (y - sin t) + cos t: y = sin t + e^(-200 t).
    const exact = (t: number) => [Math.sin(t) + Math.exp(-200 * t)];
    const solution = integrate(
      (t, y, dy) => {
        dy[0] = -200 * (y[0] - Math.sin(t)) + Math.cos(t);
      },
      0,
      3,
      [1],
      { method, relative: 1e-9, absolute: 1e-11 },
    );
    expect(solution.outcome).toBe("finished");
    expect(worst(solution, exact, 0, 3)).toBeLessThan(1e-8);
    // Stability intervals of about 3.3 and 6.1 over 200: at least 98 steps of order 8, 180 of order 5.
    expect(solution.steps).toBeGreaterThan(90);
    expect(solution.steps).toBeLessThan(2000);
  });

  it("has errors in proportion to the tolerance", () => {
    const wave = (t: number) => [Math.cos(t), -Math.sin(t)];
    const errors = [1e-5, 1e-7, 1e-9, 1e-11].map((tolerance) => {
      const { end } = integrate(oscillator, 0, 30, wave(0), { method, relative: tolerance, absolute: tolerance });
      return vectorDistance(end, wave(30));
    });
    for (const [i, error] of errors.entries()) {
      // Error per step: the global error is some tens of tolerances over thirty time units.
      expect(error).toBeLessThan(100 * 10 ** (-5 - 2 * i));
    }
    for (let i = 1; i < 4; i++) {
      const power = Math.log(errors[i - 1] / errors[i]) / Math.log(100);
      expect(power).toBeGreaterThan(0.7);
      expect(power).toBeLessThan(1.3);
    }
  });

  it("ends a blow-up as an outcome at the pole", () => {
    const up = integrate(riccati, 0, 3, [0], { method });
    expect(["step-too-small", "not-finite"]).toContain(up.outcome);
    expect(up.reason).toMatch(
      /^(At t = 1\.5707963|The solution or its right-hand side is not finite just beyond t = 1\.57)/,
    );
    // y = tan t with a relative error of about 1e-12 has its pole 1e-12 away at most (times 1 / y^2 of where it arose).
    expect(Math.abs(up.tEnd - Math.PI / 2)).toBeLessThan(1e-12);
    expect(up.end[0]).toBeGreaterThan(1e11);
    expect(vectorDistance(up.at(1.5), [Math.tan(1.5)])).toBeLessThan(1e-9);
    const down = integrate(riccati, 0, -3, [0], { method });
    expect(Math.abs(down.tEnd + Math.PI / 2)).toBeLessThan(1e-12);
    expect(() => down.at(-2)).toThrow(/at: t must lie between 0 and -1\.57.*got -2/);
    // y' = e^(e^y) overflows already in the stages.
    const exponential = integrate(
      (_, y, dy) => {
        dy[0] = Math.exp(Math.exp(y[0]));
      },
      0,
      1,
      [0],
      { method },
    );
    expect(["step-too-small", "not-finite"]).toContain(exponential.outcome);
    // T = integral of exp(-e^y) over y > 0 = E1(1).
    expect(Math.abs(exponential.tEnd - 0.2193839343955203)).toBeLessThan(1e-12);
  });

  it("stops short of a place where the right-hand side is not a number", () => {
    // Defined up to t = 1 only, with y = 1/3 + 2/3 (1 - t)^(3/2).
    const solution = integrate(
      (t, _, dy) => {
        dy[0] = -Math.sqrt(1 - t);
      },
      0,
      2,
      [1],
      { method, relative: 1e-8, absolute: 1e-8 },
    );
    expect(solution.outcome).toBe("not-finite");
    expect(solution.reason).toMatch(/not finite just beyond t = /);
    expect(solution.tEnd).toBeLessThanOrEqual(1);
    expect(solution.tEnd).toBeGreaterThan(1 - 1e-12);
    expect(solution.end[0]).toBeCloseTo(1 / 3, 7);
  });

  it("locates events to rounding, in either direction of time and of crossing", () => {
    const watch = (direction: -1 | 0 | 1, from: number, to: number) =>
      integrate(oscillator, from, to, [Math.cos(from), -Math.sin(from)], {
        method,
        events: [{ value: (_, y) => y[0], direction }],
      }).events.map((event) => event.t);
    const zeros = Array.from({ length: 6 }, (_, k) => (k + 0.5) * Math.PI);
    // The zeros of the numerical solution are within its error of the true ones.
    expect(vectorDistance(watch(0, 0, 19), zeros)).toBeLessThan(1e-11);
    expect(vectorDistance(watch(-1, 0, 19), [zeros[0], zeros[2], zeros[4]])).toBeLessThan(1e-11);
    expect(vectorDistance(watch(1, 0, 19), [zeros[1], zeros[3], zeros[5]])).toBeLessThan(1e-11);
    // Backwards, "rising" is meant along the integration.
    expect(vectorDistance(watch(1, 19, 0), [zeros[4], zeros[2], zeros[0]])).toBeLessThan(1e-11);
    // An event in t alone is found to rounding.
    const clock = integrate(oscillator, 0, 5, [1, 0], { method, events: [{ value: (t) => t - Math.E }] });
    expect(Math.abs(clock.events[0].t - Math.E)).toBeLessThan(2e-15);
  });

  it("closes a Kepler orbit of eccentricity 0.6 and keeps its invariants", () => {
    const e = 0.6;
    const start = [1 - e, 0, 0, Math.sqrt((1 + e) / (1 - e))];
    const solution = integrate(kepler, 0, 6 * Math.PI, start, { method });
    // Three orbits; an error of the semi-axis at perihelion shifts the phase by 3 pi of it an orbit.
    expect(vectorDistance(solution.end, start)).toBeLessThan(1e-9);
    for (let i = 0; i <= 300; i++) {
      const [x, y, u, v] = solution.at((i * 6 * Math.PI) / 300);
      expect(Math.abs(0.5 * (u * u + v * v) - 1 / Math.hypot(x, y) + 0.5)).toBeLessThan(1e-10);
      expect(Math.abs(x * v - y * u - Math.sqrt(1 - e * e))).toBeLessThan(1e-10);
    }
    // Perihelion passages: the radial speed rises through zero after each period.
    const passages = integrate(kepler, 0, 20, start, {
      method,
      events: [{ value: (_, y) => y[0] * y[2] + y[1] * y[3], direction: 1 }],
    }).events.map((event) => event.t);
    expect(vectorDistance(passages, [2 * Math.PI, 4 * Math.PI, 6 * Math.PI])).toBeLessThan(1e-10);
  });
});

describe("integrate", () => {
  it("closes Arenstorf's orbit", () => {
    // Hairer, Norsett & Wanner I, II.0 (0.1): a periodic orbit of the restricted three-body problem.
    const mu = 0.012277471;
    const nu = 1 - mu;
    const f: RightHandSide = (_, y, dy) => {
      const earth = Math.hypot(y[0] + mu, y[1]) ** 3;
      const moon = Math.hypot(y[0] - nu, y[1]) ** 3;
      dy[0] = y[2];
      dy[1] = y[3];
      dy[2] = y[0] + 2 * y[3] - (nu * (y[0] + mu)) / earth - (mu * (y[0] - nu)) / moon;
      dy[3] = y[1] - 2 * y[2] - (nu * y[1]) / earth - (mu * y[1]) / moon;
    };
    const start = [0.994, 0, 0, -2.001585106379082];
    const period = 17.06521656015796;
    const solution = integrate(f, 0, period, start);
    expect(solution.outcome).toBe("finished");
    // Close passages of the moon magnify errors about 1e5 times: 1e-12 a step leaves 1e-10 and better in position.
    expect(Math.hypot(solution.end[0] - start[0], solution.end[1])).toBeLessThan(1e-9);
    expect(Math.hypot(solution.end[2], solution.end[3] - start[3])).toBeLessThan(1e-7);
    // The book's figure of merit: order 8 asks for fewer evaluations than order 5 at this accuracy.
    expect(solution.evaluations).toBeLessThan(
      integrate(f, 0, period, start, { method: "dormand-prince-5" }).evaluations,
    );
  });

  it("counts what it does and lays out what it returns", () => {
    let calls = 0;
    const solution = integrate(
      (t, y, dy) => {
        calls++;
        oscillator(t, y, dy);
      },
      0,
      10,
      [1, 0],
      { initialStep: 3 },
    );
    expect(solution.evaluations).toBe(calls);
    // 12 a step and 12 a rejection, 3 for the dense output, 1 for the first slope (and none to choose the step).
    expect(calls).toBe(1 + 15 * solution.steps + 12 * solution.rejected);
    expect(solution.rejected).toBeGreaterThan(0);
    expect(solution.t).toHaveLength(solution.steps + 1);
    expect(solution.y).toHaveLength(2 * (solution.steps + 1));
    expect(solution.t[0]).toBe(0);
    expect(solution.t.at(-1)).toBe(10);
    expect(solution.end).toEqual(solution.y.slice(-2));
    for (let i = 0; i <= solution.steps; i++) {
      expect(solution.at(solution.t[i])).toEqual(solution.y.slice(2 * i, 2 * i + 2));
    }
    const out = new Float64Array(2);
    expect(solution.at(3, out)).toBe(out);
    expect(out).toEqual(solution.at(3));
    // A few units of rounding beyond the end are taken for the end.
    expect(solution.at(10 + 1e-15)).toEqual(solution.end);
    expect(() => solution.at(10.001)).toThrow("at: t must lie between 0 and 10, which the solution covers; got 10.001");
    expect(() => solution.at(Number.NaN)).toThrow("got NaN");
    expect(() => solution.at(1, new Float64Array(3))).toThrow("out must have 2 entries, got 3");
  });

  it("stops at a terminal event, with the solution covering the time up to it", () => {
    const height = (_: number, y: Float64Array) => y[0];
    const fall: RightHandSide = (_, y, dy) => {
      dy[0] = y[1];
      dy[1] = -9.81;
    };
    const solution = integrate(fall, 0, 10, [20, 0], {
      events: [
        { value: (_, y) => y[1] + 5 },
        { value: height, direction: -1, terminal: true },
        { value: (t) => t - 9 },
      ],
    });
    const impact = Math.sqrt((2 * 20) / 9.81);
    expect(solution.outcome).toBe("event");
    expect(solution.reason).toMatch(/^Event 1 stopped the integration at t = 2\.019/);
    expect(Math.abs(solution.tEnd - impact)).toBeLessThan(1e-12);
    expect(solution.t.at(-1)).toBe(solution.tEnd);
    expect(solution.events.map((event) => event.index)).toEqual([0, 1]);
    expect(Math.abs(solution.events[0].t - 5 / 9.81)).toBeLessThan(1e-12);
    expect(solution.events[1].y).toEqual(solution.end);
    expect(solution.at(solution.tEnd)).toEqual(solution.end);
    expect(solution.at(1)[0]).toBeCloseTo(20 - 9.81 / 2, 12);
    expect(() => solution.at(2.1)).toThrow("at: t must lie between 0 and 2.01");
    // The far side of the crossing: a restart from here with the speed turned round must not stop at once.
    expect(solution.end[0]).toBeLessThanOrEqual(0);
    const bounce = integrate(fall, solution.tEnd, 10, [solution.end[0], -solution.end[1]], {
      events: [{ value: height, direction: -1, terminal: true }],
    });
    expect(Math.abs(bounce.tEnd - 3 * impact)).toBeLessThan(1e-11);
  });

  it("does not count a zero at the start as an event, and sees two crossings within one long step", () => {
    const start = integrate(oscillator, 0, 4, [0, 1], { events: [{ value: (_, y) => y[0] }] });
    expect(start.events).toHaveLength(1);
    expect(Math.abs(start.events[0].t - Math.PI)).toBeLessThan(1e-11);
    // A parabola is integrated in one step of any length; it dips below zero for two fifths of this one.
    const dip = integrate(
      (t, _, dy) => {
        dy[0] = 2 * (t - 0.5);
      },
      0,
      1,
      [0.25 - 0.04],
      { initialStep: 1, events: [{ value: (_, y) => y[0] }] },
    );
    expect(dip.steps).toBe(1);
    expect(
      vectorDistance(
        dip.events.map((event) => event.t),
        [0.3, 0.7],
      ),
    ).toBeLessThan(1e-14);
  });

  it("reports an event value that is not a number instead of missing it", () => {
    const solution = integrate(oscillator, 0, 5, [1, 0], { events: [{ value: (t) => Math.sqrt(2 - t) - 2 }] });
    expect(solution.outcome).toBe("not-finite");
    expect(solution.reason).toMatch(/The value of event 0 is not a number between t = /);
    expect(integrate(oscillator, 0, 1, [1, 0], { events: [{ value: () => Number.NaN }] }).reason).toBe(
      "The value of event 0 is not a number at t0 = 0.",
    );
  });

  it("gives up after the steps allowed, keeping what it has", () => {
    const solution = integrate(oscillator, 0, 1000, [1, 0], { maximumSteps: 20 });
    expect(solution.outcome).toBe("step-limit");
    expect(solution.steps + solution.rejected).toBe(20);
    expect(solution.reason).toBe(`20 steps were attempted and the integration had come to t = ${solution.tEnd}.`);
    expect(vectorDistance(solution.end, [Math.cos(solution.tEnd), -Math.sin(solution.tEnd)])).toBeLessThan(1e-11);
  });

  it("handles an empty interval, a tiny one and a solution that does not move", () => {
    const nothing = integrate(oscillator, 2, 2, [1, 0]);
    expect(nothing.outcome).toBe("finished");
    expect(nothing.steps).toBe(0);
    expect(nothing.at(2)).toEqual(Float64Array.of(1, 0));
    expect(() => nothing.at(3)).toThrow("at: t must lie between 2 and 2");
    const tiny = integrate(oscillator, 1, 1 + 4 * Number.EPSILON, [1, 0]);
    expect(tiny.outcome).toBe("finished");
    const still = integrate((_, __, dy) => void dy.fill(0), 0, 1e6, [3, 0]);
    expect(still.outcome).toBe("finished");
    expect(still.end).toEqual(Float64Array.of(3, 0));
    expect(still.steps).toBeLessThan(30);
    const broken = integrate((_, __, dy) => void dy.fill(Number.NaN), 0, 1, [3]);
    expect(broken.outcome).toBe("not-finite");
    expect(broken.reason).toBe("The right-hand side is not finite at t0 = 0.");
    expect(broken.end).toEqual(Float64Array.of(3));
  });

  it("refuses arguments out of range, naming them", () => {
    expect(() => integrate(oscillator, 0, Number.POSITIVE_INFINITY, [1, 0])).toThrow("t1 must be finite, got Infinity");
    expect(() => integrate(oscillator, Number.NaN, 1, [1, 0])).toThrow("t0 must be finite, got NaN");
    expect(() => integrate(oscillator, 0, 1, [])).toThrow("y0.length must be at least 1, got 0");
    expect(() => integrate(oscillator, 0, 1, [1, Number.NaN])).toThrow("y0[1] must be finite, got NaN");
    expect(() => integrate(oscillator, 0, 1, [1, 0], { relative: -1 })).toThrow("relative must be zero or positive");
    expect(() => integrate(oscillator, 0, 1, [1, 0], { absolute: 0 })).toThrow("absolute must be positive, got 0");
    expect(() => integrate(oscillator, 0, 1, [1, 0], { maximumSteps: 0 })).toThrow("maximumSteps must be a positive");
    expect(() => integrate(oscillator, 0, 1, [1, 0], { initialStep: -1 })).toThrow("initialStep must be positive");
    expect(() => integrate(oscillator, 0, 1, [1, 0], { method: "euler" as "dormand-prince-5" })).toThrow(
      "method must be one of dormand-prince-5, dormand-prince-8, got euler",
    );
  });
});
