import { describe, expect, it } from "vitest";
import { parseFormula } from "../../formula/index.ts";
import { checkHamiltonian } from "../pde/check-hamiltonian.ts";
import { fromLagrangian } from "../pde/hamiltonians.ts";
import { momentumOf, restOf } from "../pde/legendre.ts";
import type { AxisHamiltonian, Population } from "../pde/model.ts";
import { soughtHamiltonian } from "./sought-hamiltonian.ts";
import { steeringOf } from "./steering.ts";

const names = ["t", "x", "a", "m", "nearby", "mean"];
const aggregates = ["mean"];
const named = { drifts: "drift", costs: "running_cost", control: "a" };
const parse = (text: string) => parseFormula(text, { names });
const seen: Population = { density: 0.7, nearby: 0.2, aggregates: Float64Array.of(0.4) };
const [t, x] = [0.3, 0.6];
const momenta = [-7, -1.3, -0.4, 0, 0.2, 1, 5];
const probe = { t, x, y: 0, population: seen, axes: 1 };

/** The same Hamiltonian, whose rest has to be found from its slope. */
function withoutRest({ value, slope }: AxisHamiltonian): AxisHamiltonian {
  return { value, slope };
}

describe("a square in a control that moves straight", () => {
  it.each([
    ["a", "a^2/2"],
    ["x - 2*a", "(1 + m)*a^2/2 + a*mean - x"],
    ["mean - x + (1 + x)*a", "3*(a - x)^2 + m*a + nearby"],
    ["-a", "a*(a + 1) - a*(1 - mean)"],
  ])("b = %s and f = %s have the Hamiltonian that a search for the control has", (drift, cost) => {
    const [b, f] = [parse(drift), parse(cost)];
    const { hamiltonian, unsteered, square } = steeringOf({
      drift: b,
      cost: f,
      interval: undefined,
      aggregates,
      ...named,
    });
    expect(square).toBeDefined();
    checkHamiltonian("hamiltonian", hamiltonian, [probe]);
    // All optimal controls lie well inside.
    const sought = soughtHamiltonian({ drift: b, cost: f, aggregates }, [-100, 100]);
    const free = steeringOf({ drift: parse("a"), cost: f, interval: undefined, aggregates, ...named }).unsteered;
    expect(unsteered).toEqual(free);
    const rest = soughtHamiltonian({ drift: parse("a"), cost: unsteered, aggregates }, [0, 1]).value(t, x, 0, 0, seen);
    for (const p of momenta) {
      const value = sought.value(t, x, 0, p, seen);
      // H of the square leaves −f₀ to the costs that nobody steers; `rest` is −f₀ here.
      expect(hamiltonian.value(t, x, 0, p, seen) + rest).toBeCloseTo(value, 11);
      expect(hamiltonian.slope(t, x, 0, p, seen)).toBeCloseTo(sought.slope(t, x, 0, p, seen), 11);
    }
  });
});

describe("a control that is sought", () => {
  const cases: readonly [drift: string, cost: string, of: (a: number) => readonly [number, number]][] = [
    ["a", "a^4/4 + a^2/2", (a) => [a, a ** 4 / 4 + a ** 2 / 2]],
    ["x - a", "exp(a) + 0.1*a", (a) => [x - a, Math.exp(a) + 0.1 * a]],
    ["a", "abs(a) + a^2/2", (a) => [a, Math.abs(a) + a ** 2 / 2]],
    ["a + 0.05*a^2", "exp(2*a)", (a) => [a + 0.05 * a * a, Math.exp(2 * a)]],
    ["2*a", "max(-a, 3*a)", (a) => [2 * a, Math.max(-a, 3 * a)]],
  ];
  it.each(cases)("b = %s and f = %s have the Hamiltonian of golden sections", (drift, cost, of) => {
    const interval = [-1.5, 2] as const;
    const ours = soughtHamiltonian({ drift: parse(drift), cost: parse(cost), aggregates }, interval);
    const theirs = fromLagrangian({
      drift: (_t, _x, _y, a) => of(a)[0],
      running: (_t, _x, _y, a) => of(a)[1],
      controls: interval,
    });
    checkHamiltonian("hamiltonian", ours, [probe]);
    for (const p of momenta.map((each) => each + 0.013)) {
      expect(ours.value(t, x, 0, p, seen)).toBeCloseTo(theirs.value(t, x, 0, p, seen), 12);
      // Golden sections know the control to half the digits at kinks, else to nearly all.
      expect(ours.slope(t, x, 0, p, seen)).toBeCloseTo(theirs.slope(t, x, 0, p, seen), 6);
    }
  });

  it.each([
    ["a", "a^4/4 + a^2/2 + a"],
    ["x - a", "exp(a)"],
    ["a + 0.05*a^2", "exp(2*a)"],
  ])("knows where nobody drifts: b = %s, f = %s", (drift, cost) => {
    const hamiltonian = soughtHamiltonian({ drift: parse(drift), cost: parse(cost), aggregates }, [-1.5, 2]);
    const rest = restOf(hamiltonian, t, x, 0, seen);
    expect(hamiltonian.slope(t, x, 0, rest, seen)).toBeCloseTo(0, 11);
    expect(momentumOf(withoutRest(hamiltonian), t, x, 0, 0, seen)).toBeCloseTo(rest, 9);
  });

  it.each([
    ["3 + a", Infinity],
    ["3 - a", Infinity],
    ["-3 + a", -Infinity],
    ["-3 - a", -Infinity],
  ])("knows that everybody is carried one way: b = %s", (drift, rest) => {
    const hamiltonian = soughtHamiltonian({ drift: parse(drift), cost: parse("a^2"), aggregates }, [-1.5, 2]);
    expect(restOf(hamiltonian, t, x, 0, seen)).toBe(rest);
    expect(momentumOf(withoutRest(hamiltonian), t, x, 0, 0, seen)).toBe(rest);
  });
});
