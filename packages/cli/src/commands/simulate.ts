import { RefusalError, prepare, version } from "meanfield";
import type { Estimate, QuantityTable, Simulation } from "meanfield";
import { exitCode } from "../failure.ts";
import { findGame } from "../find-game.ts";
import { readFlags, wholeNumber } from "../flags.ts";
import type { CommonFlags } from "../flags.ts";
import { drive, interruptible } from "../interrupt.ts";
import { checkWritable } from "../runs/run-folder.ts";
import { findStrategy } from "../strategies.ts";
import { withTeam } from "../threads/with-team.ts";
import { bar, processTerminal } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import { digits, duration, magnitude } from "../text/numbers.ts";
import { table } from "../text/table.ts";

export interface SimulateFlags extends CommonFlags {
  readonly paths: string;
  readonly steps: string;
  readonly strategy: string;
}

/** `meanfield simulate <game> --players N --paths M` */
export async function simulateCommand(asked: string, flags: SimulateFlags): Promise<number> {
  const terminal = processTerminal(flags.quiet === true);
  const found = await findGame(asked);
  const { game } = found;
  const { request, out, save, threads } = readFlags(game, flags);
  const players = request.question?.players ?? 10;
  const paths = wholeNumber("paths", flags.paths, 1);
  const steps = wholeNumber("steps", flags.steps, 1);
  const preparation = prepare(found.catalogue, game, { ...request, question: { ...request.question, players } });
  const { parameters, model, wing, seed } = preparation;
  const { simulate } = wing;
  if (simulate === undefined)
    throw new RefusalError(`${game.id} cannot be simulated: its family ${model.family} has no finite game`);
  if (save) checkWritable(out);
  const started = performance.now();
  const { strategy, simulation } = await interruptible(async (signal) => {
    const strategy = await findStrategy(flags.strategy, found, preparation, request, players, signal);
    const events = game.events?.(parameters) ?? {};
    const simulation = await withTeam(threads, players, (team) => {
      const work = simulate(model, strategy.candidate, events, { players, paths, steps, seed, signal, team });
      return drive(work, (share) => terminal.progress(`simulating ${bar(share)}`));
    });
    return { strategy, simulation };
  });
  const exploitability = wing.exploitability?.(model, preparation.question, strategy.candidate) ?? null;
  terminal.progress(undefined);
  const stopped = simulation.pathsDone < paths;
  const document = {
    game: game.id,
    strategy: flags.strategy,
    players,
    paths: simulation.pathsDone,
    steps,
    scheme: simulation.scheme,
    parameters,
    seed,
    version,
    outcome: stopped ? "aborted" : "converged",
    reason: stopped
      ? `stopped by request after ${simulation.pathsDone} of ${paths} paths`
      : `${paths} paths of ${players} players under ${strategy.story}`,
    seconds: (performance.now() - started) / 1000,
    certificate: { exploitability, consistency: null, residual: null, exactError: null },
    estimates: estimatesOf(simulation),
    quantities: quantitiesOf(simulation),
  };
  const run = save
    ? (await import("../runs/save-run.ts")).saveRun(out, {
        command: "simulate",
        game,
        parameters,
        document,
        configuration: { game: asked, parameters, strategy: flags.strategy, players, paths, steps, seed },
        figures: (await import("../figures/of-simulation.ts")).simulationFigures(game, parameters, simulation),
        arrays: {
          t: { shape: [simulation.t.length], data: simulation.t },
          sample_paths: stack(simulation.samples.flatMap((sample) => sample.players)),
          sample_means: stack(simulation.samples.map((sample) => sample.mean)),
        },
      })
    : null;
  if (flags.json === true) terminal.print(JSON.stringify({ ...document, run }));
  else {
    terminal.print(
      `${terminal.bold(game.title)} — ${document.reason}, ${simulation.scheme} steps, ${duration(document.seconds)}`,
    );
    printEstimates(terminal, document.estimates);
    if (exploitability !== null)
      terminal.print(`exploitability of the strategy among ${players} players  ${magnitude(exploitability)} (exact)`);
    if (run !== null) terminal.print(`report  ${run}/report.html`);
  }
  return stopped ? exitCode.interrupted : exitCode.done;
}

function estimatesOf(simulation: Simulation): Record<string, Estimate> {
  const { cost, scalars, defaults } = simulation;
  const crossings =
    defaults === undefined ? {} : { default_probability: defaults.single, systemic_probability: defaults.systemic };
  return { cost, ...scalars, ...crossings };
}

function quantitiesOf(simulation: Simulation): Record<string, QuantityTable> {
  const quantities: Record<string, QuantityTable> = {};
  for (const [name, estimate] of Object.entries(estimatesOf(simulation))) {
    quantities[name] = estimate.mean;
    quantities[`${name}_standard_error`] = estimate.standardError;
  }
  const t = [...simulation.t];
  for (const [name, { mean, standardError }] of Object.entries(simulation.series)) {
    quantities[name] = { t, value: [...mean] };
    quantities[`${name}_standard_error`] = { t, value: [...standardError] };
  }
  if (simulation.defaults !== undefined) {
    const { value, standardError } = simulation.defaults.count;
    const axes = { defaults: Array.from(value, (_, k) => k) };
    quantities["default_count"] = { axes, value: [...value] };
    quantities["default_count_standard_error"] = { axes, value: [...standardError] };
  }
  return quantities;
}

function printEstimates(terminal: Terminal, estimates: Readonly<Record<string, Estimate>>): void {
  const rows = Object.entries(estimates).map(([name, { mean, standardError, low, high }]) => [
    name,
    digits(mean, 8),
    magnitude(standardError),
    `[${digits(low, 6)}, ${digits(high, 6)}]`,
  ]);
  terminal.print(table([["", "mean", "standard error", "95 % confidence interval"], ...rows], "  "));
}

function stack(rows: readonly Float64Array[]): { shape: number[]; data: Float64Array } {
  const width = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * width);
  rows.forEach((row, i) => data.set(row, i * width));
  return { shape: [rows.length, width], data };
}
