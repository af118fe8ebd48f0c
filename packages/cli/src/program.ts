import { Command } from "commander";
import { version } from "meanfield";
import type { ChaosFlags } from "./commands/chaos.ts";
import type { CompareFlags } from "./commands/compare.ts";
import type { DescribeFlags } from "./commands/describe.ts";
import type { LearnFlags } from "./commands/learn.ts";
import type { ListFlags } from "./commands/list.ts";
import type { ReportFlags } from "./commands/report.ts";
import type { RunsFlags } from "./commands/runs.ts";
import type { SimulateFlags } from "./commands/simulate.ts";
import type { SolveFlags } from "./commands/solve.ts";
import type { StabilityFlags } from "./commands/stability.ts";
import type { StudioFlags } from "./commands/studio.ts";
import { addCompletion } from "./completion.ts";
import {
  addAt,
  addCommonFlags,
  addConceptFlag,
  addInitial,
  addPlayerFlags,
  addQuestionFlags,
  repeat,
} from "./flags.ts";

/**
 * The command line of the contract; `done` receives the exit code of the command that ran.
 *
 * Commands are loaded when they run, so that `list` does not wait for the figures of `solve`.
 */
export function makeProgram(done: (code: number) => void): Command {
  const program = new Command("meanfield")
    .description("A laboratory for mean-field games: solve, certify, simulate, compare.")
    .version(version)
    .exitOverride()
    // The error itself is printed once, by `main`, as one line.
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true);

  program
    .command("list")
    .description("the catalogue of games, solvers and learners")
    .option("--quiet", "no hints on stderr")
    .argument("[what]", "games, solvers or learners")
    .option("--family <family>", "only this family")
    .option("--json", "print JSON")
    .action(async (what: string | undefined, flags: ListFlags) =>
      done((await import("./commands/list.ts")).listCommand(what, flags)),
    );

  program
    .command("describe")
    .description("story, equations, parameters, solvers and known answers of a game")
    .option("--quiet", "no hints on stderr")
    .argument("<game>", "a game's name, or a path to your own (./my-game.ts)")
    .option("--json-schema", "print the parameters' JSON Schema")
    .option("--json", "print JSON")
    .action(async (game: string, flags: DescribeFlags) =>
      done(await (await import("./commands/describe.ts")).describeCommand(game, flags)),
    );

  const solve = program
    .command("solve")
    .description("equilibrium (or planner's optimum) with certificate and run folder")
    .argument("<game>", "a game's name, or a path to your own (./my-game.ts)")
    .option("--solver <name>", "the method (default: the best that fits)")
    .option("--common-noise <path>", "follow a path of the common noise: a file of t,W0 lines, or simulated")
    .option("--tune", "search the solver's options first, on all cores unless --threads says; those given stay")
    .option("--tune-runs <n>", "how many options are tried (default: 27)")
    .option("--tune-iterations <k>", "most iterations of one try (default: 300)");
  addAt(addInitial(addCommonFlags(addQuestionFlags(solve)))).action(async (game: string, flags: SolveFlags) =>
    done(await (await import("./commands/solve.ts")).solveCommand(game, flags)),
  );

  const learn = program
    .command("learn")
    .description("equilibrium or social optimum by reinforcement learning from a simulator, with errors over runs")
    .argument("<game>", "a game's name, or a path to your own (./my-game.ts)")
    .option("--solver <name>", "the learner (default: the best that fits)")
    .option("--resume <path>", "go on from a run folder or a checkpoint file; what is not given is as it was there");
  addAt(addCommonFlags(addConceptFlag(learn, "what to learn"), "as many as there are cores")).action(
    async (game: string, flags: LearnFlags) =>
      done(await (await import("./commands/learn.ts")).learnCommand(game, flags)),
  );

  const simulate = program
    .command("simulate")
    .description("the N-player game under a strategy: costs with confidence intervals, defaults, paths")
    .argument("<game>", "a game's name, or a path to your own (./my-game.ts)")
    .option("--paths <m>", "independent copies of the game (default: 1000)")
    .option("--steps <k>", "time steps (default: 200)")
    .option("--strategy <strategy>", "equilibrium (the default), decentralised, nash, planner, zero, or a run folder")
    .option("--solver <name>", "the method that finds the strategy");
  addAt(addInitial(addCommonFlags(addPlayerFlags(simulate)))).action(async (game: string, flags: SimulateFlags) =>
    done(await (await import("./commands/simulate.ts")).simulateCommand(game, flags)),
  );

  const chaos = program
    .command("chaos")
    .description("propagation of chaos: errors to the limit against N, with fitted rates")
    .argument("<game>", "a game's name, or a path to your own (./my-game.ts)")
    .option("--players <list>", "numbers of players (default: a few that suit the game)")
    .option(
      "--repeats <r>",
      "repetitions of simulated errors; 0 for exact columns only (default: some that suit the game)",
    )
    .option("--steps <k>", "time steps of simulated paths (default: 100)");
  addInitial(addCommonFlags(chaos)).action(async (game: string, flags: ChaosFlags) =>
    done(await (await import("./commands/chaos.ts")).chaosCommand(game, { ...flags, at: [] })),
  );

  const stability = program
    .command("stability")
    .description(
      "backward systems under perturbed data: the doubly-indexed table of k and N, its margins and its rates",
    )
    .argument("<game>", "a game's name, or a path to your own (./my-game.ts)")
    .option("--k <list>", "levels of the perturbed data (default: 1,2,4,8,16,32,64,128)")
    .option("--players <list>", "numbers of players (default: 1,2,4,8,16,64,256)")
    .option("--repeats <r>", "paths of every simulated cell; 0 for exact cells only (default: 1000)")
    .option("--perturb <list>", "some of terminal, driver, horizon, martingale (default: all)");
  addCommonFlags(stability).action(async (game: string, flags: StabilityFlags) =>
    done(await (await import("./commands/stability.ts")).stabilityCommand(game, { ...flags, at: [] })),
  );

  const compare = program
    .command("compare")
    .description("one game, several methods, or several values of a parameter: one table and one figure")
    .argument("<game>", "a game's name, or a path to your own (./my-game.ts)")
    .option("--solvers <a,b,c>", "methods to compare (default: all that fit)")
    .option("--vary <name=from:to:count>", "a parameter to vary (or name=v1,v2,…)");
  addInitial(addCommonFlags(addQuestionFlags(compare))).action(async (game: string, flags: CompareFlags) =>
    done(await (await import("./commands/compare.ts")).compareCommand(game, { ...flags, at: [] })),
  );

  program
    .command("studio")
    .description("the studio: pick a game, move sliders, watch the equilibrium form; served on 127.0.0.1")
    .option("--port <p>", "0 takes any that is free (default: 4174)")
    .option("--runs <folder>", "show the runs below this folder, too (repeatable; default: runs)", repeat, [])
    .option("--open", "open it in a browser")
    .option("--json", "print the address as JSON")
    .option("--quiet", "no hints on stderr")
    .action(async (flags: StudioFlags) => done(await (await import("./commands/studio.ts")).studioCommand(flags)));

  program
    .command("runs")
    .description("earlier runs")
    .option("--quiet", "no hints on stderr")
    .option("--out <folder>", "where run folders are", "runs")
    .option("--json", "print JSON")
    .action(async (flags: RunsFlags) => done((await import("./commands/runs.ts")).runsCommand(flags)));

  program
    .command("report")
    .description("one earlier run in words, or several side by side")
    .option("--quiet", "no hints on stderr")
    .argument("<run...>", "run folders")
    .option("--open", "open the page in a browser")
    .option("--json", "print the stored documents")
    .action(async (runs: string[], flags: ReportFlags) =>
      done((await import("./commands/report.ts")).reportCommand(runs, flags)),
    );

  addCompletion(program);
  return program;
}
