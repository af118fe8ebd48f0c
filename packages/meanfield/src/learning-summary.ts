import type { Certificate } from "./core/certificate.ts";
import type { OutcomeKind } from "./core/outcome.ts";
import { listed, scalar, tabulate } from "./core/quantity.ts";
import type { Axis, Quantity, QuantityTable } from "./core/quantity.ts";
import { orRefuse } from "./core/too-extreme.ts";
import type { LearnedLaw, LearningTarget } from "./core/wing.ts";
import { checkAxes, evaluate, exactError } from "./laboratory.ts";
import type { RunDocument } from "./laboratory.ts";
import { learnedOf, unlearnedOf } from "./learning.ts";
import type { LearnedRun, LearningPreparation, LearningRow } from "./learning.ts";
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
 * Runs that were stopped half-way are judged only where none is complete; runs that diverged are not judged.
 *
 * @throws RefusalError where the learned policies cannot be measured.
 */
export function summarise(
  preparation: LearningPreparation,
  runs: readonly LearnedRun[],
  { seconds, watch }: SummarySettings,
): Learning {
  const { game, parameters, question, model, options, wing } = preparation;
  const begun = runs.filter(({ iterations }) => iterations > 0).toSorted((a, b) => a.run - b.run);
  const complete = begun.filter(({ end }) => end === "planned" || end === "converged");
  const judgedRuns = complete.length > 0 ? complete : begun.filter(({ end }) => end === "aborted");
  const judged = judgedRuns.map((run, i) => {
    watch?.(i, judgedRuns.length);
    return orRefuse(() => judge(preparation, learnedOf(preparation, run)));
  });
  const laws = judged.flatMap(({ law }) => (law === undefined ? [] : [law]));
  const law = laws.length === 0 ? undefined : averageLaw(laws);
  const targets = orRefuse(() => wing.learningTargets?.(model, question, options) ?? []);
  const quantities = {
    ...measuredOver(
      judgedRuns.map(({ run }) => run),
      judged.map(({ quantities }) => quantities),
    ),
    ...(law === undefined ? {} : { learned_field: onPositions(law.x, law.learned) }),
    ...pathsOf(begun),
  };
  const exact = {
    ...orRefuse(() => evaluate(game.exact?.(parameters, question) ?? {})),
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
    ...outcomeOf(preparation, begun, judgedRuns, certificate),
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
  const table = (entries: Readonly<Record<string, Quantity>>): Record<string, QuantityTable> =>
    Object.fromEntries(
      Object.entries(entries).map(([name, quantity]) => [name, tabulate(quantity, pointsOf(quantity, points))]),
    );
  return {
    game: game.id,
    solver: learner.name,
    concept: question.concept,
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
  const first = orRefuse(() => judge(preparation, unlearnedOf(preparation)));
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
  return { x, learned, ...(exact.length < laws.length ? {} : { exact: average(exact) }) };
}

function onPositions(x: Float64Array, values: Float64Array): Quantity {
  return listed("position", x, values);
}

/** How the experiment ended, and in words what exactly was done. */
function outcomeOf(
  { iterations, plan, question, tolerance }: LearningPreparation,
  begun: readonly LearnedRun[],
  judged: readonly LearnedRun[],
  certificate: Certificate,
): { readonly outcome: OutcomeKind; readonly reason: string } {
  const complete = judged.filter(({ end }) => end !== "aborted").length;
  const diverged = begun.filter(({ end }) => end === "diverged");
  const result = resultOf(judged);
  const of = plan.runs === 1 ? "one run" : `${plan.runs} runs`;
  if (begun.length < plan.runs || begun.some(({ end }) => end === "aborted")) {
    const most = Math.max(0, ...begun.map((run) => run.iterations));
    const part = `${most} of ${iterations} iterations`;
    const done =
      complete > 0
        ? `${complete} of ${of} complete`
        : plan.runs === 1
          ? part
          : `none of ${of} complete, ${part} at most`;
    return { outcome: "aborted", reason: `stopped by request: ${done}${result}` };
  }
  if (diverged.length > 0) {
    const [first] = diverged;
    const others = complete === 0 ? "" : `; the numbers are those of the other ${complete}`;
    return {
      outcome: "diverged",
      reason: `${diverged.length} of ${of} diverged, run ${first.run} first: ${first.reason}${others}${result}`,
    };
  }
  const early = judged.filter(({ end }) => end === "converged");
  const ended = early.length === 0 ? "as planned" : `of which ${early.length} ended before: ${early[0].reason}`;
  const words = `${iterations} iterations of ${of}, ${ended}${result}`;
  if (tolerance === undefined) return { outcome: "converged", reason: words };
  const error = errorOf(question.concept, judged, certificate);
  if (error === undefined) {
    return { outcome: "iteration-limit", reason: `${words}; how far that is from the tolerance is not known` };
  }
  const reached = error.value <= tolerance;
  const compared = `${error.name} ${error.value.toExponential(2)}, ${reached ? "within" : "above"} the tolerance ${tolerance}`;
  return { outcome: reached ? "converged" : "iteration-limit", reason: `${words}; ${compared}` };
}

/** What a tolerance bounds: the true exploitability where known, else the estimated one; a planner's residual. */
function errorOf(
  concept: string,
  judged: readonly LearnedRun[],
  { exploitability, residual }: Certificate,
): { readonly name: string; readonly value: number } | undefined {
  if (exploitability !== null) return { name: "mean exploitability", value: exploitability };
  if (concept === "nash") {
    const estimates = lastOf(judged, "exploitability_estimate");
    return estimates.length === 0 ? undefined : { name: "mean estimated exploitability", value: mean(estimates) };
  }
  return residual === null ? undefined : { name: "mean residual", value: residual };
}

/** `: theta = 0.4807 ± 0.0025 (standard error)` */
function resultOf(judged: readonly LearnedRun[]): string {
  const name = ["theta", "exploitability", "exploitability_estimate", "performance"].find(
    (metric) => judged.length > 0 && lastOf(judged, metric).length === judged.length,
  );
  if (name === undefined) return "";
  const values = lastOf(judged, name);
  const centre = `: ${name.replaceAll("_", " ")} = ${Number(mean(values).toPrecision(4))}`;
  if (values.length < 2) return centre;
  const error = Math.sqrt(variance(values) / values.length);
  return `${centre} ± ${Number(error.toPrecision(2))} (standard error)`;
}

/** A metric after the last iteration of each run that reports it then. */
function lastOf(runs: readonly LearnedRun[], metric: string): number[] {
  return runs.flatMap(({ last }) => last?.[metric] ?? []);
}
