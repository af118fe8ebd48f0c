import type { Certificate } from "./core/certificate.ts";
import { RefusalError } from "./core/errors.ts";
import type { OutcomeKind } from "./core/outcome.ts";
import { listed, scalar, tabulate } from "./core/quantity.ts";
import type { Axis, Quantity, QuantityTable } from "./core/quantity.ts";
import { orRefuse, tooExtreme } from "./core/too-extreme.ts";
import type { LearnedLaw, LearningTarget } from "./core/wing.ts";
import { answerOf, checkAxes, evaluate, exactError, exactOf } from "./laboratory.ts";
import type { RunDocument } from "./laboratory.ts";
import { hasBegun, learnedOf, unlearnedOf } from "./learning.ts";
import type { LearnedRun, LearningPreparation, LearningRow } from "./learning.ts";
import { outcomeOf } from "./learning-outcome.ts";
import { mean, variance } from "./numeric/index.ts";
import { version } from "./version.ts";

/** What the runs of an experiment come to: certificate, means with their errors, paths, exact answers beside them. */
export interface Learning {
  readonly preparation: LearningPreparation;
  /** Every run that has begun, by number. */
  readonly runs: readonly LearnedRun[];
  readonly outcome: OutcomeKind;
  readonly reason: string;
  /** Of the run that did most. */
  readonly iterations: number;
  readonly seconds: number;
  /** Means over the runs that are judged. */
  readonly certificate: Certificate;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly exact: Readonly<Record<string, Quantity>>;
  readonly targets: readonly LearningTarget[];
  readonly trace: readonly LearningRow[];
  /** Averaged over the runs that are judged. */
  readonly law: LearnedLaw | undefined;
}

/** The JSON document of an experiment: that of a solve, with exact answers of both concepts. */
export interface LearningDocument extends RunDocument {
  readonly targets: readonly LearningTarget[];
}

export interface SummarySettings {
  /** Of the learning itself. */
  readonly seconds: number;
  /** Called before each run is judged. */
  readonly watch?: ((done: number, count: number) => void) | undefined;
}

/**
 * Judges what was learned, run by run, with the model that the learner never saw, and takes means over runs.
 *
 * Runs that were stopped half-way are judged only where none is complete; runs that diverged are not judged, and the
 * reason tells of policies that cannot be, such as those without a stationary field.
 *
 * @throws RefusalError where the exact answers beside them cannot be computed.
 */
export function summarise(
  preparation: LearningPreparation,
  runs: readonly LearnedRun[],
  { seconds, watch }: SummarySettings,
): Learning {
  const { question, model, options, wing } = preparation;
  const begun = runs.filter(hasBegun).toSorted((a, b) => a.run - b.run);
  const complete = begun.filter(({ end }) => end === "planned" || end === "converged");
  const candidates = complete.length > 0 ? complete : begun.filter(({ end }) => end === "aborted");
  const verdicts = candidates.map((run, i) => {
    watch?.(i, candidates.length);
    return { run, verdict: orRefusal(() => judge(preparation, learnedOf(preparation, run))) };
  });
  const judgedRuns = verdicts.flatMap(({ run, verdict }) => (typeof verdict === "string" ? [] : [run]));
  const judged = verdicts.flatMap(({ verdict }) => (typeof verdict === "string" ? [] : [verdict]));
  const refusals = verdicts.flatMap(({ verdict }) => (typeof verdict === "string" ? [verdict] : []));
  const laws = judged.flatMap(({ law }) => (law === undefined ? [] : [law]));
  const law = laws.length === 0 ? undefined : averageLaw(laws);
  const one = judgedRuns.at(0);
  const targets =
    one === undefined
      ? []
      : orRefuse(() => wing.learningTargets?.(model, question, options, learnedOf(preparation, one)) ?? []);
  const candidate =
    one === undefined ? undefined : orRefuse(() => wing.learned?.(model, question, learnedOf(preparation, one)));
  const quantities = {
    ...measuredOver(
      judgedRuns.map(({ run }) => run),
      judged.map(({ quantities }) => quantities),
    ),
    ...(law === undefined ? {} : { learned_field: onPositions(law.x, law.learned) }),
    ...pathsOf(begun),
  };
  const exact = {
    ...orRefuse(() => evaluate(exactOf(preparation, candidate))),
    // Targets know which class of policies was learned; they win.
    ...Object.fromEntries(
      targets
        .filter(({ concept }) => concept === question.concept)
        .map(({ quantity, value }) => [quantity, scalar(value)]),
    ),
    ...(law?.exact === undefined ? {} : { learned_field: onPositions(law.x, law.exact) }),
  };
  const certificate = {
    ...averageCertificate(judged.map((one) => one.certificate)),
    exactError: exactError(quantities, exact),
  };
  return {
    preparation,
    runs: begun,
    ...outcomeOf(preparation, { begun, judged: judgedRuns, refusals, certificate }),
    iterations: Math.max(0, ...begun.map((run) => run.iterations)),
    seconds,
    certificate,
    quantities,
    exact,
    targets,
    trace: begun.flatMap(({ rows }) => rows),
    law,
  };
}

/**
 * The document of an experiment.
 *
 * @param points as in `documentOf`
 */
export function documentOfLearning(
  learning: Learning,
  points: Readonly<Record<string, readonly number[]>> = {},
  run: string | null = null,
): LearningDocument {
  const { preparation, quantities, exact } = learning;
  const { game, learner, question, parameters, options, plan, seed } = preparation;
  checkPoints(preparation, quantities, points);
  const answer = answerOf(preparation);
  const table = (entries: Readonly<Record<string, Quantity>>): Record<string, QuantityTable> =>
    Object.fromEntries(
      Object.entries(entries).map(([name, quantity]) => [name, tabulate(quantity, pointsOf(quantity, points))]),
    );
  return {
    game: game.id,
    solver: learner.name,
    concept: question.concept,
    ...(answer === undefined ? {} : { answer }),
    players: Number.isFinite(question.players) ? question.players : null,
    information: Number.isFinite(question.players) ? question.information : null,
    parameters,
    options: { ...options, ...plan },
    seed,
    version,
    outcome: learning.outcome,
    reason: learning.reason,
    iterations: learning.iterations,
    seconds: learning.seconds,
    certificate: learning.certificate,
    quantities: table(quantities),
    exact: table(exact),
    targets: learning.targets,
    trace: learning.trace,
    run,
  };
}

/**
 * Checks the points that a document will be asked for, before anything is learned: by the axes of the first policy.
 *
 * @throws InputError for an axis that no quantity will have, an iteration or a run beyond those planned.
 */
export function checkLearningAxes(
  preparation: LearningPreparation,
  points: Readonly<Record<string, readonly number[]>>,
): void {
  if (Object.keys(points).length === 0) return;
  const first = orRefusal(() => judge(preparation, unlearnedOf(preparation)));
  // A first policy that cannot be judged tells nothing of the axes.
  if (typeof first === "string") return;
  const field = first.law === undefined ? {} : { learned_field: onPositions(first.law.x, first.law.learned) };
  checkPoints(preparation, { ...first.quantities, ...field }, points);
}

/** Iterations and runs are checked against the plan: what was stopped early has fewer of them. */
function checkPoints(
  { plan, iterations }: LearningPreparation,
  quantities: Readonly<Record<string, Quantity>>,
  points: Readonly<Record<string, readonly number[]>>,
): void {
  const countFrom = (start: number, count: number): number[] => Array.from({ length: count }, (_, i) => start + i);
  const planned = {
    path: listed("iteration", countFrom(1, iterations), countFrom(1, iterations)),
    ...(plan.runs === 1 ? {} : { runs: listed("run", countFrom(0, plan.runs), countFrom(0, plan.runs)) }),
  };
  checkAxes({ ...quantities, ...planned }, points);
  for (const quantity of Object.values(planned)) tabulate(quantity, points);
}

/** Of the iterations and runs asked for, those that a quantity has: not every number is known at every iteration. */
function pointsOf({ axes }: Quantity, points: Readonly<Record<string, readonly number[]>>): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(points).map(([name, asked]) => {
      const axis = axes.find((one) => one.name === name);
      const partial = axis !== undefined && (name === "iteration" || name === "run");
      return [name, partial ? asked.filter((point) => axis.grid.includes(point)) : [...asked]];
    }),
  );
}

interface Judged {
  readonly certificate: Certificate;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly law: LearnedLaw | undefined;
}

function judge({ game, parameters, question, model, wing }: LearningPreparation, learned: unknown): Judged {
  const candidate = wing.learned?.(model, question, learned);
  return {
    certificate: wing.certify(model, question, candidate),
    quantities: evaluate(game.measure(parameters, question, candidate)),
    law: wing.learnedLaw?.(model, question, learned),
  };
}

/** What was computed, or why it was refused. */
function orRefusal<T>(compute: () => T): T | string {
  try {
    return compute();
  } catch (error) {
    const told = tooExtreme(error);
    if (told instanceof RefusalError) return told.message;
    throw error;
  }
}

/** Mean over runs of every number; scalars with their error, deviation and single values. */
function measuredOver(
  numbers: readonly number[],
  measured: readonly Readonly<Record<string, Quantity>>[],
): Record<string, Quantity> {
  const quantities: Record<string, Quantity> = {};
  for (const name of Object.keys(measured[0] ?? {})) {
    const all = measured.flatMap((one) => one[name] ?? []);
    if (all.length < measured.length || !all.every(({ axes }) => sameAxes(axes, all[0].axes))) continue;
    const { axes } = all[0];
    quantities[name] = { axes, at: (...place) => mean(all.map(({ at }) => at(...place))) };
    if (axes.length > 0 || all.length < 2) continue;
    const values = all.map(({ at }) => at());
    const spread = variance(values);
    quantities[`${name}_standard_error`] = scalar(Math.sqrt(spread / values.length));
    quantities[`${name}_standard_deviation`] = scalar(Math.sqrt(spread));
    quantities[`${name}_runs`] = listed("run", numbers, values);
  }
  return quantities;
}

function sameAxes(a: readonly Axis[], b: readonly Axis[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ name, grid }, i) =>
        name === b[i].name && grid.length === b[i].grid.length && grid.every((x, k) => x === b[i].grid[k]),
    )
  );
}

/** Metrics along the iterations, as means over runs. What a row calls `theta` a person asks for as the threshold. */
function pathsOf(runs: readonly LearnedRun[]): Record<string, Quantity> {
  const steady = runs.filter(({ end }) => end !== "diverged");
  const names = new Set(steady.flatMap(({ rows }) => rows.flatMap((row) => Object.keys(row))));
  names.delete("run");
  names.delete("k");
  const quantities: Record<string, Quantity> = {};
  for (const metric of names) {
    const path = averagePath(steady, metric);
    const name = metric === "theta" ? "threshold" : metric;
    const iterations = path.map(({ iteration }) => iteration);
    quantities[`${name}_path`] = listed(
      "iteration",
      iterations,
      path.map(({ values }) => mean(values)),
    );
    if (path.every(({ values }) => values.length < 2)) continue;
    const several = path.filter(({ values }) => values.length > 1);
    quantities[`${name}_path_deviation`] = listed(
      "iteration",
      several.map(({ iteration }) => iteration),
      several.map(({ values }) => Math.sqrt(variance(values))),
    );
  }
  return quantities;
}

/** A metric after each number of iterations at which some run reports it; a run that has converged stays where it is. */
export function averagePath(
  runs: readonly LearnedRun[],
  metric: string,
): { readonly iteration: number; readonly values: readonly number[] }[] {
  const columns = runs.map(({ end, rows, iterations }) => {
    const reported = new Map(rows.flatMap((row) => (row[metric] === undefined ? [] : [[row.k + 1, row[metric]]])));
    const last = [...reported.values()].at(-1);
    const rest = end === "converged" ? last : undefined;
    return (iteration: number): number | undefined =>
      reported.get(iteration) ?? (iteration > iterations ? rest : undefined);
  });
  const iterations = new Set(
    runs.flatMap(({ rows }) => rows.flatMap((row) => (row[metric] === undefined ? [] : [row.k + 1]))),
  );
  return [...iterations]
    .toSorted((a, b) => a - b)
    .map((iteration) => ({ iteration, values: columns.flatMap((at) => at(iteration) ?? []) }));
}

/** Null where it is null for any. */
function averageCertificate(certificates: readonly Certificate[]): Certificate {
  const over = (name: "exploitability" | "consistency" | "residual"): number | null => {
    const values = certificates.flatMap((one) => one[name] ?? []);
    return values.length === 0 || values.length < certificates.length ? null : mean(values);
  };
  return {
    exploitability: over("exploitability"),
    consistency: over("consistency"),
    residual: over("residual"),
    exactError: null,
  };
}

function averageLaw(laws: readonly LearnedLaw[]): LearnedLaw {
  const [{ x }] = laws;
  const average = (all: readonly Float64Array[]): Float64Array => x.map((_, i) => mean(all.map((law) => law[i])));
  const exact = laws.flatMap((law) => law.exact ?? []);
  const learned = average(laws.map((law) => law.learned));
  const { words } = laws[0];
  return {
    x,
    learned,
    ...(exact.length < laws.length ? {} : { exact: average(exact) }),
    ...(words === undefined ? {} : { words }),
  };
}

function onPositions(x: Float64Array, values: Float64Array): Quantity {
  return listed("position", x, values);
}
