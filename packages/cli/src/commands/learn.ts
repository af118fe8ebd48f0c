import { availableParallelism } from "node:os";
import {
  RefusalError,
  checkLearningAxes,
  checkResumed,
  checkpointOf,
  documentOfLearning,
  hasBegun,
  prepareLearning,
  resumeRequest,
  summarise,
} from "meanfield";
import type { LearnedRun, Learning, LearningCheckpoint, LearningDocument, LearningPreparation } from "meanfield";
import { findGame } from "../find-game.ts";
import { readFlags } from "../flags.ts";
import type { Asked, CommonFlags } from "../flags.ts";
import { interruptible } from "../interrupt.ts";
import {
  besideRun,
  checkpointName,
  findCheckpoint,
  removeCheckpoint,
  textOf,
  writeCheckpoint,
} from "../learning/checkpoint-file.ts";
import { learnAll } from "../learning/experiment.ts";
import { openLedger } from "../learning/ledger.ts";
import type { Ledger } from "../learning/ledger.ts";
import { checkWritable } from "../runs/run-folder.ts";
import type { Reservation } from "../runs/run-folder.ts";
import { processTerminal } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import { digits, duration, magnitude } from "../text/numbers.ts";
import { printCertificate, printQuantities } from "../text/summary.ts";
import { table } from "../text/table.ts";
import { codeOf, questionInWords } from "./solve.ts";

export interface LearnFlags extends CommonFlags {
  /** A run folder or a checkpoint file to go on from. */
  readonly resume?: string;
}

/** `meanfield learn <game>` */
export async function learnCommand(asked: string, flags: LearnFlags): Promise<number> {
  const terminal = processTerminal(flags.quiet === true);
  const { game, catalogue } = await findGame(asked);
  const read = readFlags(game, flags);
  const { save, out, points } = read;
  const checkpoint = flags.resume === undefined ? undefined : findCheckpoint(flags.resume);
  const request = checkpoint === undefined ? read.request : resumeRequest(checkpoint, game, requestNow(read, flags));
  const preparation = prepareLearning(catalogue, game, request);
  if (checkpoint !== undefined) checkResumed(preparation, checkpoint);
  checkLearningAxes(preparation, points);
  const threads = flags.threads === undefined ? availableParallelism() : read.threads;
  if (save) checkWritable(out);
  const keeping = save ? await import("../runs/save-run.ts") : undefined;
  const reservation = keeping?.reserveFor(out, { command: "learn", game });
  try {
    const ledger = openLedger(preparation, checkpoint?.runs ?? []);
    const started = performance.now();
    const seconds = (): number => (checkpoint?.seconds ?? 0) + (performance.now() - started) / 1000;
    const runs = await interruptible(async (signal) => {
      const watch = watcher(terminal, preparation, ledger, reservation, seconds);
      const from = checkpoint?.runs ?? [];
      const done = await learnAll({ preparation, asked, request, from, threads, signal, ledger, watch });
      if (!done.some(hasBegun)) throw new RefusalError("stopped before the first iteration");
      return done;
    });
    const spent = seconds();
    // Whatever goes wrong from here on, what was learned is not lost.
    if (reservation !== undefined) writeCheckpoint(besideRun(reservation.path), checkpointOf(preparation, runs, spent));
    const learning = summarise(preparation, runs, {
      seconds: spent,
      watch: (done, count) => terminal.progress(`judging run ${done + 1} of ${count}`),
    });
    terminal.progress(undefined);
    const document = documentOfLearning(learning, points);
    const run = reservation === undefined ? null : await keep(out, asked, learning, runs, reservation);
    if (flags.json === true) terminal.print(JSON.stringify({ ...document, run }));
    else printLearning(terminal, learning, { ...document, run }, Object.keys(points).length > 0);
    return codeOf(document.outcome);
  } finally {
    terminal.progress(undefined);
    // A name that was not used remains nobody's.
    reservation?.release();
  }
}

/** What is asked for now, beside the checkpoint; a seed that nobody gave is the checkpoint's. */
function requestNow({ request, file }: Asked, flags: LearnFlags): Asked["request"] {
  const { seed, ...rest } = request;
  return flags.seed === undefined && file.seed === undefined ? rest : { ...rest, seed: seed ?? 0 };
}

/** Shows progress, and writes a checkpoint now and then. */
function watcher(
  terminal: Terminal,
  preparation: LearningPreparation,
  ledger: Ledger,
  reservation: Reservation | undefined,
  seconds: () => number,
): () => void {
  const every = 1000 * preparation.plan["checkpoint-every"];
  let [shown, written] = [0, performance.now()];
  return () => {
    const now = performance.now();
    if (now - shown >= 100) {
      terminal.progress(ledger.line());
      shown = now;
    }
    if (reservation === undefined || now - written < every) return;
    const checkpoint: LearningCheckpoint = checkpointOf(preparation, ledger.runs(), seconds());
    if (checkpoint.runs.length > 0) writeCheckpoint(besideRun(reservation.path), checkpoint);
    written = performance.now();
  };
}

async function keep(
  out: string,
  asked: string,
  learning: Learning,
  runs: readonly LearnedRun[],
  reservation: Reservation,
): Promise<string> {
  const [{ saveRun }, { learningFigures }] = await Promise.all([
    import("../runs/save-run.ts"),
    import("../figures/of-learning.ts"),
  ]);
  const { preparation, seconds, trace } = learning;
  const { game, parameters, question, learner, options, plan, seed, tolerance } = preparation;
  const run = saveRun(
    out,
    {
      command: "learn",
      game,
      parameters,
      document: { ...documentOfLearning(learning) },
      configuration: {
        game: asked,
        parameters,
        solver: learner.name,
        options: { ...options, ...plan },
        concept: question.concept,
        seed,
        ...(tolerance === undefined ? {} : { tolerance }),
      },
      trace,
      figures: learningFigures(learning),
      files: { [checkpointName]: textOf(checkpointOf(preparation, runs, seconds)) },
    },
    reservation,
  );
  removeCheckpoint(besideRun(reservation.path));
  return run;
}

function printLearning(terminal: Terminal, learning: Learning, document: LearningDocument, everyPoint: boolean): void {
  const { game, learner } = learning.preparation;
  terminal.print(`${terminal.bold(game.title)} — ${questionInWords(learning.preparation)}, by ${learner.title}`);
  terminal.print(`${document.outcome} after ${duration(document.seconds)}: ${document.reason}`);
  printCertificate(terminal, document.certificate);
  printMeans(terminal, document);
  if (everyPoint) {
    const tables = Object.entries(document.quantities).filter(([, value]) => typeof value !== "number");
    printQuantities(terminal, game, Object.fromEntries(tables), document.exact, true);
  }
  if (document.run !== null) terminal.print(`report  ${document.run}/report.html`);
}

/** Every learned number with its error over runs, and the exact one. */
function printMeans(terminal: Terminal, { quantities, exact, targets }: LearningDocument): void {
  const numberOf = (name: string): number | undefined => {
    const value = quantities[name];
    return typeof value === "number" ? value : undefined;
  };
  const names = Object.keys(quantities).filter(
    (name) => numberOf(name) !== undefined && !/_standard_(error|deviation)$/.test(name),
  );
  const rows = names.map((name) => {
    const error = numberOf(`${name}_standard_error`);
    const deviation = numberOf(`${name}_standard_deviation`);
    const known = exact[name];
    return [
      name,
      digits(numberOf(name), 8),
      error === undefined ? "" : magnitude(error),
      deviation === undefined ? "" : magnitude(deviation),
      typeof known === "number" ? digits(known, 8) : "",
    ];
  });
  if (rows.length > 0) {
    terminal.print(terminal.bold("learned"));
    terminal.print(table([["", "mean", "standard error", "deviation", "exact"], ...rows], "  "));
  }
  for (const { label, quantity, value } of targets) terminal.print(`  ${quantity} of the ${label}: ${digits(value)}`);
}
