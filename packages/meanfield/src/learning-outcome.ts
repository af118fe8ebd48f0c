import type { Certificate } from "./core/certificate.ts";
import type { OutcomeKind } from "./core/outcome.ts";
import type { LearnedRun, LearningPreparation } from "./learning.ts";
import { mean, variance } from "./numeric/index.ts";

/** What came of the runs of an experiment. */
export interface Judgement {
  /** Every run that has begun. */
  readonly begun: readonly LearnedRun[];
  /** Those whose policies were judged. */
  readonly judged: readonly LearnedRun[];
  /** Why policies could not be judged, as those without a stationary field; in the order of runs. */
  readonly refusals: readonly string[];
  readonly certificate: Certificate;
}

/** How the experiment ended, and in words what exactly was done. */
export function outcomeOf(
  { iterations, plan, question, tolerance }: LearningPreparation,
  { begun, judged, refusals, certificate }: Judgement,
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
  if (refusals.length > 0) {
    const others = complete === 0 ? "" : `; the numbers are those of the other ${complete}`;
    const what = `${refusals.length} of ${of} learned what cannot be judged`;
    return { outcome: "iteration-limit", reason: `${what}: ${refusals[0]}${others}${result}` };
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
