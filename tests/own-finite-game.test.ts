/** A person's own finite game with a fault somewhere in its kernel or its rewards, as the command line answers it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, start } from "./running.testing.ts";

/** Foxes and hares on a circle of three places; what the fault says happens at t = 2 in the field to whoever goes on. */
const source = (fault: string, sees: string): string => `
import { finite } from "meanfield";
import { z } from "zod";

const population = (name) => ({
  name,
  states: [finite.namedAxis("place", ["den", "field", "wood"])],
  actions: [finite.namedAxis("move", ["stay", "go"])],
  initial: Float64Array.of(1, 0, 0),
  transition: {
    sees: "${sees}",
    timed: true,
    successors: (t, s, a, laws, emit) => {
      const here = name === "foxes" && t === 2 && s === 1 && a === 1;
      const to = (s + a) % 3;
      ${fault.startsWith("reward") ? "" : `if (here) { ${fault}; return; }`}
      emit(to, 1);
    },
  },
  reward: {
    coupled: {
      sees: "states",
      at: (t, s, a, { states: [hares, foxes] }) => {
        const here = name === "foxes" && t === 2 && s === 1 && a === 1;
        const reward = hares[s] - foxes[s];
        return here ? ${fault.startsWith("reward") ? fault : "reward"} : reward;
      },
    },
  },
});

export default {
  id: "foxes-and-hares",
  title: "Foxes and hares",
  family: "finite",
  story: "Foxes look for hares.",
  reference: "none",
  equations: [],
  parameters: z.object({}),
  presets: {},
  concepts: ["nash"],
  information: ["feedback"],
  build: () => ({
    family: "finite",
    kind: "discrete-time",
    horizon: 3,
    populations: [population("hares"), population("foxes")],
  }),
  quantities: finite.quantitiesOf(["hares", "foxes"]),
  measure: (_parameters, _question, candidate) => finite.measureFinite(candidate),
};
`;

describe("a person's own finite game is refused by population, time, state and action", () => {
  const place = "of foxes at t = 2, state field, action go";

  it.each([
    ["rows that do not sum to one", "emit(to, 0.9)", "nothing", `transition ${place}: sum of probabilities = 0.9`],
    ["no successor", "", "nothing", `transition ${place}: sum of probabilities = 0`],
    ["negative probabilities", "emit(to, 1.5), emit(s, -0.5)", "states", `transition ${place}: probability = -0.5`],
    ["NaN probabilities", "emit(to, Math.log(-1))", "states", `transition ${place}: probability = NaN`],
    ["unknown successors", "emit(3, 1)", "nothing", `transition ${place}: successor = 3`],
    ["NaN rewards", "reward * Math.log(-1)", "nothing", `reward ${place} = NaN`],
    ["rewards that a function forgets to return", "reward[0]", "nothing", `reward ${place} = NaN`],
  ])("%s", async (_, fault, sees, message) => {
    writeFileSync(join(folder, "my-game.ts"), source(fault, sees));
    const { code, stdout, stderr } = await start(["solve", "./my-game.ts", "--no-save", "--quiet"]);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});
