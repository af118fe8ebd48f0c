import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "./catalogue.ts";
import { describeParameters, parseParameters, real, whole } from "./core/parameters.ts";
import { runSolver, prepare } from "./laboratory.ts";
import type { Preparation, SolveRequest } from "./laboratory.ts";
import { tryOptions, tuning } from "./tuning.ts";
import type { Trial, Tried, Tuning, TuningPlan } from "./tuning.ts";

function prepared(id: string, request: SolveRequest): Preparation {
  const game = catalogue.games.find((candidate) => candidate.id === id);
  if (game === undefined) throw new Error(`no game ${id}`);
  return prepare(catalogue, game, request);
}

/** The whole conversation, each batch answered from its end, and after so many runs no more. */
async function tuned(
  preparation: Preparation,
  plan: TuningPlan,
  fixed: readonly string[] = [],
  most = Infinity,
): Promise<Tuning> {
  const steps = tuning(preparation, plan, fixed);
  let done = 0;
  let next = steps.next();
  while (next.done !== true) {
    const results: Tried[] = [];
    for (const trial of next.value.toReversed()) {
      const tried = done++ < most ? await tryOptions(preparation, trial) : undefined;
      if (tried !== undefined) results.push(tried);
    }
    next = steps.next(results);
  }
  return next.value;
}

/** Answers every run by what a function of its options says it scores. */
function imagined(steps: ReturnType<typeof tuning>, score: (options: Trial["options"]) => number | null) {
  const batches: Trial[][] = [];
  let next = steps.next();
  while (next.done !== true) {
    batches.push([...next.value]);
    next = steps.next(
      next.value.map((trial): Tried => ({
        ...trial,
        outcome: "iteration-limit",
        reason: "imagined",
        taken: trial.iterations,
        score: score(trial.options),
        measure: "exploitability",
      })),
    );
  }
  return { batches, found: next.value };
}

const prior = prepared("rock-paper-scissors", { solver: "prior-descent" });

describe("successive halving", () => {
  it("gives the best third three times the iterations, and keeps the options as given to the end", () => {
    // The best temperature is 30; the given one, 0, is made the worst of all.
    const { batches, found } = imagined(tuning(prior, { runs: 27, iterations: 300 }, []), ({ eta }) =>
      Math.abs(Math.log(Math.max(1e-9, Number(eta)) / 30)),
    );
    expect(batches.map(({ length }) => length)).toEqual([27, 10, 5]);
    expect(batches.map(([{ iterations }]) => iterations)).toEqual([34, 100, 300]);
    for (const batch of batches) expect(batch.find(({ trial }) => trial === 0)?.options).toEqual(prior.options);
    // 26 values over five decades lie less than a factor of 1.6 apart; so the nearest is within its square.
    expect(Math.abs(Math.log(Number(found.best?.options["eta"]) / 30))).toBeLessThan(2 * Math.log(1.6));
    expect(found.tried.length).toBe(27);
    expect(found.interrupted).toBe(false);
  });

  it("has no best where nothing has a score, and lets nothing without one go on but the options as given", () => {
    const { batches, found } = imagined(tuning(prior, { runs: 9, iterations: 90 }, []), () => null);
    expect(found.best).toBeUndefined();
    expect(batches.map(({ length }) => length)).toEqual([9, 1, 1]);
  });

  it("tries different values within the declared range, spread evenly in it, and the same for the same seed", () => {
    const [first, second] = [0, 0].map(
      () => imagined(tuning(prior, { runs: 50, iterations: 9 }, []), () => 1).batches[0],
    );
    expect(first).toEqual(second);
    const inner = first.slice(1).map(({ options }) => Number(options["n_inner"]));
    expect(new Set(first.map(({ options }) => JSON.stringify(options))).size).toBe(50);
    expect(inner.every((value) => Number.isInteger(value) && value >= 0 && value <= 100)).toBe(true);
    // An eighth of them is the 0 that stands for never; half of the others lie below the root of 100.
    expect(inner.filter((value) => value === 0).length).toBeCloseTo(49 / 8, -0.8);
    expect(inner.filter((value) => value > 0 && value < 10).length).toBeGreaterThan(15);
    expect(inner.filter((value) => value >= 10).length).toBeGreaterThan(15);
    const other = imagined(tuning({ ...prior, seed: 1 }, { runs: 50, iterations: 9 }, []), () => 1).batches[0];
    expect(other).not.toEqual(first);
  });

  it("tries as many as there are where there are few", () => {
    const few = z.object({ width: whole(1, "width", { minimum: 1, maximum: 3, tunable: { from: 1, to: 3 } }) });
    const preparation = { ...prior, solver: { ...prior.solver, options: few }, options: parseParameters(few, {}) };
    const { found } = imagined(tuning(preparation, { runs: 27, iterations: 9 }, []), ({ width }) => Number(width));
    expect(found.tried.map(({ options }) => options)).toEqual([{ width: 1 }, { width: 2 }, { width: 3 }]);
  });

  it("leaves alone what was given, and says where nothing is left", () => {
    const asked = prepared("rock-paper-scissors", { solver: "prior-descent", options: { n_inner: 7 } });
    const { found } = imagined(tuning(asked, { runs: 9, iterations: 9 }, ["n_inner"]), () => 1);
    expect(found.searched).toEqual(["eta"]);
    expect(found.tried.every(({ options }) => options["n_inner"] === 7)).toBe(true);
    expect(() => tuning(asked, { runs: 9, iterations: 9 }, ["n_inner", "eta"]).next()).toThrow(
      "nothing is left to tune: eta, n_inner of prior-descent are all given",
    );
    const none = z.object({ tolerance: real(1e-6, "tolerance") });
    const bare = { ...prior, solver: { ...prior.solver, options: none } };
    expect(() => tuning(bare, { runs: 9, iterations: 9 }, []).next()).toThrow("prior-descent has no options to tune");
    expect(() => tuning(prior, { runs: 1, iterations: 9 }, []).next()).toThrow("tune-runs = 1");
    expect(() => tuning(prior, { runs: 2, iterations: 0.5 }, []).next()).toThrow("tune-iterations = 0.5");
  });
});

describe("tuning a solver", () => {
  it("keeps every option, so that the best solve again scores what it scored", async () => {
    const asked = prepared("rock-paper-scissors", { solver: "prior-descent", options: { eta: 10, n_inner: 90 } });
    const { best, searched } = await tuned(asked, { runs: 12, iterations: 90 }, ["eta"]);
    expect(searched).toEqual(["n_inner"]);
    const options = best?.options ?? {};
    expect(options).toEqual({ ...asked.options, n_inner: options["n_inner"] });
    expect(options["n_inner"]).not.toBe(asked.options["n_inner"]);
    const again = prepared("rock-paper-scissors", {
      solver: "prior-descent",
      options,
      maximumIterations: best?.taken ?? 0,
    });
    const { candidate } = await runSolver(again);
    expect(again.wing.certify(again.model, again.question, candidate).exploitability).toBe(best?.score);
  });

  it("scores nothing that diverged", async () => {
    // With steps of 1e308 the policy is no number after one of them.
    const steps = prepared("rock-paper-scissors", { solver: "online-mirror-descent" });
    const wild = { ...steps.options, alpha: 1e308 };
    const tried = await tryOptions(steps, { trial: 1, options: wild, iterations: 50 });
    expect(tried).toMatchObject({ outcome: "diverged", score: null, measure: null });
    expect(tried?.reason).toContain("the policy is no number");
  });

  it("prefers the sooner of those that converge, whatever they score", async () => {
    const { tried } = await tuned(prepared("left-right", { solver: "online-mirror-descent" }), {
      runs: 12,
      iterations: 200,
    });
    const outcomes = tried.map(({ outcome }) => outcome);
    expect(outcomes.slice(0, 3)).toEqual(["converged", "converged", "converged"]);
    expect(outcomes.lastIndexOf("converged")).toBe(outcomes.filter((outcome) => outcome === "converged").length - 1);
    const taken = tried.filter(({ outcome }) => outcome === "converged").map((one) => one.taken);
    expect(taken).toEqual(taken.toSorted((one, other) => one - other));
  });

  it("returns what it has where it is stopped", async () => {
    const { tried, interrupted, best } = await tuned(prior, { runs: 27, iterations: 90 }, [], 5);
    expect(interrupted).toBe(true);
    expect(tried.length).toBe(5);
    expect(best?.score).toBe(Math.min(...tried.map(({ score }) => score ?? Infinity)));
  });

  it("has ranges that the options' own allow", () => {
    const searched = catalogue.solvers.flatMap(({ name, options }) =>
      Object.entries(describeParameters(options)).flatMap(([option, { tunable }]) =>
        tunable === undefined ? [] : [{ name, option, options, tunable }],
      ),
    );
    expect(searched.length).toBeGreaterThan(20);
    for (const { name, option, options, tunable } of searched) {
      const ends = [tunable.from, tunable.to, ...(tunable.also ?? [])];
      const read = ends.map((value) => parseParameters(options, { [option]: value })[option]);
      expect(read, `${name} ${option}`).toEqual(ends);
    }
  });
});
