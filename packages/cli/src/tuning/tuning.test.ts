import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogue, prepare } from "meanfield";
import type { Preparation, RunDocument, SolveRequest, Tuning } from "meanfield";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../main.ts";
import { commandLine } from "./command-line.ts";
import { searchOptions } from "./trials.ts";
import type { TuningBlock } from "./tune.ts";

const request: SolveRequest = { solver: "prior-descent", options: { tolerance: 0 }, seed: 3 };

function prepared(id: string, asked: SolveRequest): Preparation {
  const game = catalogue.games.find((candidate) => candidate.id === id);
  if (game === undefined) throw new Error(`no game ${id}`);
  return prepare(catalogue, game, asked);
}

function searched(threads: number, stopAfter = Infinity): Promise<Tuning> {
  const controller = new AbortController();
  return searchOptions({
    preparation: prepared("left-right", request),
    asked: "left-right",
    request,
    plan: { runs: 9, iterations: 60 },
    threads,
    signal: controller.signal,
    watch: (_tried, done) => {
      if (done >= stopAfter) controller.abort();
    },
  });
}

describe("a search for options", () => {
  it("finds the same in one thread and in two", async () => {
    const alone = await searched(1);
    expect(alone.interrupted).toBe(false);
    expect(alone.best?.score).toBeLessThanOrEqual(alone.tried.find(({ trial }) => trial === 0)?.score ?? Number.NaN);
    expect(await searched(2)).toEqual(alone);
  });

  it("keeps what was found until it is stopped", async () => {
    const found = await searched(1, 3);
    expect(found.interrupted).toBe(true);
    expect(found.tried.length).toBe(3);
    expect(found.best?.score).toBe(Math.min(...found.tried.map(({ score }) => score ?? Infinity)));
  });
});

describe("meanfield solve --tune", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "meanfield-tuning-"));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  async function json(words: readonly string[]): Promise<RunDocument & { readonly tuning?: TuningBlock }> {
    const lines: string[] = [];
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
    await main([...words, "--no-save", "--json", "--quiet"]);
    write.mockRestore();
    return JSON.parse(lines.join("")) as RunDocument;
  }

  it("solves with the best, and names the command line that does the same", async () => {
    const words = ["solve", "left-right", "--solver", "prior-descent", "--tolerance", "0", "--max-iterations", "60"];
    const document = await json([...words, "--tune", "--tune-runs", "9", "--tune-iterations", "60", "--threads", "1"]);
    const { tuning } = document;
    expect(tuning?.searched).toEqual(["eta", "n_inner"]);
    expect(document.options).toMatchObject(tuning?.best?.options ?? {});
    expect(document.certificate.exploitability).toBe(tuning?.best?.score);
    expect(tuning?.tried.length).toBe(9);
    const again = await json((tuning?.best?.command ?? "").split(" ").slice(1));
    expect(again.options).toEqual(document.options);
    expect(again.trace).toEqual(document.trace);
    expect(again.tuning).toBeUndefined();
  });
});

describe("the command line of a preparation", () => {
  it("leaves out what is the default, and quotes what a shell would take apart", () => {
    expect(commandLine("beach-bar", prepared("beach-bar", {}))).toBe(
      "meanfield solve beach-bar --solver online-mirror-descent",
    );
    const hunt = prepared("conservative-treasure-hunting", {
      parameters: { r: [1, 2, 3] },
      question: { concept: "planner" },
      options: { alpha: 0.5 },
      seed: 4,
      maximumIterations: 7,
    });
    expect(commandLine("./my game.ts", hunt)).toBe(
      "meanfield solve './my game.ts' --set 'r=[1,2,3]' --concept planner --solver social-mirror-descent " +
        "--option alpha=0.5 --option seed=4 --seed 4 --max-iterations 7",
    );
  });
});
