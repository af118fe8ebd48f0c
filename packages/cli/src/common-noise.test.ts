import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCommonNoise } from "./common-noise.ts";
import { UsageError } from "./failure.ts";

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "meanfield-noise-"))));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string, count = 1, horizon = 1) {
  const file = join(folder, "noise.csv");
  writeFileSync(file, text);
  return readCommonNoise(file, { count, horizon });
}

describe("a file of common noise", () => {
  it("is read with its header, one column a Brownian motion", () => {
    expect(read("t,W0\n0,0\n0.5,0.3\n1,-2e-1\n")).toEqual({
      t: Float64Array.of(0, 0.5, 1),
      noises: [Float64Array.of(0, 0.3, -0.2)],
    });
    const two = read("t, W0_1, W0_2\r\n0,0,0\r\n\r\n2,1,-1\r\n", 2);
    expect(two.noises).toEqual([Float64Array.of(0, 1), Float64Array.of(0, -1)]);
  });

  it("may miss the horizon by the rounding of a decimal", () => {
    expect(read("t,W0\n0,0\n0.3333333333,1", 1, 1 / 3).t[1]).toBe(1 / 3);
  });

  it.each([
    ["", "the first line must be the header t,W0, not nothing"],
    ["0,0\n1,1", "the first line must be the header t,W0, not 0,0"],
    ["t,W0,W1\n0,0,0\n1,1,1", "the first line must be the header t,W0, not t,W0,W1"],
    ["t,W0\n0,0", "at least two lines"],
    ["t,W0\n0,0\n1", "line 3: must be 2 finite numbers, not 1"],
    ["t,W0\n0,0\n1,x", "line 3: must be 2 finite numbers, not 1,x"],
    ["t,W0\n0,0\n1,", "line 3: must be 2 finite numbers"],
    ["t,W0\n0,0\n1,NaN", "line 3: must be 2 finite numbers"],
    ["t,W0\n0.1,0\n1,1", "line 2: must be 0,0, where every path starts"],
    ["t,W0\n0,0.1\n1,1", "line 2: must be 0,0, where every path starts"],
    ["t,W0\n0,0\n0.5,1\n\n0.5,2\n1,0", "line 5: times must increase, but 0.5 is followed by 0.5"],
    ["t,W0\n0,0\n0.9,1", "ends at t = 0.9: must reach the horizon T = 1"],
  ])("refuses %j in one line", (text, message) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(message);
  });

  it("says when it cannot be read", () => {
    expect(() => readCommonNoise(join(folder, "none.csv"), { count: 1, horizon: 1 })).toThrow(
      "cannot be read (ENOENT)",
    );
  });
});
