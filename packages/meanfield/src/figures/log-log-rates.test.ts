import { describe, expect, it } from "vitest";
import { slopeText } from "./log-log-rates.ts";

describe("slopeText", () => {
  it("gives the digits its interval supports", () => {
    expect(slopeText({ slope: -0.5312, halfWidth: 0.0183 })).toBe("−0.531 ± 0.018");
    expect(slopeText({ slope: -1.04, halfWidth: 0.21 })).toBe("−1.04 ± 0.21");
    expect(slopeText({ slope: -12.3, halfWidth: 14 })).toBe("−12 ± 14");
    expect(slopeText({ slope: -0.5, halfWidth: 0 })).toBe("−0.5");
  });
});
