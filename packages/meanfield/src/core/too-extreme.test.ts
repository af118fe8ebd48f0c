import { describe, expect, it } from "vitest";
import { integrateAdaptive } from "../numeric/adaptive-quadrature.ts";
import { luDecompose } from "../numeric/lu.ts";
import { matrix } from "../numeric/matrix.ts";
import { InputError, RefusalError } from "./errors.ts";
import { orRefuse, refusing, tooExtreme } from "./too-extreme.ts";

describe("failures of the numerics", () => {
  it.each([
    () => integrateAdaptive((x) => 1 / x, 0, 1, { maximumIntervals: 50 }),
    () => luDecompose(matrix(1, 1, [0])),
    () => new Float64Array(-1),
  ])("are refusals (%#)", (fail) => {
    const steps = function* (): Generator<number, unknown, void> {
      yield 1;
      return fail();
    };
    expect(() => [...refusing(steps())]).toThrow(RefusalError);
    expect(() => orRefuse<unknown>(fail)).toThrow(RefusalError);
  });

  it("leaves other errors and what a generator gives as they are", () => {
    const error = new InputError("a", 1, "2");
    expect(tooExtreme(error)).toBe(error);
    expect(orRefuse(() => 3)).toBe(3);
    const bug = new TypeError("undefined is not a function");
    expect(tooExtreme(bug)).toBe(bug);
    const steps = refusing(
      (function* (): Generator<number, string, void> {
        yield 1;
        return "done";
      })(),
    );
    expect(steps.next()).toEqual({ done: false, value: 1 });
    expect(steps.next()).toEqual({ done: true, value: "done" });
  });
});
