import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diffusion } from "meanfield";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "./failure.ts";
import { findGame, looksLikePath } from "./find-game.ts";

const examples = join(import.meta.dirname, "../../../docs/examples/own-games");
const folder = mkdtempSync(join(tmpdir(), "meanfield-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe("files that declare a game by its formulas", () => {
  it("are, as examples, the documents of the library, one each", () => {
    const files = readdirSync(examples).map((name) => [
      name.replace(/\.mfg\.json$/, ""),
      JSON.parse(readFileSync(join(examples, name), "utf8")) as unknown,
    ]);
    // As a file would hold them.
    const library = JSON.parse(JSON.stringify(diffusion.ownGameExamples)) as unknown;
    expect(Object.fromEntries(files)).toEqual(library);
  });

  it("stand before the catalogue's games", async () => {
    const asked = join(examples, "lamp.mfg.json");
    const { game, catalogue } = await findGame(asked);
    expect(game).toMatchObject({ id: "own-moths-around-a-turning-lamp", family: "diffusion" });
    expect(catalogue.games[0]).toBe(game);
  });

  it.each([
    ["drift", '"a - kapa*x"', "drift: at column 5, unknown name `kapa` (did you mean kappa?)"],
    ["running_cost", '"a^2/"', "running_cost: at column 5, expected a number, a name or `(`, but the formula ends"],
    ["drfit", '"a"', "drfit: unknown field (did you mean drift?)"],
    ["state", '{ "from": 0 }', "state.to: missing"],
    ["sigma", "0.1,", /^is no JSON at line 1, column \d+: /],
  ])("are refused in one line where %s is %s", async (field, value, message) => {
    const good = '"format": "meanfield-game", "version": 1, "title": "T", "parameters": ["kappa = 1"]';
    const rest =
      '"state": { "from": 0, "to": 1 }, "horizon": 1, "sigma": 1, "running_cost": "a^2", "initial_density": 1';
    const asked = file(`${field}.mfg.json`, `{ ${good}, ${rest}, "${field}": ${value} }`);
    const failure: unknown = await findGame(asked).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    const [, told] = (failure as Error).message.split(`game = ${asked}: `);
    expect(told.replace(/^game: /, "")).toMatch(message);
  });

  it("are documented by one that is read", () => {
    const page = readFileSync(join(examples, "../../your-own-game.md"), "utf8");
    const [, text] = /```json\n([^`]*)```/.exec(page) ?? [];
    expect(diffusion.gameFromText(text)).toMatchObject({ id: "own-a-promenade" });
    const listed = [...page.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name]) => name);
    expect(listed).toEqual(expect.arrayContaining(Object.keys(diffusion.ownGameExamples)));
  });

  it("must be there", async () => {
    await expect(findGame("./nowhere.mfg.json")).rejects.toThrow("game = ./nowhere.mfg.json: no such file");
  });

  it("are known by their ending", () => {
    expect(["mine.mfg.json", "systemic-risk"].map(looksLikePath)).toEqual([true, false]);
  });
});
