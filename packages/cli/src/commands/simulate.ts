import { RefusalError, checkAxes, listed, numeric, preparePlay, scalar, series, tabulate, version } from "meanfield";
import type { Estimate, Quantity, QuantityTable, Simulation } from "meanfield";
import { exitCode } from "../failure.ts";
import { findGame } from "../find-game.ts";
import { readFlags, sameAgain, stepsFlag, wholeFlag } from "../flags.ts";
import type { CommonFlags } from "../flags.ts";
import { drive, interruptible } from "../interrupt.ts";
import { checkWritable } from "../runs/run-folder.ts";
import { findStrategy } from "../strategies.ts";
import { withTeam } from "../threads/with-team.ts";
import { bar, processTerminal } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import { digits, duration, magnitude, playersInWords } from "../text/numbers.ts";
import { table } from "../text/table.ts";

export interface SimulateFlags extends CommonFlags {
  readonly paths?: string;
  readonly steps?: string;
  readonly strategy?: string;
}

/** `meanfield simulate <game> --players N --paths M` */
export async function simulateCommand(asked: string, flags: SimulateFlags): Promise<number> {
  const terminal = processTerminal(flags.quiet === true);
  const found = await findGame(asked);
  const { game } = found;
  const { file, request, out, save, points, threads } = readFlags(game, flags);
  const players = request.question?.players ?? 10;
  const paths = wholeFlag("paths", flags.paths, file.paths, 1000, 1);
  const preparation = preparePlay(found.catalogue, game, { ...request, question: { ...request.question, players } });
  const { parameters, model, wing, seed } = preparation;
  const strategyName = flags.strategy ?? file.strategy ?? wing.usualStrategy ?? "equilibrium";
  const ownSteps = wing.ownSteps?.(model);
  const steps = stepsFlag(flags.steps, file.steps, ownSteps, 200);
  const { simulate } = wing;
  if (simulate === undefined)
    throw new RefusalError(`${game.id} cannot be simulated: no simulation is known for ${model.family} games`);
  if (save) checkWritable(out);
  const started = performance.now();
  const { strategy, simulation } = await interruptible(async (signal) => {
    const strategy = await findStrategy(strategyName, found, preparation, request, players, signal);
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
    strategy: strategyName,
    players,
    paths: simulation.pathsDone,
    steps,
    scheme: simulation.scheme,
    parameters,
    seed,
    ...(preparation.initial === undefined ? {} : { initial: preparation.initial }),
    version,
    outcome: stopped ? "aborted" : "converged",
    reason: stopped
      ? `stopped by request after ${simulation.pathsDone} of ${paths} paths`
      : `${paths} paths of ${playersInWords(players)} under ${strategy.story}`,
    seconds: (performance.now() - started) / 1000,
    certificate: { exploitability, consistency: null, residual: null, exactError: null },
    estimates: estimatesOf(simulation),
    quantities: quantitiesOf(simulation),
    ...(simulation.limits === undefined ? {} : { exact: simulation.limits }),
    ...(simulation.remarks === undefined ? {} : { remarks: simulation.remarks }),
  };
  // `--at` is checked before anything is written.
  const quantities = restricted(document.quantities, points);
  const run = save
    ? (await import("../runs/save-run.ts")).saveRun(out, {
        command: "simulate",
        game,
        parameters,
        document,
        configuration: {
          ...sameAgain(asked, preparation, request),
          strategy: strategyName,
          paths,
          ...(ownSteps === undefined ? { steps } : {}),
        },
        figures: (await import("../figures/of-simulation.ts")).simulationFigures(game, parameters, simulation),
        arrays: {
          t: { shape: [simulation.t.length], data: simulation.t },
          sample_paths: stack(simulation.samples.flatMap((sample) => sample.players)),
          sample_means: stack(simulation.samples.map((sample) => sample.mean)),
        },
      })
    : null;
  if (flags.json === true) terminal.print(JSON.stringify({ ...document, quantities, run }));
  else {
    terminal.print(
      `${terminal.bold(game.title)} — ${document.reason}, ${simulation.scheme} steps, ${duration(document.seconds)}`,
    );
    printEstimates(terminal, document.estimates, simulation.limits);
    for (const remark of simulation.remarks ?? []) terminal.print(remark);
    if (exploitability !== null)
      terminal.print(
        `exploitability of the strategy among ${playersInWords(players)}  ${magnitude(exploitability)} (exact)`,
      );
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

/** Series at the points asked for, linear between grid times: far inside the Monte-Carlo error. */
function restricted(
  tables: Readonly<Record<string, QuantityTable>>,
  points: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, QuantityTable>> {
  if (Object.keys(points).length === 0) return tables;
  const quantities = Object.entries(tables).map(([name, table]) => [name, quantityOf(table)] as const);
  checkAxes(Object.fromEntries(quantities), points);
  return Object.fromEntries(quantities.map(([name, quantity]) => [name, tabulate(quantity, points)]));
}

function quantityOf(table: QuantityTable): Quantity {
  if (typeof table === "number") return scalar(table);
  if ("t" in table) return series(Float64Array.from(table.t), numeric.linearInterpolation(table.t, table.value));
  const [axis, grid] = Object.entries(table.axes)[0];
  return listed(axis, grid, table.value);
}

function printEstimates(
  terminal: Terminal,
  estimates: Readonly<Record<string, Estimate>>,
  limits: Simulation["limits"],
): void {
  const rows = Object.entries(estimates).map(([name, { mean, standardError, low, high }]) => [
    name,
    digits(mean, 8),
    magnitude(standardError),
    `[${digits(low, 6)}, ${digits(high, 6)}]`,
    ...(limits === undefined ? [] : [limits[name] === undefined ? "" : digits(limits[name], 8)]),
  ]);
  const header = ["", "mean", "standard error", "95 % confidence interval"];
  terminal.print(table([limits === undefined ? header : [...header, "for N → ∞"], ...rows], "  "));
}

function stack(rows: readonly Float64Array[]): { shape: number[]; data: Float64Array } {
  const width = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * width);
  rows.forEach((row, i) => data.set(row, i * width));
  return { shape: [rows.length, width], data };
}
