import { describe, expect, it } from "vitest";
import { malware } from "./stationary.testing.ts";
import type { ThresholdSearch } from "./threshold-equilibria.ts";
import type { ThresholdModel } from "./threshold-policies.ts";
import { exhaustiveStates, findThresholds, thresholdsOf } from "./threshold-zoom.ts";

function found(model: ThresholdModel, exhaustive: boolean): { search: ThresholdSearch; visits: number } {
  const steps = findThresholds(model, { interior: 0, exhaustive });
  let visits = 0;
  for (;;) {
    const next = steps.next();
    if (next.done === true) return { search: next.value, visits };
    if (next.value !== undefined) visits++;
  }
}

const best = ({ pure }: ThresholdSearch): number => pure.reduce((a, b) => (b.performance > a.performance ? b : a)).c;

describe("the search from coarse to fine", () => {
  it.each([
    ["pure", "S", 129],
    ["mixed", "I", 129],
  ] as const)("finds what visiting every threshold finds: a %s equilibrium", (kind, variant, n) => {
    expect(n).toBeGreaterThan(exhaustiveStates);
    const model = malware(n, variant);
    const quick = found(model, false);
    const whole = found(model, true);
    expect(quick.search.equilibria).toHaveLength(1);
    expect(whole.search.equilibria).toHaveLength(1);
    expect(quick.search.equilibria[0].c).toBeCloseTo(whole.search.equilibria[0].c, 12);
    expect(Number.isInteger(quick.search.equilibria[0].c)).toBe(kind === "pure");
    expect(best(quick.search)).toBe(best(whole.search));
    expect(quick.visits).toBeLessThan(50);
    expect(whole.visits).toBe(n + 1);
  });

  it("is remembered for those who ask next", () => {
    const model = malware(7);
    expect(thresholdsOf(model)).toBe(thresholdsOf(model));
  });
});
