/** `meanfield stability` and `meanfield chaos` of backward systems, as a person runs them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { folder, root, start } from "./running.testing.ts";
import type { Finished } from "./running.testing.ts";

function meanfield(...args: readonly string[]): Promise<Finished> {
  return start(args);
}

interface Table {
  readonly name: string;
  readonly k: readonly (number | "inf")[];
  readonly players: readonly (number | "inf")[];
  readonly value: readonly (readonly number[])[];
  readonly simulated?: readonly (readonly { readonly mean: number; readonly standardError: number }[])[];
}

interface Document {
  readonly outcome: string;
  readonly run: string | null;
  readonly tables: readonly Table[];
  readonly rates: readonly { readonly along: string; readonly at: number | "inf"; readonly asymptotic: number }[];
  readonly checks: readonly {
    readonly largestDifference: number;
    readonly within?: number;
    readonly simulated?: number;
  }[];
  readonly quantities: Readonly<Record<string, unknown>>;
}

async function json<T = Document>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await meanfield(...args, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as T;
}

interface Reference {
  readonly records: readonly { readonly id: string; readonly value: number[][]; readonly suggested_tol: number }[];
}

const reference = JSON.parse(readFileSync(join(root, "tests/reference/mean-field-bsde.json"), "utf8")) as Reference;

describe("meanfield stability", () => {
  it("prints the table of the reference with its margins, and keeps it as CSV, LaTeX, arrays and figures", async () => {
    const document = await json("stability", "mean-field-bsde", "--repeats", "20", "--seed", "3");
    expect(document.outcome).toBe("converged");
    for (const [id, name] of [
      ["S8.STAB.Y0_table", "Y0"],
      ["S8.STAB.dist_to_limit", "dist_to_limit"],
    ]) {
      const table = document.tables.find((candidate) => candidate.name === name);
      const record = reference.records.find((candidate) => candidate.id === id);
      expect(table?.k.at(-1)).toBe("inf");
      expect(table?.players.at(-1)).toBe("inf");
      record?.value.forEach((row, i) =>
        row.forEach((number, j) =>
          expect(Math.abs((table?.value[i][j] ?? Number.NaN) - number)).toBeLessThanOrEqual(record.suggested_tol),
        ),
      );
      expect(table?.simulated?.[0][0].standardError).toBeGreaterThan(0);
    }
    for (const { largestDifference } of document.checks) expect(largestDifference).toBeLessThan(1e-12);
    const corner = document.rates.filter(({ at }) => at === "inf");
    expect(corner.length).toBe(2);
    for (const { asymptotic } of corner) expect(asymptotic).toBeCloseTo(-1, 2);
    const run = join(folder, document.run ?? "");
    for (const file of [
      "run.json",
      "stability.csv",
      "stability.tex",
      "report.html",
      "figures/stability-y0.png",
      "figures/stability-dist-to-limit.svg",
      "figures/stability-horizontal.svg",
      "figures/stability-vertical.svg",
    ]) {
      expect(existsSync(join(run, file))).toBe(true);
    }
    expect(readFileSync(join(run, "stability.tex"), "utf8")).toContain("$\\infty$");
    const lines = readFileSync(join(run, "stability.csv"), "utf8").trim().split("\n");
    // 9 × 8 cells twice, 8 × 8 down the columns, 9 × 7 along the rows, and the header.
    expect(lines.length).toBe(1 + 72 + 72 + 64 + 63);
    expect(Object.keys(unzipSync(readFileSync(join(run, "arrays.npz"))))).toContain("Y0_many_players.npy");
    // The run's own configuration gives the same numbers again.
    const again = await json("stability", "mean-field-bsde", "--config", join(run, "run.json"), "--no-save");
    expect(again.tables).toEqual(document.tables);
  }, 60_000);

  it("perturbs what it is told, and refuses in one line what it cannot", async () => {
    const asked = "stability mean-field-bsde --k 4,8 --players 2,3 --repeats 0 --perturb driver --no-save";
    const document = await json(...asked.split(" "));
    expect(document.tables[0].value.length).toBe(3);
    expect(document.run).toBeNull();
    for (const [args, message] of [
      [["mean-field-bsde", "--perturb", "weather"], /perturb = "weather": must be some of terminal/],
      [["mean-field-bsde", "--k", "0"], /--k 0: must be a whole number of at least 1/],
      [["nonlinear-bsde"], /linear driver/],
      [["systemic-risk"], /no table of stability for the family linear-quadratic/],
    ] as const) {
      const { code, stdout, stderr } = await meanfield("stability", ...args, "--no-save");
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr.trim().split("\n").length).toBe(1);
      expect(stderr).toMatch(message);
    }
  }, 60_000);
});

interface Solved {
  readonly certificate: Readonly<Record<string, number | null>>;
  readonly quantities: Readonly<Record<string, unknown>>;
}

interface Rates {
  readonly columns: readonly {
    readonly name: string;
    readonly slope: { readonly slope: number };
    readonly theory: number;
  }[];
}

describe("backward systems on the command line", () => {
  it("solves N players and the limit with certificates", async () => {
    for (const players of [[], ["--players", "10"], ["--players", "1"]]) {
      const document = await json<Solved>("solve", "mean-field-bsde", ...players, "--no-save");
      expect(document.certificate["exactError"]).toBeLessThan(1e-11);
      expect(document.certificate["residual"]).toBeLessThan(1e-11);
      expect(Object.keys(document.quantities)).toEqual(
        expect.arrayContaining(["Y0", "Z0", "Y_mean", ...(players.length === 0 ? [] : ["error_Y", "error_Z"])]),
      );
    }
  }, 60_000);

  it("propagates chaos backward, and forward and backward, from 2 to 10⁴ players", async () => {
    for (const game of ["mean-field-bsde", "log-normal-bsde", "systemic-risk-fbsde"]) {
      const asked = `chaos ${game} --players 2,10,100,1000,10000 --repeats 0 --no-save`;
      const { columns } = await json<Rates>(...asked.split(" "));
      expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(["error_Y", "error_Z"]));
      // Entropies bend over few players, and the empirical law of a normal sample falls like ln ln N/N.
      for (const { name, slope, theory } of columns)
        expect(Math.abs(slope.slope - theory)).toBeLessThan(name.startsWith("error_") ? 0.06 : 0.15);
    }
  }, 60_000);
});
