import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { catalogue, prepare } from "meanfield";
import type { Game } from "meanfield";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readVary } from "./commands/compare.ts";
import { readPlayers } from "./commands/chaos.ts";
import { readConfiguration } from "./configuration.ts";
import { explain } from "./failure.ts";
import { readFlags, readPoints, sameAgain, stepsFlag } from "./flags.ts";
import type { CommonFlags } from "./flags.ts";

const game = catalogue.games.find(({ id }) => id === "energy-transition") as Game;
const none: CommonFlags = { set: [], option: [], at: [], save: true };

describe("steps of a simulation", () => {
  it.each([
    [undefined, undefined, undefined, 200],
    ["7", 9, undefined, 7],
    [undefined, 9, undefined, 9],
    // Of a game whose time is its own.
    [undefined, undefined, 4, 4],
    ["4", undefined, 4, 4],
  ])("asked for as %s, in the file %s, the game's own %s: %i", (flag, inFile, own, steps) => {
    expect(stepsFlag(flag, inFile, own, 200)).toBe(steps);
  });

  it("are refused where they would have no effect", () => {
    expect(() => stepsFlag("200", undefined, 4, 200)).toThrow("steps = 200: must be 4, the game's own, or left out");
  });
});

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "meanfield-flags-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(text: string): string {
  const path = join(folder, "study.yaml");
  writeFileSync(path, text);
  return path;
}

describe("configuration files", () => {
  it("stand in for flags, and flags win", () => {
    const config = file("preset: A\nparameters: { k: 2, q: 3 }\nseed: 5\nconcept: planner\nplayers: 4\n");
    const { request } = readFlags(game, { ...none, config, set: ["k=1.5"], seed: "7" });
    expect(request).toMatchObject({
      preset: "A",
      parameters: { k: 1.5, q: 3 },
      seed: 7,
      question: { concept: "planner", players: 4 },
    });
  });

  it("say from which law a game starts, as the flag does, and a run says it again", () => {
    const opinion = catalogue.games.find(({ id }) => id === "opinion") as Game;
    const { request } = readFlags(opinion, { ...none, config: file("initial: 1 + x\n") });
    expect(request.initial).toBe("1 + x");
    const other = readFlags(opinion, { ...none, config: file("initial: 1 + x\n"), initial: "1 - x" }).request;
    expect(sameAgain("opinion", prepare(catalogue, opinion, other), other)).toMatchObject({ initial: "1 - x" });
  });

  it.each([
    ["equilibrium", "nash"],
    ["social-optimum", "planner"],
  ])("take %s for %s, as the flag does", (word, concept) => {
    expect(readFlags(game, { ...none, config: file(`concept: ${word}\n`) }).request.question).toEqual({ concept });
    expect(readFlags(game, { ...none, concept: word }).request.question).toEqual({ concept });
  });

  it.each([
    ["paramters: {}", `unknown key "paramters" (did you mean parameters?)`],
    ["seed: -1", "seed:"],
    ["concept: nsh", "concept:"],
    ["a: [", "not valid JSON or YAML"],
    ["- 1", "expected object"],
    ["players: 0", "players:"],
    ["vary: { name: a }", "vary"],
  ])("%s is refused in one line", (text, message) => {
    const path = file(text);
    expect(() => readConfiguration(path)).toThrow(message);
    expect(() => readConfiguration(path)).not.toThrow(/\n/);
  });

  it("may be the run.json of an earlier run", () => {
    const configuration = { game: "energy-transition", parameters: { k: 2 }, paths: 7, strategy: "zero" };
    const config = file(JSON.stringify({ command: "simulate", configuration }));
    const { file: read, request } = readFlags(game, { ...none, config });
    expect(read).toMatchObject({ paths: 7, strategy: "zero" });
    expect(request.parameters).toEqual({ k: 2 });
  });

  it("of another game are refused", () => {
    const config = file("game: price-impact");
    expect(() => readFlags(game, { ...none, config })).toThrow("is for the game price-impact, not energy-transition");
  });

  it("may be empty, and must be there", () => {
    expect(readConfiguration(file(""))).toEqual({});
    expect(() => readConfiguration(join(folder, "none.yaml"))).toThrow("cannot be read (ENOENT)");
  });
});

describe("flags", () => {
  it("read points axis by axis", () => {
    expect(readPoints(["t=0,0.5", "x=-1", "t=1"])).toEqual({ t: [0, 0.5, 1], x: [-1] });
  });

  it.each([[["t"]], [["=1"]], [["t="]], [["t=a"]], [["t=0,"]], [["t=NaN"]], [["t=1e999"]]])(
    "%j is no point",
    (texts) => {
      expect(() => readPoints(texts)).toThrow(/^--at/);
    },
  );

  it("read what to vary", () => {
    expect(readVary("sigma=0.1:0.5:3")).toEqual({ name: "sigma", values: [0.1, 0.3, 0.5] });
    expect(readVary("sigma=1,2")).toEqual({ name: "sigma", values: [1, 2] });
    for (const text of ["sigma", "sigma=1:2", "sigma=1:2:1", "sigma=a:b:3"])
      expect(() => readVary(text)).toThrow(/--vary/);
  });

  it("read numbers of players, sorted", () => {
    expect(readPlayers("100,10,20")).toEqual([10, 20, 100]);
    for (const list of ["1,2", "10,10", "a", "", "2.5"]) expect(() => readPlayers(list)).toThrow("--players");
  });

  it("either prepare a solve of any game or are refused in one line with exit code 2, whatever a person types", () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -1, 1e-300, 1e300, Number.NaN, Infinity));
    const flagsOf = (game: Game): fc.Arbitrary<object> => {
      const anything = fc.oneof(
        fc.string(),
        fc.constantFrom("T=1e400", "=3", "T=1;rm", "a=[1]", "D m=1", "A=[[1,null]]", 'A={"a":1}', "__proto__=1"),
        fc
          .tuple(fc.constantFrom(...Object.keys(game.parameters.shape)), number)
          .map(([name, value]) => `${name}=${value}`),
      );
      return fc.record({
        set: fc.array(anything, { maxLength: 3 }),
        option: fc.array(anything, { maxLength: 1 }),
        seed: fc.option(fc.oneof(fc.string(), fc.integer().map(String)), { nil: undefined }),
        players: fc.option(fc.oneof(fc.string(), fc.integer().map(String)), { nil: undefined }),
        tolerance: fc.option(fc.oneof(fc.string(), number.map(String)), { nil: undefined }),
      });
    };
    const anyGame = fc
      .constantFrom(...catalogue.games)
      .chain((game) => flagsOf(game).map((given) => [game, given] as const));
    const verdict = (game: Game, given: object): string => {
      try {
        prepare(catalogue, game, readFlags(game, { ...none, ...given }).request);
        return "prepared";
      } catch (error) {
        const { line, code } = explain(error);
        return code === 2 && !line.includes("\n") && line.length > 0 ? "refused" : line;
      }
    };
    fc.assert(
      fc.property(anyGame, ([game, given]) => {
        expect(["prepared", "refused"]).toContain(verdict(game, given));
      }),
      { numRuns: 1000 },
    );
  });
});
