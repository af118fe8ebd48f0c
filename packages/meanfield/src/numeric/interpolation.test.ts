import { describe, expect, it } from "vitest";
import { chebyshev } from "./chebyshev.ts";
import { cubicSpline } from "./cubic-spline.ts";
import { bilinear, linearInterpolation } from "./linear-interpolation.ts";
import { monotoneCubic } from "./monotone-cubic.ts";
import { normalDistribution } from "./normal-distribution.ts";
import { logLogSlope } from "./regression.ts";

/** n + 1 points from 0 to 1, bunched a little. */
function uneven(n: number): Float64Array {
  return Float64Array.from(
    { length: n + 1 },
    (_, i) => i / n + (0.3 * Math.sin((2 * Math.PI * i) / n)) / (2 * Math.PI),
  );
}

function largestError(f: (x: number) => number, g: (x: number) => number): number {
  let error = 0;
  for (let k = 0; k <= 2000; k++) error = Math.max(error, Math.abs(f(k / 2000) - g(k / 2000)));
  return error;
}

/** The order with which interpolants on n = 16, …, 128 intervals approach f. */
function order(f: (x: number) => number, interpolate: (x: Float64Array) => (at: number) => number, g = f): number {
  const counts = [16, 32, 64, 128];
  return -logLogSlope(
    counts,
    counts.map((n) => largestError(interpolate(uneven(n)), g)),
  ).slope;
}

const f = (x: number): number => Math.exp(Math.sin(3 * x));
const slopeOfF = (x: number): number => 3 * Math.cos(3 * x) * f(x);

describe("linearInterpolation", () => {
  it("passes through its points, is exact for lines and of second order", () => {
    const at = linearInterpolation([0, 1, 4], [1, 3, 9]);
    expect([0, 0.5, 1, 2.5, 4].map(at)).toStrictEqual([1, 2, 3, 6, 9]);
    expect(order(f, (x) => linearInterpolation(x, x.map(f)))).toBeCloseTo(2, 1);
  });

  it("forgives rounding at the ends, refuses more, and names unfit points", () => {
    const at = linearInterpolation([0, 1, 4], [1, 3, 9]);
    expect(at(4 + 1e-13)).toBeCloseTo(9, 12);
    expect(() => at(4.1)).toThrow("linearInterpolation: asked at 4.1; allowed is 0 to 4");
    expect(() => at(Number.NaN)).toThrow("linearInterpolation: asked at NaN");
    expect(() => linearInterpolation([0], [1])).toThrow("linearInterpolation: x has length 1");
    expect(() => linearInterpolation([0, 1], [1])).toThrow("linearInterpolation: y has length 1");
    expect(() => linearInterpolation([0, 1, 1], [1, 2, 3])).toThrow("linearInterpolation: x[2] is 1 after 1");
    expect(() => linearInterpolation([0, 1], [1, Number.NaN])).toThrow("linearInterpolation: y[1] is NaN");
  });
});

describe("bilinear", () => {
  it("is exact for functions linear in each argument", () => {
    const g = (x: number, y: number): number => 2 - x + 3 * y + 0.5 * x * y;
    const x = [0, 1, 3];
    const y = [-1, 0.5, 2, 5];
    const at = bilinear(
      x,
      y,
      x.flatMap((a) => y.map((b) => g(a, b))),
    );
    for (const a of [0, 0.3, 1, 2.9, 3]) {
      for (const b of [-1, 0, 0.5, 4, 5]) expect(at(a, b)).toBeCloseTo(g(a, b), 14);
    }
    expect(() => at(4, 0)).toThrow("bilinear: x: asked at 4; allowed is 0 to 3");
    expect(() => at(1, -2)).toThrow("bilinear: y: asked at -2; allowed is -1 to 5");
    expect(() => bilinear(x, y, [1, 2])).toThrow("bilinear: values has length 2; allowed is 12 for a grid of 3 by 4");
  });
});

describe("cubicSpline", () => {
  it("is exact for cubics without a knot and with the right slopes, for parabolas on three points", () => {
    const cubic = (x: number): number => x ** 3 - 2 * x * x + 0.5 * x - 1;
    const x = uneven(7);
    expect(largestError(cubicSpline(x, x.map(cubic)), cubic)).toBeLessThan(1e-15);
    const clamped = cubicSpline(x, x.map(cubic), { boundary: "clamped", slopes: [0.5, -0.5] });
    expect(largestError(clamped, cubic)).toBeLessThan(1e-15);
    const parabola = (at: number): number => 3 * at * at - at;
    expect(largestError(cubicSpline([0, 0.3, 1], [0, 0.3, 1].map(parabola)), parabola)).toBeLessThan(2e-15);
    expect(cubicSpline([0, 2], [1, 5])(0.5)).toBe(2);
  });

  it("is of fourth order, its derivative of third, for all ends that fit the function", () => {
    expect(order(f, (x) => cubicSpline(x, x.map(f)))).toBeGreaterThan(3.9);
    const clamped = { boundary: "clamped", slopes: [slopeOfF(0), slopeOfF(1)] } as const;
    expect(order(f, (x) => cubicSpline(x, x.map(f), clamped))).toBeGreaterThan(3.9);
    expect(order(f, (x) => cubicSpline(x, x.map(f)).derivative, slopeOfF)).toBeGreaterThan(2.9);
    const wave = (x: number): number => Math.exp(Math.sin(2 * Math.PI * x));
    expect(order(wave, (x) => cubicSpline(x, x.map(wave), { boundary: "periodic" }))).toBeGreaterThan(3.9);
    const flatEnds = (x: number): number => Math.sin(Math.PI * x);
    expect(order(flatEnds, (x) => cubicSpline(x, x.map(flatEnds), { boundary: "natural" }))).toBeGreaterThan(3.9);
  });

  it("is only of second order with natural ends where the function bends", () => {
    expect(order(f, (x) => cubicSpline(x, x.map(f), { boundary: "natural" }))).toBeCloseTo(2, 1);
  });

  it("has a continuous second derivative, which vanishes at natural ends", () => {
    const x = uneven(8);
    const spline = cubicSpline(x, x.map(f), { boundary: "natural" });
    const bend = (at: number, h: number): number => (spline.derivative(at + h) - spline.derivative(at)) / h;
    // Differences of a piecewise parabola: error h/2 times the third derivative, below 1e3 here.
    for (const knot of x.slice(1, -1)) expect(Math.abs(bend(knot, 1e-6) - bend(knot, -1e-6))).toBeLessThan(1e-3);
    expect(Math.abs(bend(0, 1e-6))).toBeLessThan(1e-3);
    expect(Math.abs(bend(1, -1e-6))).toBeLessThan(1e-3);
  });

  it("says what is wrong", () => {
    expect(() => cubicSpline([0, 1, 2, 3], [1, 2, 3, 4], { boundary: "periodic" })).toThrow(
      "cubicSpline: y[3] is 4; allowed for a periodic spline is y[0], 1",
    );
    expect(() => cubicSpline([0, 1], [0, 1])(2)).toThrow("cubicSpline: asked at 2; allowed is 0 to 1");
  });
});

describe("monotoneCubic", () => {
  it("never decreases where the data do not, and stays between neighbours", () => {
    // The data of Fritsch and Carlson's table 1 (RPN 14).
    const x = [7.99, 8.09, 8.19, 8.7, 9.2, 10, 12, 15, 20];
    const y = [0, 2.76429e-5, 4.37498e-2, 0.169183, 0.469428, 0.94374, 0.998636, 0.999919, 0.999994];
    const at = monotoneCubic(x, y);
    let previous = 0;
    for (let k = 0; k <= 5000; k++) {
      const value = at(7.99 + (12.01 * k) / 5000);
      expect(value).toBeGreaterThanOrEqual(previous - 1e-15);
      previous = value;
    }
    x.forEach((knot, i) => expect(at(knot)).toBeCloseTo(y[i], 15));
    const steps = monotoneCubic([0, 1, 2, 3], [0, 0, 1, 1]);
    expect(steps(0.5)).toBe(0);
    expect(steps(2.5)).toBe(1);
    expect(steps.derivative(1)).toBe(0);
  });

  it("is of third order for a monotone smooth function and exact for lines", () => {
    const rising = (x: number): number => normalDistribution(4 * x - 2);
    expect(order(rising, (x) => monotoneCubic(x, x.map(rising)))).toBeGreaterThan(2.9);
    expect(largestError(monotoneCubic([0, 0.2, 1], [1, 1.4, 3]), (x) => 1 + 2 * x)).toBeLessThan(1e-15);
    expect(monotoneCubic([0, 2], [1, 5])(0.5)).toBe(2);
  });
});

describe("chebyshev", () => {
  it("is exact for polynomials and converges geometrically for an analytic function", () => {
    const quartic = (x: number): number => x ** 4 - x + 2;
    expect(largestError(chebyshev(quartic, 0, 1, 5), quartic)).toBeLessThan(2e-15);
    // 1/(1 + 25 x²) on [-1, 1]: error about ρ^(-n) with ρ = (1 + √26)/5.
    const runge = (x: number): number => 1 / (1 + 25 * x * x);
    const error = (n: number): number => {
      const p = chebyshev(runge, -1, 1, n);
      return largestError(
        (s) => p(2 * s - 1),
        (s) => runge(2 * s - 1),
      );
    };
    expect(Math.log(error(40) / error(120)) / 80).toBeCloseTo(Math.log((1 + Math.sqrt(26)) / 5), 2);
  });

  it("gives the derivative and the coefficients", () => {
    const p = chebyshev(f, 0, 1, 30);
    expect(largestError(p, f)).toBeLessThan(3e-15);
    // Differentiation multiplies rounding by up to the degree squared.
    expect(largestError(p.derivative, slopeOfF)).toBeLessThan(29 ** 2 * 3e-15);
    // T₃ on [2, 6] is 4 s³ − 3 s.
    const { coefficients } = chebyshev((x) => 4 * ((x - 4) / 2) ** 3 - (3 * (x - 4)) / 2, 2, 6, 5);
    [0, 0, 0, 1, 0].forEach((c, k) => expect(coefficients[k]).toBeCloseTo(c, 14));
  });

  it("says what is wrong", () => {
    expect(() => chebyshev(f, 0, 1, 1)).toThrow("chebyshev: n is 1");
    expect(() => chebyshev(f, 1, 0, 5)).toThrow("chebyshev: the interval is 1 to 0");
    expect(() => chebyshev(() => Number.NaN, 0, 1, 5)).toThrow(/chebyshev: f\(.*\) is NaN/);
    expect(() => chebyshev(f, 0, 1, 5)(1.5)).toThrow("chebyshev: asked at 1.5; allowed is 0 to 1");
  });
});
