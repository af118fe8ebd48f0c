import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { catalogue, conceptWords, describeParameters, families, informationStructures } from "meanfield";

/** `source <(meanfield complete bash)`: shell completion for commands, flags, games, presets, solvers. */
export function addCompletion(program: Command): void {
  const root = tab(program);
  for (const command of root.commands.values()) {
    for (const [name, argument] of command.arguments) {
      if (name === "game")
        argument.handler = (complete) => catalogue.games.forEach(({ id, title }) => complete(id, title));
      if (name === "what")
        argument.handler = (complete) => ["games", "solvers", "learners"].forEach((word) => complete(word, ""));
    }
    const methods = command.value === "learn" ? (catalogue.learners ?? []) : catalogue.solvers;
    const values: Readonly<Record<string, readonly string[]>> = {
      solver: methods.map(({ name }) => name),
      solvers: catalogue.solvers.map(({ name }) => name),
      family: families,
      concept: Object.keys(conceptWords),
      information: informationStructures,
      strategy: ["equilibrium", "decentralised", "nash", "planner", "zero"],
      perturb: ["terminal", "driver", "horizon", "martingale"],
      preset: [...new Set(catalogue.games.flatMap(({ presets }) => Object.keys(presets)))],
    };
    // Parameters are known once the game stands on the line.
    const game = catalogue.games.find(({ id }) => process.argv.includes(id));
    const parameters = Object.entries(game === undefined ? {} : describeParameters(game.parameters));
    for (const [name, option] of command.options) {
      if (name === "set") {
        option.handler = (complete) => parameters.forEach(([key, { meaning }]) => complete(`${key}=`, meaning));
      }
      const list = values[name];
      if (list !== undefined) option.handler = (complete) => list.forEach((value) => complete(value, ""));
    }
  }
}
