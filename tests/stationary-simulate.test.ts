/** Stationary games with finitely many players, as a person plays them: the built command in a process of its own. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folder, start } from "./running.testing.ts";
import type { Finished } from "./running.testing.ts";

function meanfield(...args: readonly string[]): Promise<Finished> {
  return start(args);
}

interface Document {
  readonly run: string | null;
  readonly scheme: string;
  readonly players: number | readonly number[];
  readonly certificate: Readonly<Record<string, number | null>>;
  readonly estimates: Readonly<Record<string, { readonly mean: number; readonly standardError: number }>>;
  readonly quantities: Readonly<Record<string, number & { readonly t: readonly number[] }>>;
  readonly exact: Readonly<Record<string, number>>;
  readonly columns: readonly { readonly name: string; readonly slope: { readonly slope: number } | null }[];
}

async function json(...args: readonly string[]): Promise<Document> {
  const { code, stdout, stderr } = await meanfield(...args, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Document;
}

const small = ["--players", "50", "--paths", "40", "--steps", "60"] as const;

it("simulates the equilibrium, with a report that a person can look at", async () => {
  const { run, scheme, quantities, exact, certificate, estimates } = await json("simulate", "malware-spread", ...small);
  expect(scheme).toBe("exact-chain");
  expect(certificate["exploitability"]).toBeNull();
  expect(exact["mean_field"]).toBeCloseTo(0.3458541887, 9);
  expect(exact["newcomer_performance"]).toBeCloseTo(-3.8865044402, 9);
  const { mean, standardError } = estimates["mean_field"];
  expect(Math.abs(mean - exact["mean_field"])).toBeLessThan(4 * standardError);
  expect(quantities["deviation_gain"]).toBeCloseTo(0, 12);
  expect(quantities["mean_field_path"].t).toHaveLength(61);
  const path = join(folder, String(run));
  expect(readdirSync(join(path, "figures")).toSorted()).toEqual([
    "mean-field.png",
    "mean-field.svg",
    "sample-paths.png",
    "sample-paths.svg",
  ]);
  expect(readFileSync(join(path, "figures/mean-field.svg"), "utf8")).toContain("stationary");
  const again = await json("simulate", "malware-spread", "--config", join(String(run), "run.json"), "--no-save");
  expect(again.quantities).toEqual(quantities);
});

it("plays the social optimum, a solved run and policies that have a name; and says what it cannot play", async () => {
  const grid = ["--set", "n=11", ...small] as const;
  const planner = await json("simulate", "malware-spread", ...grid, "--strategy", "planner", "--no-save");
  expect(planner.exact["mean_field"]).toBeCloseTo(0.286676171, 7);
  expect(planner.exact["deviation_gain"]).toBeGreaterThan(0.05);
  const { run } = await json("solve", "malware-spread", "--set", "n=11", "--concept", "social-optimum");
  const solved = await json("simulate", "malware-spread", ...grid, "--strategy", String(run), "--no-save");
  expect(solved.quantities).toEqual(planner.quantities);
  const uniform = await json("simulate", "malware-spread", ...grid, "--strategy", "uniform", "--no-save");
  expect(uniform.exact["newcomer_performance"]).toBeCloseTo(-4.39247311827957, 12);
  for (const [args, message] of [
    [["--strategy", "nash"], "strategy = nash: no solver is known for 50 players of malware-spread"],
    [["--strategy", "decentralised"], "must be one of equilibrium, planner, zero, uniform, or a run folder"],
    [["--strategy", String(run), "--set", "n=5"], "a table of 22 probabilities, this game has 5 states"],
    [["--players", "0"], "--players 0"],
  ] as const) {
    const { code, stdout, stderr } = await meanfield("simulate", "malware-spread", ...grid, ...args, "--no-save");
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  }
});

it("fits the rates of the theory", async () => {
  const { columns, players, run } = await json("chaos", "malware-spread", "--players", "100,1000,10000");
  expect(players).toEqual([100, 1000, 10_000]);
  const slopes = Object.fromEntries(columns.map(({ name, slope }) => [name, slope?.slope]));
  expect(Math.abs((slopes["mean_field_error"] ?? 0) + 0.5)).toBeLessThan(0.1);
  expect(Math.abs((slopes["law_error"] ?? 0) + 0.5)).toBeLessThan(0.1);
  expect(slopes["deviation_gain"]).toBeCloseTo(-2, 2);
  expect(readdirSync(join(folder, String(run), "figures"))).toEqual(
    expect.arrayContaining(["law-error.png", "mean-field-error.png", "deviation-gain.png"]),
  );
});
