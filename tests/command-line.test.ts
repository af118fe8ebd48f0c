/** The command line as a person runs it: the built command in a process of its own, in an empty folder. */
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { folder, root, start } from "./running.testing.ts";
import type { Finished } from "./running.testing.ts";

/** @param interrupt milliseconds after which the process gets an interrupt */
function meanfield(args: readonly string[], interrupt?: number): Promise<Finished> {
  return start(args, (child) => {
    if (interrupt !== undefined) setTimeout(() => child.kill("SIGINT"), interrupt);
  });
}

interface Document {
  readonly outcome: string;
  readonly certificate: Readonly<Record<string, number | null>>;
  readonly quantities: Readonly<Record<string, number & { readonly t: number[]; readonly value: number[] }>>;
  readonly parameters: Readonly<Record<string, number>>;
  readonly run: string | null;
  readonly [name: string]: unknown;
}

async function json(...args: string[]): Promise<Document> {
  const { code, stdout, stderr } = await meanfield([...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Document;
}

interface Reference {
  readonly records: readonly { readonly id: string; readonly value: number; readonly suggested_tol: number }[];
}

/** The published value of one record, with its tolerance. */
function reference(file: string, id: string): { value: number; tolerance: number } {
  const { records } = JSON.parse(readFileSync(join(root, "tests/reference", `${file}.json`), "utf8")) as Reference;
  const record = records.find((candidate) => candidate.id === id);
  if (record === undefined) throw new Error(`no record ${id}`);
  return { value: record.value, tolerance: record.suggested_tol };
}

function within(actual: number, { value, tolerance }: { value: number; tolerance: number }): void {
  expect(Math.abs(actual - value)).toBeLessThanOrEqual(tolerance);
}

describe("solve", () => {
  it("gives the reference's numbers at exactly the points asked for", async () => {
    const { quantities, certificate, run } = await json("solve", "systemic-risk", "--at", "t=0,0.5", "--no-save");
    expect(run).toBeNull();
    expect(quantities["eta"]?.t).toEqual([0, 0.5]);
    within(quantities["eta"].value[0], reference("systemic-risk", "s1_systemic_nocommon.A.eta_mfg.t0T"));
    expect(certificate["exploitability"]).toBeLessThan(1e-20);
    expect(certificate["exactError"]).toBeLessThan(1e-10);
  });

  it("answers for finitely many players", async () => {
    const { quantities } = await json(
      "solve",
      "energy-transition",
      "--players",
      "10",
      "--information",
      "open-loop",
      "--no-save",
    );
    expect(quantities["control_0"]).toBeCloseTo(-0.3880409279, 9);
  });

  it("leaves a whole run folder", async () => {
    const { run } = await json("solve", "price-impact");
    const path = join(folder, String(run));
    expect(readdirSync(path).toSorted()).toEqual(["arrays.npz", "figures", "report.html", "run.json", "trace.csv"]);
    const stored = JSON.parse(readFileSync(join(path, "run.json"), "utf8")) as Document;
    expect(stored).toMatchObject({ command: "solve", game: "price-impact", outcome: "converged", run });
    expect(stored["environment"]).toMatchObject({ node: process.versions.node });
    const arrays = unzipSync(readFileSync(join(path, "arrays.npz")));
    expect(Object.keys(arrays)).toEqual(
      expect.arrayContaining(["A.npy", "A_t.npy", "cost.npy", "exact_A.npy", "strategy_gain.npy"]),
    );
    const figures = readdirSync(join(path, "figures"));
    expect(figures).toEqual(expect.arrayContaining(["flow.svg", "flow.png"]));
    for (const figure of figures) expect(readFileSync(join(path, "figures", figure)).length).toBeGreaterThan(1000);
    const page = readFileSync(join(path, "report.html"), "utf8");
    expect(page).not.toMatch(/(src|href)=["']?https?:|@import|<script/);
    expect(page).toContain("<math");
  });

  it("keeps quantities as arrays on the axes that go with them, and the solver's grid beside", async () => {
    const grid = ["--option", "points=16", "--option", "steps=8"];
    const { run, quantities } = await json("solve", "congestion", ...grid);
    const arrays = unzipSync(readFileSync(join(folder, String(run), "arrays.npz")));
    const shape = (name: string): string =>
      /'shape': \((.*?)\)/.exec(new TextDecoder().decode(arrays[`${name}.npy`].subarray(10, 128)))?.[1] ?? "none";
    const { axes } = quantities["density"] as unknown as { axes: Readonly<Record<string, readonly number[]>> };
    expect(shape("density")).toBe(`${axes["t"].length}, ${axes["x"].length}`);
    expect(shape("density_t")).toBe(`${axes["t"].length},`);
    expect(shape("density_x")).toBe(`${axes["x"].length},`);
    expect(shape("grid_density")).toBe("9, 16");
    expect(shape("grid_drift_x")).toBe("8, 16");
  });

  it("solves a person's own game from its file", async () => {
    cpSync(join(root, "docs/examples/flocking.ts"), join(folder, "my-game.ts"));
    const { quantities, certificate } = await json("solve", "./my-game.ts", "--set", "T=1", "--at", "t=0", "--no-save");
    expect(quantities["gain"]?.value[0]).toBeCloseTo(Math.tanh(1), 10);
    expect(certificate["exactError"]).toBeLessThan(1e-10);
  });

  it("solves a person's own diffusion game, and says what is wrong with one", async () => {
    const source = readFileSync(join(root, "docs/examples/crowding.ts"), "utf8");
    writeFileSync(join(folder, "my-crowd.ts"), source);
    const grid = ["--option", "points=21", "--option", "steps=10", "--no-save"];
    const { quantities, certificate } = await json(
      "solve",
      "./my-crowd.ts",
      "--at",
      "t=0,1",
      "--at",
      "x=0.25",
      ...grid,
    );
    expect(quantities["density"]?.value[0]).toBeCloseTo(4, 12);
    expect(quantities["mean"]?.value).toHaveLength(2);
    expect(Math.abs(Number(certificate["exploitability"]))).toBeLessThan(1e-10);
    for (const [part, mistake, message] of [
      ["4 * Math.sin", "3 * Math.sin", 'model.initial = "a density of mass 0.75": must be of mass 1'],
      ["0.5 * walk ** 2", "-0.5 * walk ** 2", "convex in the control"],
      ["sees: { nearby: true }", "sees: {}", "model.running.sees.nearby"],
    ]) {
      writeFileSync(join(folder, "my-crowd.ts"), source.replace(part, mistake));
      const { code, stderr } = await meanfield(["solve", "./my-crowd.ts", ...grid]);
      expect(stderr).toContain(message);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(code).toBe(2);
    }
  });

  it("solves a person's own backward system, in the limit and for three players", async () => {
    cpSync(join(root, "docs/examples/ambiguity.ts"), join(folder, "my-system.ts"));
    const alone = await json("solve", "./my-system.ts", "--preset", "alone", "--no-save");
    // The data are smooth and the exposure positive, so that the grid gives eleven digits.
    expect(alone.certificate["exactError"]).toBeLessThan(1e-10);
    const ask = ["solve", "./my-system.ts", "--no-save", "--option", "steps=16"];
    const [limit, three] = await Promise.all([
      json(...ask, "--solver", "donsker-tree"),
      json(...ask, "--players", "3"),
    ]);
    // On the same walk the difference is that of the laws alone, and of order 1/N.
    const gap = Math.abs(Number(three.quantities["Y0"]) - Number(limit.quantities["Y0"]));
    expect(gap).toBeGreaterThan(1e-3);
    expect(gap).toBeLessThan(0.05);
  });

  it.each([
    [/state: 1, mean: -1/, "stat: 1, mean: -1", "stat"],
    [/real\(1, "Weight/, 'real(-1, "Weight', "parameters.beta = -1"],
    [/ {2}build:/, "  biuld:", "build"],
    [/const space = layout\(1, 1\);/, 'throw new Error("oops");', "./my-game.ts, line 3"],
    [/export default flocking;/, "export default", "cannot be loaded"],
  ])("says what is wrong with a person's own game: %s → %s", async (part, mistake, message) => {
    const source = readFileSync(join(root, "docs/examples/flocking.ts"), "utf8");
    writeFileSync(join(folder, "my-game.ts"), source.replace(part, mistake));
    const { code, stdout, stderr } = await meanfield(["solve", "./my-game.ts", "--no-save"]);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("reads a configuration file", async () => {
    writeFileSync(join(folder, "study.yaml"), "preset: B\nparameters: { T: 0.5 }\n");
    const { parameters } = await json("solve", "systemic-risk", "--config", "study.yaml", "--no-save");
    expect(parameters).toMatchObject({ q: 10, T: 0.5 });
  });

  it("says so, exits with 3 and writes what it has where a method does not converge", async () => {
    const args = ["solve", "trade-crowding", "--solver", "fictitious-play", "--max-iterations", "5", "--json"];
    const { code, stdout } = await meanfield(args);
    expect(code).toBe(3);
    const document = JSON.parse(stdout) as Document;
    expect(document).toMatchObject({ outcome: "iteration-limit", iterations: 5 });
    expect(document.certificate["exploitability"]).toBeGreaterThan(0);
    expect(existsSync(join(folder, document.run as string, "trace.csv"))).toBe(true);
  });

  it("prints words a person can read, and no colour into a pipe", async () => {
    const { code, stdout, stderr } = await meanfield(["solve", "systemic-risk"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("exploitability");
    expect(stdout).toMatch(/report {2}runs\/.*report\.html/);
    expect(stdout).not.toContain("\u001B");
  });
});

describe("bad input", () => {
  it.each([
    [["solve", "sistemic-risk"], "did you mean systemic-risk?"],
    [["solve", "systemic-risk", "--set", "sgima=1"], "did you mean sigma?"],
    [["solve", "systemic-risk", "--set", "sigma=-1"], "sigma = -1: must be a number in"],
    [["solve", "systemic-risk", "--set", "sigma=NaN"], "sigma"],
    [["solve", "systemic-risk", "--preset", "Z"], "preset"],
    [["solve", "systemic-risk", "--out", "/dev/null/runs"], "--out /dev/null/runs: cannot be written"],
    [["solve", "systemic-risk", "--at", "u=1"], "--at u"],
    [["solve", "systemic-risk-common-noise", "--set", "eps=0.1"], "eps"],
    [
      [
        "solve",
        "energy-transition",
        "--set",
        "s=1.8",
        "--set",
        "q=2",
        "--set",
        "S=0.5",
        "--set",
        "Q=1",
        "--set",
        "T=3",
      ],
      "1.53942142990",
    ],
    [["solve", "./no-such-game.ts"], "no such file"],
    [["solve", "systemic-risk", "--solver", "picrad"], "did you mean picard?"],
    [["solve", "systemic-risk", "--players", "1"], "players = 1"],
    [["solve", "systemic-risk", "--players", "1.5"], "--players 1.5"],
    [["solve", "systemic-risk", "--information", "open-loop"], "needs --players"],
    [["compare", "systemic-risk", "--vary", "a=0:1:1000000000"], "at most"],
    [["solve", "systemic-risk", "--out", ""], "--out"],
    [["solve", "systemic-risk", "--config", "none.yaml"], "none.yaml"],
    [["chaos", "systemic-risk", "--players", "10,10"], "different"],
    [["stability", "mean-field-bsde", "--repeats", "1"], "at least 2"],
    [["simulate", "systemic-risk", "--strategy", "nahs"], "--strategy nahs"],
    [["report", "."], "not a run folder"],
    [["solev", "systemic-risk"], "Did you mean solve?"],
    [["solve", "systemic-risk", "--sed", "1"], "--seed"],
    [["solve"], "missing required argument"],
  ])("%j: one clear line, exit code 2, nothing written", async (args, message) => {
    const { code, stdout, stderr } = await meanfield(args);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(2);
    // The folder for runs may have been made; no run, whole or half, is in it.
    expect(existsSync(join(folder, "runs")) ? readdirSync(join(folder, "runs")) : []).toEqual([]);
  });
});

describe("simulate", () => {
  const small = ["simulate", "systemic-risk", "--preset", "B", "--players", "10", "--paths", "400", "--steps", "50"];

  it("is the same for the same seed and any number of threads, and differs for another", async () => {
    const [first, again, other] = await Promise.all([
      json(...small, "--no-save"),
      json(...small, "--no-save", "--threads", "2"),
      json(...small, "--no-save", "--seed", "1"),
    ]);
    expect(again.quantities).toEqual(first.quantities);
    expect(other.quantities["cost"]).not.toBe(first.quantities["cost"]);
  });

  it("takes a strategy from a run folder", async () => {
    const { run } = await json("solve", "systemic-risk", "--preset", "B", "--players", "10");
    const [named, stored] = await Promise.all([
      json(...small, "--strategy", "nash", "--no-save"),
      json(...small, "--strategy", run as string, "--no-save"),
    ]);
    expect(stored.quantities).toEqual(named.quantities);
  });

  it("keeps what was computed when interrupted", async () => {
    const args = ["simulate", "systemic-risk", "--players", "1000", "--paths", "1000000", "--json"];
    const { code, stdout } = await meanfield(args, 2500);
    expect(code).toBe(130);
    const document = JSON.parse(stdout) as Document;
    expect(document.outcome).toBe("aborted");
    expect(document["paths"]).toBeGreaterThan(0);
    expect(existsSync(join(folder, document.run as string, "run.json"))).toBe(true);
  });
});

it("chaos of two sizes has a slope and no interval, of one repetition no standard error", async () => {
  const asked = ["chaos", "linear-network", "--players", "10,20", "--no-save"] as const;
  const { columns } = await json(...asked, "--repeats", "1");
  expect(columns).not.toHaveLength(0);
  for (const { slope, standardError } of columns as { slope: object; standardError?: number[] }[]) {
    expect(Object.keys(slope)).toEqual(["slope"]);
    expect(standardError).toBeUndefined();
  }
  expect(JSON.stringify(columns)).not.toContain("null");
  const { stdout } = await meanfield([...asked, "--repeats", "2"]);
  expect(stdout).toMatch(/slope_error_flow +\S+ +— /);
  expect(stdout).not.toContain("Infinity");
});

it("chaos fits the rates of the theory", async () => {
  const { columns } = await json("chaos", "systemic-risk", "--players", "10,100,1000", "--repeats", "0", "--no-save");
  const slopes = Object.fromEntries(
    (columns as { name: string; slope: { slope: number } | null }[]).map(({ name, slope }) => [name, slope?.slope]),
  );
  expect(slopes["gain_gap"]).toBeCloseTo(-1, 1);
  expect(slopes["coupling_error"]).toBeCloseTo(-1, 1);
  expect(slopes["exploitability_empirical"]).toBeCloseTo(-2, 1);
  expect(slopes["exploitability_decentralised"]).toBeCloseTo(-1, 1);
});

it("compare puts several methods side by side, and varies a parameter", async () => {
  const methods = await json(
    "compare",
    "trade-crowding",
    "--solvers",
    "riccati,picard,direct-transcription",
    "--no-save",
  );
  const costs = (methods["rows"] as { scalars: { cost: number } }[]).map(({ scalars }) => scalars.cost);
  expect(costs).toHaveLength(3);
  for (const cost of costs) expect(cost).toBeCloseTo(costs[0], 8);
  const varied = await json("compare", "trade-crowding", "--vary", "h=0:1:3");
  expect(varied.quantities["cost_riccati"]).toMatchObject({ axes: { h: [0, 0.5, 1] } });
  expect(readdirSync(join(folder, varied.run as string, "figures"))).toContain("cost-against-h.svg");
});

it("compare keeps the rows it has when interrupted", async () => {
  const args = ["compare", "systemic-risk", "--vary", "sigma=0.1:1:900", "--json"];
  const { code, stdout } = await meanfield(args, 2500);
  expect(code).toBe(130);
  const document = JSON.parse(stdout) as Document;
  expect(document.outcome).toBe("aborted");
  const rows = document["rows"] as { outcome: string }[];
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.length).toBeLessThan(900);
  expect(existsSync(join(folder, String(document.run), "run.json"))).toBe(true);
});

it.each([
  ["solve", ["energy-transition", "--players", "3", "--information", "open-loop"]],
  [
    "simulate",
    ["energy-transition", "--players", "3", "--information", "open-loop", "--strategy", "nash", "--paths", "9"],
  ],
  ["chaos", ["energy-transition", "--players", "5,10", "--repeats", "7", "--steps", "9"]],
  // Repetitions of its own for each number of neurons.
  ["chaos", ["quadratic-network", "--players", "100,20000", "--set", "T=0.01"]],
  ["simulate", ["linear-network", "--players", "20", "--paths", "9"]],
  ["compare", ["trade-crowding", "--players", "3", "--information", "open-loop", "--option", "nodes=20"]],
])("%s gives the same numbers again from its run.json", async (name, args) => {
  const first = await json(name, ...args);
  const again = await json(name, args[0], "--config", join(String(first.run), "run.json"), "--no-save");
  expect(again.quantities).toEqual(first.quantities);
  expect(again["information"]).toEqual(first["information"]);
});

it("simulate leaves nothing behind when an axis is misspelt", async () => {
  const { code, stderr } = await meanfield(["simulate", "trade-crowding", "--paths", "5", "--at", "u=1"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--at u");
  expect(readdirSync(join(folder, "runs"))).toEqual([]);
});

it("lists, describes and completes", async () => {
  const { stdout: list } = await meanfield(["list", "games"]);
  expect(list).toContain("hotelling-resource");
  const { stdout: schema } = await meanfield(["describe", "systemic-risk", "--json-schema"]);
  expect(JSON.parse(schema)).toMatchObject({ type: "object", properties: { sigma: { type: "number", default: 0.3 } } });
  const { stdout: described } = await meanfield(["describe", "systemic-risk"]);
  expect(described).toContain("systemic_probability");
  // Solvers of other families have this name too.
  const { stdout: network } = await meanfield(["describe", "linear-network"]);
  expect(network.match(/^ {2}characteristics:/gm)).toHaveLength(1);
  const { stdout: completed } = await meanfield(["complete", "--", "solve", "hot"]);
  expect(completed).toContain("hotelling-resource");
});

it("lists runs and compares them", async () => {
  await json("solve", "trade-crowding");
  await json("solve", "trade-crowding", "--set", "h=0.5");
  const { stdout: runs } = await meanfield(["runs", "--json"]);
  const paths = (JSON.parse(runs) as { run: string }[]).map(({ run }) => run);
  expect(paths).toHaveLength(2);
  const { stdout, code } = await meanfield(["report", ...paths]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/\bh +1 +0\.5/);
});
