import { describe, expect, it } from "vitest";
import { mersenneTwister, twistedUniform } from "./mersenne-twister.ts";

describe("the Mersenne twister", () => {
  it("gives 4123659995 as its 10 000th number from the seed 5489, as the C++ standard says", () => {
    const draw = mersenneTwister(5489);
    for (let i = 1; i < 10_000; i++) draw();
    expect(draw()).toBe(4123659995);
  });

  it("makes uniform numbers of 53 bits in [0, 1)", () => {
    const draw = mersenneTwister(0);
    const numbers = Array.from({ length: 2000 }, () => twistedUniform(draw));
    expect(numbers.every((u) => u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53))).toBe(true);
    // The mean of 2000 has standard deviation 0.0065.
    expect(numbers.reduce((sum, u) => sum + u, 0) / 2000).toBeCloseTo(0.5, 1);
  });
});
