import { describe, expect, it } from "vitest";
import { catalogue as ours } from "./catalogue.ts";
import { InputError, RefusalError, describeParameters } from "./core/index.ts";
import type { Game, Wing } from "./core/index.ts";
import { guessing, guessingWing, learners } from "./guessing-game.testing.ts";
import { checkResumed, checkpointOf, readCheckpoint, resumeRequest } from "./learning-checkpoint.ts";
import { documentOfLearning, summarise } from "./learning-summary.ts";
import { fittingLearners, learnRun, learnStream, planOptions, prepareLearning } from "./learning.ts";
import type { LearnedRun, LearningPreparation } from "./learning.ts";
import type { Catalogue, SolveRequest } from "./laboratory.ts";

// As the catalogue does, the types of one game, wing and learner are let go.
const game = guessing as unknown as Game;
const parts: unknown = { games: [game], solvers: [], wings: [guessingWing], learners };
const catalogue = parts as Catalogue;
const prepared = (request: SolveRequest = {}): LearningPreparation => prepareLearning(catalogue, game, request);

/** Does a run to its end, or until so many steps have been taken. */
function done(preparation: LearningPreparation, run: number, from?: LearnedRun, most = Infinity): LearnedRun {
  const signal = { aborted: false };
  const steps = learnRun(preparation, run, { from, signal });
  for (let taken = 1; ; taken++) {
    const next = steps.next();
    if (next.done === true) return next.value;
    signal.aborted = taken >= most;
  }
}

function allRuns(preparation: LearningPreparation): LearnedRun[] {
  return Array.from({ length: preparation.plan.runs }, (_, run) => done(preparation, run));
}

const summary = (preparation: LearningPreparation, runs = allRuns(preparation)) =>
  summarise(preparation, runs, { seconds: 1 });

describe("prepareLearning", () => {
  it("takes the first learner that fits, the game's defaults over the learner's, and what is asked over both", () => {
    const { learner, options, plan, iterations, seed } = prepared();
    expect(learner.name).toBe("averaging");
    expect(options).toMatchObject({ gain: 0.5, iterations: 20 });
    expect(options).not.toHaveProperty("runs");
    expect(plan).toEqual({ runs: 1, "observe-every": 1, "trace-every": 1, "checkpoint-every": 5 });
    expect([iterations, seed]).toEqual([20, 0]);
    const asked = prepared({ options: { gain: 2, runs: 3, iterations: 9 }, maximumIterations: 7 });
    expect(asked.options).toMatchObject({ gain: 2, iterations: 7 });
    expect(asked.plan.runs).toBe(3);
  });

  it.each([
    [{ solver: "averging" }, "learner", "did you mean averaging?"],
    [{ options: { gian: 1 } }, "option gian", "did you mean gain?"],
    [{ options: { run: 3 } }, "option run", "did you mean runs?"],
    [{ options: { runs: 0 } }, "option runs", "a whole number in [1, 10000]"],
    [{ options: { "observe-every": 0.5 } }, "option observe-every", "a whole number"],
    [{ options: { power: 0.5 } }, "option power", "(0.5, 1]"],
    [{ maximumIterations: 0 }, "max-iterations", "at least 1"],
    [{ tolerance: -1 }, "tolerance", "positive"],
    [{ seed: 0.5 }, "seed", "whole"],
    [{ parameters: { shift: 11 } }, "shift", "a number in [-10, 10]"],
  ])("refuses %j, naming the field", (request: SolveRequest, field, message) => {
    const attempt = () => prepared(request);
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(new RegExp(`^${field} = `));
  });

  it("looks at what only the model tells twenty times a run unless told, however long it later goes on", () => {
    expect(prepared({ maximumIterations: 60 }).plan["observe-every"]).toBe(3);
    const short = prepared({ maximumIterations: 100 });
    const long = prepared(resumeRequest(checkpointOf(short, [], 0), game, { maximumIterations: 500 }));
    expect(long.plan["observe-every"]).toBe(5);
  });

  it("takes a schedule that breaks a condition where that is asked for", () => {
    expect(prepared({ options: { power: 0.5, unsafe: true } }).options["power"]).toBe(0.5);
  });

  it("refuses a learner that cannot take the question, and a game without simulator or learners", () => {
    expect(() => prepared({ solver: "one-hint" })).toThrow("one-hint cannot take this: it hears the planner only");
    const blind = { ...catalogue, wings: [{ ...guessingWing, environment: undefined } as unknown as Wing] };
    expect(() => prepareLearning(blind, game)).toThrow(RefusalError);
    const { learners: _, ...nobody } = catalogue;
    expect(() => prepareLearning(nobody, game)).toThrow("no learner takes this question");
  });

  it("knows which learners fit a question", () => {
    const fits = (concept: "nash" | "planner"): string[] =>
      fittingLearners(catalogue.learners ?? [], prepared({ question: { concept } })).map(({ name }) => name);
    expect(fits("nash")).toEqual(["averaging"]);
    expect(fits("planner")).toEqual(["averaging", "one-hint"]);
  });
});

it.each(ours.learners ?? [])(
  "the learner $name counts its iterations, and leaves the plan's options alone",
  ({ options }) => {
    const facts = describeParameters(options);
    expect(facts["iterations"]).toMatchObject({ kind: "whole", minimum: 1 });
    expect(Object.keys(facts).filter((name) => Object.hasOwn(planOptions.shape, name))).toEqual([]);
  },
);

it("learners have names of their own", () => {
  const names = (ours.learners ?? []).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe("learnRun", () => {
  it("gives a row an iteration, with what only the model tells at the iterations asked for", () => {
    const { rows, end } = done(prepared({ options: { "observe-every": 3, iterations: 7 } }), 2);
    expect(end).toBe("planned");
    expect(rows.map(({ k }) => k)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(rows.flatMap(({ k, exploitability }) => (exploitability === undefined ? [] : [k]))).toEqual([2, 5]);
    expect(rows.every(({ run }) => run === 2)).toBe(true);
  });

  it("keeps rows now and then where that is asked for, and what the model tells, and what ended the run", () => {
    const kept = (options: Record<string, unknown>, run = 0): unknown =>
      done(prepared({ options: { "trace-every": 6, "observe-every": 10, ...options } }), run).rows.map(
        ({ k }) => k + 1,
      );
    expect(kept({})).toEqual([6, 10, 12, 18, 20]);
    expect(kept({ breaks: 1 }, 1)).toEqual([4]);
    expect(kept({ iterations: 3 })).toEqual([]);
    const preparation = prepared({ options: { "trace-every": 6, runs: 2 }, maximumIterations: 7 });
    const { quantities, reason, iterations } = summary(preparation);
    expect(iterations).toBe(7);
    expect([...quantities["threshold_path"].axes[0].grid]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(reason).toMatch(/^7 iterations of 2 runs, as planned: theta = /);
    expect(prepared({ maximumIterations: 5000 }).plan["trace-every"]).toBe(5);
  });

  it("differs by run and by seed, and by nothing else", () => {
    const theta = (run: number, seed = 0): unknown => done(prepared({ seed }), run).rows.at(-1)?.["theta"];
    expect(theta(1)).toBe(theta(1));
    expect(new Set([theta(0), theta(1), theta(0, 1)]).size).toBe(3);
  });

  it("goes on to the same numbers, bit by bit, wherever it was stopped, and through JSON", () => {
    const preparation = prepared();
    const whole = done(preparation, 1);
    for (const most of [1, 7, 19]) {
      const part = done(preparation, 1, undefined, most);
      expect(part).toMatchObject({ end: "aborted", reason: `stopped by request after ${most} iterations` });
      const stored = readCheckpoint(JSON.parse(JSON.stringify(checkpointOf(preparation, [part], 1))));
      expect(done(preparation, 1, stored.runs[0])).toEqual(whole);
    }
  });

  it("goes on further where more iterations are asked for", () => {
    const short = done(prepared({ maximumIterations: 5 }), 0);
    const long = prepared({ maximumIterations: 12 });
    expect(done(long, 0, short)).toEqual(done(long, 0));
  });

  it("ends early where the learner has converged, and as diverged where a metric is not finite", () => {
    const quick = prepared({ solver: "one-hint", question: { concept: "planner" } });
    expect(done(quick, 0)).toMatchObject({ end: "converged", reason: "one hint is enough" });
    const broken = done(prepared({ options: { breaks: 1 } }), 1);
    expect(broken).toMatchObject({ end: "diverged", reason: "theta became Infinity at iteration 3", saved: null });
    // Neither goes on.
    expect(done(quick, 0, done(quick, 0)).rows).toHaveLength(1);
    expect(done(prepared({ options: { breaks: 1 } }), 1, broken)).toBe(broken);
  });

  it("ends as diverged where numerics fail, and passes other errors on", () => {
    const preparation = prepared();
    const failing = (error: Error): LearningPreparation => ({
      ...preparation,
      learner: {
        ...preparation.learner,
        step: () => {
          throw error;
        },
      },
    });
    const failed = failing(new RangeError("too large"));
    expect(done(failed, 0)).toMatchObject({ end: "diverged", rows: [] });
    expect(summary(failed)).toMatchObject({ outcome: "diverged", reason: expect.stringContaining("too large") });
    expect(() => done(failing(new TypeError("a mistake")), 0)).toThrow(TypeError);
  });

  it("streams the same, giving the thread back", async () => {
    const preparation = prepared();
    const steps = learnStream(preparation, 0, { slice: 0 });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    let next = await steps.next();
    while (next.done !== true) next = await steps.next();
    clearInterval(timer);
    expect(next.value).toEqual(done(preparation, 0));
    expect(ticks).toBeGreaterThan(0);
  });
});

describe("summarise", () => {
  it("takes means over runs with their errors, and gives every single value", () => {
    const { quantities, certificate, outcome, reason, iterations, trace } = summary(prepared({ options: { runs: 3 } }));
    const values = [0, 1, 2].map((run) => quantities["threshold_runs"].at(run));
    const mean = (values[0] + values[1] + values[2]) / 3;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2);
    // Sums of three numbers of order one: a few units of rounding.
    expect(quantities["threshold"].at()).toBeCloseTo(mean, 14);
    expect(quantities["threshold_standard_deviation"].at()).toBeCloseTo(deviation, 14);
    expect(quantities["threshold_standard_error"].at()).toBeCloseTo(deviation / Math.sqrt(3), 14);
    expect(quantities["law"].at(0)).toBeCloseTo(mean, 14);
    expect(quantities).not.toHaveProperty("law_standard_error");
    const gaps = values.map((value) => (value - 3) ** 2);
    expect(certificate.exploitability).toBeCloseTo((gaps[0] + gaps[1] + gaps[2]) / 3, 14);
    expect(outcome).toBe("converged");
    expect(reason).toMatch(/^20 iterations of 3 runs, as planned: theta = [\d.]+ ± [\d.]+ \(standard error\)$/);
    expect(reason).toContain(`theta = ${Number(mean.toPrecision(4))}`);
    expect(iterations).toBe(20);
    expect(trace).toHaveLength(60);
  });

  it("gives paths by the number of iterations done, with deviations", () => {
    const { quantities, trace } = summary(prepared({ options: { runs: 2, "observe-every": 10 } }));
    const at = (iteration: number): number[] => trace.filter(({ k }) => k === iteration - 1).map((row) => row["theta"]);
    for (const iteration of [1, 20]) {
      const [a, b] = at(iteration);
      expect(quantities["threshold_path"].at(iteration)).toBeCloseTo((a + b) / 2, 14);
      expect(quantities["threshold_path_deviation"].at(iteration)).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 14);
    }
    expect(quantities["exploitability_path"].axes[0].grid).toEqual(Float64Array.of(10, 20));
    expect(quantities).toHaveProperty("exploitability_estimate_path");
    expect(quantities).not.toHaveProperty("k_path");
  });

  it("gives one run without errors it could not know", () => {
    const { quantities, reason } = summary(prepared());
    expect(Object.keys(quantities).filter((name) => /error|deviation|_runs/.test(name))).toEqual([]);
    expect(reason).toMatch(/^20 iterations of one run, as planned: theta = [\d.]+$/);
  });

  it.each(["nash", "planner"] as const)("sets the exact answer to %s beside what was learned", (concept) => {
    const learning = summary(prepared({ question: { concept }, options: { runs: 2 }, parameters: { shift: 1 } }));
    const answer = concept === "nash" ? 4 : 3;
    expect(learning.exact["threshold"].at()).toBe(answer);
    expect(learning.targets.map(({ value }) => value)).toEqual([4, 3]);
    const gap = Math.abs(learning.quantities["threshold"].at() - answer) / answer;
    expect(learning.certificate.exactError).toBeGreaterThanOrEqual(gap);
    expect(learning.quantities["learned_field"].at(0)).toBeCloseTo(learning.quantities["threshold"].at() / 10, 14);
    expect(learning.exact["learned_field"].at(0)).toBeCloseTo(learning.quantities["learned_field"].at(0) + 0.01, 14);
    const untold = summary(prepared({ options: { exact: false } }));
    expect(untold.exact).not.toHaveProperty("threshold");
  });

  it("stays where a run has converged", () => {
    const { quantities, runs, reason } = summary(prepared({ options: { runs: 4, enough: 0.05 } }));
    const lengths = runs.map(({ rows }) => rows.length);
    expect(new Set(lengths).size).toBeGreaterThan(1);
    const last = runs.map(({ rows }) => rows.at(-1)?.["theta"] ?? Number.NaN);
    expect(quantities["threshold_path"].at(Math.max(...lengths))).toBeCloseTo(
      last.reduce((sum, value) => sum + value) / 4,
      14,
    );
    expect(reason).toContain("of which 4 ended before: moved less than 0.05");
  });

  it("compares with a tolerance: the true exploitability, a planner's residual, or nothing", () => {
    const outcome = (request: SolveRequest): string[] => {
      const learning = summary(prepared(request));
      return [learning.outcome, learning.reason];
    };
    expect(outcome({ tolerance: 10 })).toEqual(["converged", expect.stringContaining("within the tolerance 10")]);
    expect(outcome({ tolerance: 1e-9 })).toEqual(["iteration-limit", expect.stringContaining("above the tolerance")]);
    expect(outcome({ tolerance: 1e-9, question: { concept: "planner" } })[1]).toContain("mean residual");
    const preparation = prepared({ tolerance: 1e-9 });
    const certify: Wing["certify"] = () => ({
      exploitability: null,
      consistency: null,
      residual: null,
      exactError: null,
    });
    const unsure = summary({ ...preparation, wing: { ...preparation.wing, certify } });
    expect(unsure.reason).toContain("mean estimated exploitability");
  });

  it("says which runs diverged, and judges the others", () => {
    const preparation = prepared({ options: { runs: 3, breaks: 1 } });
    const { outcome, reason, quantities, certificate } = summary(preparation);
    expect(outcome).toBe("diverged");
    expect(reason).toContain("1 of 3 runs diverged, run 1 first: theta became Infinity at iteration 3");
    expect(reason).toContain("those of the other 2");
    expect([...quantities["threshold_runs"].axes[0].grid]).toEqual([0, 2]);
    expect(Number.isFinite(quantities["threshold_path"].at(20))).toBe(true);
    expect(Number.isFinite(certificate.exploitability)).toBe(true);
    const alone = prepared({ options: { runs: 1, breaks: 1 } });
    const lost = summary(alone, [done(alone, 1)]);
    expect(lost).toMatchObject({ outcome: "diverged", certificate: { exploitability: null } });
    expect(lost.quantities).toEqual({});
  });

  it("says which policies cannot be judged, and judges the others", () => {
    const preparation = prepared({ options: { runs: 3 } });
    const runs = allRuns(preparation);
    const theta = runs[1].last?.["theta"];
    const refusing = (unjudged: (guess: unknown) => boolean): LearningPreparation => ({
      ...preparation,
      wing: {
        ...preparation.wing,
        learned: (_, __, guess) => {
          if (unjudged(guess)) throw new RefusalError("this policy has no stationary field");
          return { guess };
        },
      },
    });
    const some = summary(
      refusing((guess) => guess === theta),
      runs,
    );
    expect(some.outcome).toBe("iteration-limit");
    expect(some.reason).toMatch(
      /^1 of 3 runs learned what cannot be judged: this policy has no stationary field; the numbers are those of the other 2: /,
    );
    expect([...some.quantities["threshold_runs"].axes[0].grid]).toEqual([0, 2]);
    const none = summary(
      refusing(() => true),
      runs,
    );
    expect(none).toMatchObject({ outcome: "iteration-limit", certificate: { exploitability: null } });
    expect(none.quantities).toHaveProperty("threshold_path");
  });

  it("keeps what was done before it was stopped, and judges complete runs where there are any", () => {
    const preparation = prepared({ options: { runs: 3 } });
    const half = done(preparation, 1, undefined, 4);
    const mixed = summary(preparation, [half, done(preparation, 0)]);
    expect(mixed.outcome).toBe("aborted");
    expect(mixed.reason).toMatch(/^stopped by request: 1 of 3 runs complete: theta = /);
    expect(mixed.quantities["threshold"].at()).toBe(done(preparation, 0).rows.at(-1)?.["theta"]);
    expect(mixed.quantities["threshold_path_deviation"].axes[0].grid).toHaveLength(4);
    const early = summary(preparation, [half]);
    expect(early.reason).toContain("none of 3 runs complete, 4 of 20 iterations at most: theta = ");
    expect(early.quantities["threshold"].at()).toBe(half.rows.at(-1)?.["theta"]);
  });
});

describe("documentOfLearning", () => {
  it("is of plain numbers that survive JSON, in the contract's shape", () => {
    const learning = summary(prepared({ options: { runs: 2 }, question: { concept: "planner" } }));
    const document = documentOfLearning(learning, { iteration: [1, 20] });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document).toMatchObject({ game: "guessing", solver: "averaging", concept: "planner", players: null });
    expect(document.options).toMatchObject({ gain: 0.5, iterations: 20, runs: 2, "observe-every": 1 });
    expect(document.quantities["threshold_path"]).toMatchObject({ axes: { iteration: [1, 20] } });
    expect(document.exact["threshold"]).toBe(2);
    expect(document.trace[20]).toMatchObject({ run: 1, k: 0 });
    expect(() => documentOfLearning(learning, { iterations: [1] })).toThrow("--at iterations");
    expect(() => documentOfLearning(learning, { iteration: [21] })).toThrow("--at iteration");
  });
});

describe("checkpoints", () => {
  const preparation = prepared({ options: { runs: 2, breaks: 1, gain: 0.7 }, parameters: { shift: 1 }, seed: 3 });
  const checkpoint = readCheckpoint(JSON.parse(JSON.stringify(checkpointOf(preparation, allRuns(preparation), 2.5))));
  const again = (request: SolveRequest): LearningPreparation => prepared(resumeRequest(checkpoint, game, request));

  it("ask for the same experiment again", () => {
    const { options, parameters, seed, plan } = again({});
    expect({ options, parameters, seed, plan }).toEqual({
      options: preparation.options,
      parameters: preparation.parameters,
      seed: 3,
      plan: preparation.plan,
    });
    expect(() => checkResumed(again({}), checkpoint)).not.toThrow();
    expect(() => checkResumed(again({ maximumIterations: 40, options: { runs: 5 } }), checkpoint)).not.toThrow();
  });

  it("keep a run that diverged as it was", () => {
    expect(checkpoint.runs[1].rows.at(-1)?.["theta"]).toBeNaN();
    expect(done(again({ maximumIterations: 40 }), 1, checkpoint.runs[1]).end).toBe("diverged");
  });

  it.each([
    [{ parameters: { shift: 2 } }, "shift = 2: must be 1, as in the run that is resumed"],
    [{ preset: "far" }, "shift = 5"],
    [{ options: { gain: 0.5 } }, "option gain = 0.5: must be 0.7"],
    [{ options: { "observe-every": 2 } }, "option observe-every"],
    [{ question: { concept: "planner" as const } }, "concept"],
    [{ question: { concept: "planner" as const }, solver: "one-hint", options: {} }, "gain"],
    [{ seed: 4 }, "seed = 4"],
    [{ maximumIterations: 19 }, "max-iterations = 19: must be at least 20"],
    [{ options: { runs: 1 } }, "option runs = 1: must be at least 2"],
  ])("refuse %j", (request: SolveRequest, message) => {
    const attempt = (): void => checkResumed(again(request), checkpoint);
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });

  it.each([
    [{}, "kind"],
    [[], "checkpoint"],
    [{ ...checkpoint, runs: [{ ...checkpoint.runs[0], saved: { k: "one" } }] }, "runs.0.saved.k"],
  ])("are not read from anything else", (document, place) => {
    expect(() => readCheckpoint(document)).toThrow(InputError);
    expect(() => readCheckpoint(document)).toThrow(place);
  });
});
