import { describe, expect, it } from "vitest";
import { parameterGradients } from "./gradients.ts";
import { deviation } from "./exploitability.ts";
import { meanPosition } from "./finite-model.ts";
import { malwareOnGrid } from "./malware.ts";
import { policyClass } from "./policy-class.ts";
import type { TablePolicy } from "./policy-class.ts";

const model = malwareOnGrid({ k: 0.2, lambda: 0.5, gamma: 0.9 }, 11, "I");
const softmax = policyClass(model, "softmax");

describe("fixture", () => {
  it("zero", () => {
    const theta = new Float64Array(11);
    const { J, partial, total, field } = parameterGradients(model, softmax, theta);
    console.log(J, field[0], meanPosition(model, field), [...partial], [...total]);
    const hard = (softmax.play(theta) as TablePolicy).probabilities.map((_, i) =>
      i % 2 === (i >> 1 > 4 ? 1 : 0) ? 1 : 0,
    );
    const d = deviation(model, hard);
    console.log(d.exploitability, d.own.J, d.own.V[0], meanPosition(model, d.field));
    expect(J).toBeCloseTo(-4.39247311827957, 12);
  });
});
