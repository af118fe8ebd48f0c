import { alongCommonNoise, answerOf, commonNoiseOf, documentOf, prepare, simulateCommonNoise, solve } from "meanfield";
import type { AlongCommonNoise, CommonPath, NamedArray, Preparation, RunDocument, Solution } from "meanfield";
import { readCommonNoise } from "../common-noise.ts";
import { exitCode } from "../failure.ts";
import { findGame } from "../find-game.ts";
import { checkInformation, readFlags, sameAgain } from "../flags.ts";
import type { CommonFlags } from "../flags.ts";
import { interruptible } from "../interrupt.ts";
import { checkWritable } from "../runs/run-folder.ts";
import { processTerminal } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import { duration, magnitude, playersInWords } from "../text/numbers.ts";
import { printCertificate, printQuantities } from "../text/summary.ts";
import { printTuning, stoppedDocument, tuneOptions } from "../tuning/tune.ts";
import type { TuneFlags, Tuned, TuningBlock } from "../tuning/tune.ts";

export interface SolveFlags extends CommonFlags, TuneFlags {
  /** A file with a path of the common noise, or `simulated`. */
  readonly commonNoise?: string;
}

/** `meanfield solve <game>` */
export async function solveCommand(asked: string, flags: SolveFlags): Promise<number> {
  const terminal = processTerminal(flags.quiet === true);
  const { game, catalogue } = await findGame(asked);
  const { request, file, out, save, points } = readFlags(game, flags);
  const noise = flags.commonNoise ?? file.commonNoise;
  checkInformation(request, flags);
  const asGiven = prepare(catalogue, game, request);
  const path = commonPath(asGiven, noise);
  if (save) checkWritable(out);
  const started = performance.now();
  const tuned = await tuneOptions(asked, catalogue, asGiven, request, flags, terminal);
  if (tuned?.block.interrupted === true) return stopped(terminal, flags, tuned, (performance.now() - started) / 1000);
  const preparation = tuned?.preparation ?? asGiven;
  const solved = await interruptible((signal) =>
    solve(preparation, {
      signal,
      watch: ({ k, metrics }) => terminal.progress(progressLine(k, metrics)),
    }),
  );
  terminal.progress(undefined);
  const along = path === undefined ? undefined : alongCommonNoise(solved, path);
  const solution = along?.solution ?? solved;
  // `--at` is checked before anything is written: a misspelt axis leaves nothing behind.
  const document = documentOf(solution, points);
  const tuning = tuned === undefined ? {} : { tuning: tuned.block };
  const run = save ? await keep(out, asked, solution, along, noise, tuning) : null;
  if (flags.json === true) terminal.print(JSON.stringify({ ...document, ...tuning, run }));
  else {
    if (tuned !== undefined) printTuning(terminal, tuned.block);
    printSolution(terminal, solution, { ...document, run }, Object.keys(points).length > 0);
  }
  return codeOf(document.outcome);
}

/** Tells what a search for options had found when it was stopped. */
function stopped(terminal: Terminal, flags: SolveFlags, tuned: Tuned, seconds: number): number {
  const document = stoppedDocument(tuned, seconds);
  if (flags.json === true) terminal.print(JSON.stringify({ ...document, tuning: tuned.block }));
  else {
    printTuning(terminal, tuned.block);
    terminal.print(`${document.outcome}: ${document.reason}`);
  }
  return codeOf(document.outcome);
}

/** The exit code that an outcome stands for. */
export function codeOf(outcome: string): number {
  if (outcome === "aborted") return exitCode.interrupted;
  return outcome === "converged" ? exitCode.done : exitCode.notConverged;
}

/** A question in words: `mean-field equilibrium`, `Nash equilibrium of 10 players, feedback`, `network of 100 neurons`. */
export function questionInWords(preparation: Pick<Preparation, "wing" | "model" | "question">): string {
  const { concept, players, information } = preparation.question;
  const answer = answerOf(preparation);
  if (answer !== undefined) return answer;
  if (players === Infinity) return concept === "nash" ? "mean-field equilibrium" : "social planner, mean-field limit";
  const all = playersInWords(players);
  return concept === "nash" ? `Nash equilibrium of ${all}, ${information}` : `social planner of ${all}`;
}

/** The path of the common noise asked for; checked before anything is solved. */
function commonPath(preparation: Preparation, asked: string | undefined): CommonPath | undefined {
  if (asked === undefined) return undefined;
  const noise = commonNoiseOf(preparation);
  return asked === "simulated" ? simulateCommonNoise(noise, preparation.seed) : readCommonNoise(asked, noise);
}

async function keep(
  out: string,
  asked: string,
  solution: Solution,
  along: AlongCommonNoise | undefined,
  commonNoise: string | undefined,
  tuning: { readonly tuning?: TuningBlock },
): Promise<string> {
  const [{ saveRun }, { solutionFigures }, { commonNoiseFigures }] = await Promise.all([
    import("../runs/save-run.ts"),
    import("../figures/of-solution.ts"),
    import("../figures/of-common-noise.ts"),
  ]);
  const { preparation, outcome } = solution;
  const { game, parameters, model, solver, options, wing } = preparation;
  return saveRun(out, {
    command: "solve",
    game,
    parameters,
    document: { ...documentOf(solution), ...tuning },
    configuration: {
      ...sameAgain(asked, preparation, {}),
      solver: solver.name,
      options,
      ...(commonNoise === undefined ? {} : { commonNoise }),
    },
    trace: outcome.trace,
    figures: [...(along === undefined ? [] : commonNoiseFigures(along)), ...solutionFigures(solution)],
    arrays: { ...wing.arrays?.(model, outcome.candidate), ...(along === undefined ? {} : pathArrays(along.path)) },
  });
}

/** The path as it was followed, so that a run says all that went into it. */
function pathArrays({ t, noises }: CommonPath): Record<string, NamedArray> {
  const data = new Float64Array(noises.length * t.length);
  noises.forEach((row, j) => data.set(row, j * t.length));
  return {
    common_noise_path: { shape: [noises.length, t.length], data },
    common_noise_path_t: { shape: [t.length], data: t },
  };
}

function printSolution(terminal: Terminal, solution: Solution, document: RunDocument, everyPoint: boolean): void {
  const { preparation } = solution;
  const steps = document.iterations === 1 ? "1 iteration" : `${document.iterations} iterations`;
  terminal.print(`${terminal.bold(preparation.game.title)} — ${questionInWords(preparation)}`);
  terminal.print(
    `${document.outcome} in ${steps} of ${preparation.solver.name}, ${duration(document.seconds)}: ${document.reason}`,
  );
  if (document.initial !== undefined) terminal.print(`started from ${document.initial}, no closed form beside it`);
  printCertificate(terminal, document.certificate);
  printQuantities(terminal, preparation.game, document.quantities, document.exact, everyPoint);
  if (document.run !== null) terminal.print(`report  ${document.run}/report.html`);
}

function progressLine(k: number, metrics: Readonly<Record<string, number>>): string {
  return [`iteration ${k}`, ...Object.entries(metrics).map(([name, value]) => `${name} ${magnitude(value)}`)].join(
    "  ",
  );
}
