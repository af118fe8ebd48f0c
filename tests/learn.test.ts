/** `meanfield learn` as a person runs it: the built command in a process of its own, in an empty folder. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, root, start } from "./running.testing.ts";
import type { Finished } from "./running.testing.ts";

/** A game with a wing and learners of its own, as a person's file would bring them. */
const guessing = join(root, "packages/meanfield/src/guessing-game.testing.ts");

/** @param stop sent to the process once its first checkpoint is there */
function meanfield(args: readonly string[], stop?: NodeJS.Signals): Promise<Finished> {
  return start(args, (child) => {
    if (stop === undefined) return;
    const timer = setInterval(() => {
      if (checkpoint() === undefined) return;
      clearInterval(timer);
      child.kill(stop);
    }, 20);
  });
}

/** The checkpoint of a run that is not whole yet. */
function checkpoint(): string | undefined {
  const runs = join(folder, "runs");
  const name = existsSync(runs) ? readdirSync(runs).find((entry) => entry.endsWith(".checkpoint.json")) : undefined;
  return name === undefined ? undefined : join("runs", name);
}

interface Document {
  readonly outcome: string;
  readonly reason: string;
  readonly concept: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly certificate: Readonly<Record<string, number | null>>;
  readonly quantities: Readonly<Record<string, number & { readonly axes: unknown; readonly value: number[] }>>;
  readonly exact: Readonly<Record<string, number>>;
  readonly targets: readonly { readonly value: number }[];
  readonly trace: readonly Readonly<Record<string, number>>[];
  readonly run: string | null;
  readonly seconds: number;
}

async function json(...args: string[]): Promise<Document> {
  const { code, stdout, stderr } = await meanfield([...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Document;
}

/** What must be equal where the same was learned: all but the time it took and where it was kept. */
function timeless({ options, ...rest }: Document): unknown {
  return { ...rest, options: { ...options, pause: 0 }, seconds: 0, run: null };
}

/** Hints that take their time, so that a run can be stopped in the middle of them. */
const slowly = ["--option", "pause=20", "--option", "checkpoint-every=0.1", "--option", "iterations=50"];
/** The same hints at once. */
const quickly = ["--option", "pause=0"];

describe("a person's own game with learners of its own", () => {
  it("is learned the same on one thread and on two", async () => {
    const args = ["learn", guessing, "--option", "runs=3", "--no-save"];
    const [one, two] = await Promise.all([json(...args, "--threads", "1"), json(...args, "--threads", "2")]);
    expect(timeless(two)).toEqual(timeless(one));
    expect(one.quantities["threshold_runs"].value).toHaveLength(3);
    expect(one.run).toBeNull();
  });

  it.each(["1", "2"])("keeps what was learned when interrupted, and goes on from it: %s threads", async (threads) => {
    const args = ["learn", guessing, "--option", "runs=2", ...slowly];
    const { code, stdout, stderr } = await meanfield([...args, "--threads", threads, "--json"], "SIGINT");
    expect(stderr).toBe("");
    expect(code).toBe(130);
    const stopped = JSON.parse(stdout) as Document;
    expect(stopped.outcome).toBe("aborted");
    expect(stopped.trace.length).toBeGreaterThan(0);
    expect(stopped.trace.length).toBeLessThan(100);
    const run = stopped.run as string;
    // The checkpoint beside the run has gone into its folder.
    expect(readdirSync(join(folder, "runs"))).toEqual([run.slice("runs/".length)]);
    expect(readdirSync(join(folder, run)).toSorted()).toEqual([
      "arrays.npz",
      "checkpoint.json",
      "figures",
      "report.html",
      "run.json",
      "trace.csv",
    ]);
    const resumed = await json("learn", guessing, "--resume", run, "--no-save");
    expect(timeless(resumed)).toEqual(timeless(await json(...args, ...quickly, "--no-save")));
  });

  it("goes on from the file that a killed process left, with more runs and iterations", async () => {
    const args = ["learn", guessing, "--option", "runs=2", ...slowly, "--threads", "2"];
    const { code } = await meanfield(args, "SIGKILL");
    expect(code).toBeNull();
    const more = ["--max-iterations", "60", "--option", "runs=3", "--no-save"];
    const resumed = await json("learn", guessing, "--resume", String(checkpoint()), ...more);
    expect(timeless(resumed)).toEqual(timeless(await json(...args, ...quickly, ...more)));
  });

  it("refuses to go on with something else, in one line", async () => {
    const { run } = await json("learn", guessing, "--seed", "4", "--set", "shift=1");
    for (const [args, message] of [
      [["--set", "shift=2"], "shift = 2: must be 1, as in the run that is resumed"],
      [["--seed", "5"], "seed = 5: must be 4"],
      [["--concept", "social-optimum"], "concept"],
      [["--max-iterations", "10"], "max-iterations = 10: must be at least 20"],
    ] as const) {
      const { code, stdout, stderr } = await meanfield(["learn", guessing, "--resume", run as string, ...args]);
      expect(stderr).toContain(message);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(stdout).toBe("");
      expect(code).toBe(2);
    }
    expect(readdirSync(join(folder, "runs"))).toHaveLength(1);
  });

  it("exits with 3 and writes what it has where the tolerance is out of reach or a run diverges", async () => {
    for (const [args, outcome] of [
      [["--tolerance", "1e-9"], "iteration-limit"],
      [["--option", "runs=3", "--option", "breaks=1"], "diverged"],
    ] as const) {
      const { code, stdout } = await meanfield(["learn", guessing, ...args, "--json"]);
      expect(code).toBe(3);
      const document = JSON.parse(stdout) as Document;
      expect(document.outcome).toBe(outcome);
      expect(existsSync(join(folder, document.run as string, "run.json"))).toBe(true);
    }
  });

  it("gives the same again from its run.json", async () => {
    const first = await json("learn", guessing, "--preset", "far", "--option", "runs=2", "--concept", "social-optimum");
    const again = await json("learn", guessing, "--config", join(String(first.run), "run.json"), "--no-save");
    expect(timeless(again)).toEqual(timeless(first));
  });

  it("prints words a person can read", async () => {
    const { code, stdout, stderr } = await meanfield([
      "learn",
      guessing,
      "--option",
      "runs=2",
      "--at",
      "iteration=1,20",
    ]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("20 iterations of 2 runs, as planned: theta = ");
    expect(stdout).toMatch(/threshold +[\d.]+ +[\d.e-]+ +[\d.e-]+ +3\n/);
    expect(stdout).toContain("threshold_path(iteration=20)");
    expect(stdout).toMatch(/report {2}runs\/.*report\.html/);
  });
});

describe("malware-spread", () => {
  // A fifth of the work of the experiment, and of its precision.
  const experiment = ["learn", "malware-spread", "--option", "runs=6", "--max-iterations", "40"];
  const small = ["learn", "malware-spread", "--option", "runs=3", "--option", "repeats=10", "--no-save"];

  it.each([
    ["equilibrium", "nash", 0.4851620216],
    ["social-optimum", "planner", 0.212070931537],
  ])("is learned by its simulator alone: %s", async (concept, stored, threshold) => {
    const document = await json(...experiment, "--concept", concept);
    expect(document).toMatchObject({ concept: stored, game: "malware-spread", players: null, information: null });
    expect(document.exact["threshold"]).toBeCloseTo(threshold, 9);
    // After 40 iterations runs scatter by 0.018; the mean of six by 0.0075, of which four.
    expect(Math.abs(document.quantities["threshold"] - threshold)).toBeLessThan(0.03);
    expect(document.quantities["threshold_standard_error"]).toBeGreaterThan(0);
    expect(document.quantities["threshold_path"].value).toHaveLength(40);
    expect(document.targets.map(({ value }) => value)).toEqual([
      expect.closeTo(0.4851620216, 9),
      expect.closeTo(0.212070931537, 9),
    ]);
    const figures = readdirSync(join(folder, String(document.run), "figures"));
    for (const name of ["learned-thresholds", "learned-field", "exploitability-while-learning"]) {
      expect(figures).toContain(`${name}.svg`);
    }
    const page = readFileSync(join(folder, String(document.run), "report.html"), "utf8");
    expect(page).toMatch(/<code>threshold<\/code><\/th><td>0\.\d+ ± /);
    expect(page).not.toContain("threshold_standard_error");
  });

  it("is learned the same on one thread and on two", async () => {
    const args = [...small, "--set", "n=11", "--max-iterations", "5"];
    const [one, two] = await Promise.all([json(...args, "--threads", "1"), json(...args, "--threads", "2")]);
    expect(timeless(two)).toEqual(timeless(one));
  });

  it("goes on to the thresholds of a longer run", async () => {
    const thetas = ({ trace }: Document): unknown => trace.map(({ run, k, theta }) => [run, k, theta]);
    const { run } = await json(...small.slice(0, -1), "--max-iterations", "3");
    const longer = await json("learn", "malware-spread", "--resume", String(run), "--max-iterations", "6", "--no-save");
    expect(thetas(longer)).toEqual(thetas(await json(...small, "--max-iterations", "6")));
  });

  it("exits with 3 where the tolerance is out of reach", async () => {
    const { code, stdout } = await meanfield([...small, "--max-iterations", "3", "--tolerance", "1e-12", "--json"]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "iteration-limit" });
  });
});

describe("bad input", () => {
  it.each([
    [["learn", guessing, "--solver", "averging"], "did you mean averaging?"],
    [["learn", guessing, "--solver", "one-hint"], "it hears the planner only"],
    [["learn", guessing, "--option", "power=2"], "option power = 2: must be in (0.5, 1]"],
    [["learn", guessing, "--option", "rnus=2"], "did you mean runs?"],
    [["learn", guessing, "--option", "runs=0"], "option runs = 0"],
    [["learn", guessing, "--concept", "optimum"], "--concept"],
    [["learn", guessing, "--at", "iteration=21"], "--at iteration = 21"],
    [["learn", guessing, "--at", "iterations=2"], "--at iterations"],
    [["learn", guessing, "--threads", "0"], "--threads 0"],
    [["learn", guessing, "--resume", "runs/none"], "no such run folder"],
    [["learn", "malware-spread", "--option", "schedule=power", "--option", "power=0.5"], "Σα_k² < ∞"],
    [["learn", "malware-spread", "--option", "class=softmax"], "continuous"],
    [["learn", "malware-spread", "--solver", "q-learning"], "the learner q-learning cannot take this"],
    [["learn", "malware-spread", "--set", "n=11", "--solver", "q-lerning"], "did you mean q-learning?"],
    [["learn", "systemic-risk"], "systemic-risk cannot be learned"],
    [["learn", guessing, "--players", "3"], "--players"],
  ])("%j: one clear line, exit code 2, nothing written", async (args, message) => {
    const { code, stdout, stderr } = await meanfield(args);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(existsSync(join(folder, "runs")) ? readdirSync(join(folder, "runs")) : []).toEqual([]);
  });
});

it("describes learners with their options", async () => {
  const { stdout } = await meanfield(["describe", guessing]);
  expect(stdout).toContain("averaging: Averaging");
  // The game's own default.
  expect(stdout).toContain("--option gain=0.5");
  expect(stdout).toContain("--option runs=1");
  const { stdout: described } = await meanfield(["describe", guessing, "--json"]);
  // Ours do not know the simulator that the file's own wing makes.
  expect(JSON.parse(described)).toMatchObject({ learners: ["averaging", "one-hint"] });
});
