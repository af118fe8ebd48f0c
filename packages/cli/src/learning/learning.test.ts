import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkpointOf, learnRun, prepareLearning } from "meanfield";
import type { LearnedRun, LearningPreparation, LearningStep } from "meanfield";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../failure.ts";
import { findGame } from "../find-game.ts";
import { besideRun, findCheckpoint, removeCheckpoint, writeCheckpoint } from "./checkpoint-file.ts";
import { learnAll } from "./experiment.ts";
import { openLedger } from "./ledger.ts";

const asked = fileURLToPath(new URL("../../../meanfield/src/guessing-game.testing.ts", import.meta.url));

async function prepared(options: Record<string, unknown>): Promise<LearningPreparation> {
  const { game, catalogue } = await findGame(asked);
  return prepareLearning(catalogue, game, { options });
}

/** The first steps of a run. */
function steps(preparation: LearningPreparation, run: number, count: number): LearningStep[] {
  return learnRun(preparation, run).take(count).toArray();
}

async function learned(
  preparation: LearningPreparation,
  threads: number,
  from: readonly LearnedRun[] = [],
): Promise<LearnedRun[]> {
  const { signal } = new AbortController();
  const request = { options: { ...preparation.options, ...preparation.plan } };
  const ledger = openLedger(preparation, from);
  const runs = await learnAll({ preparation, asked, request, from, threads, signal, ledger, watch: () => {} });
  expect(ledger.runs().toSorted((a, b) => a.run - b.run)).toEqual(runs.toSorted((a, b) => a.run - b.run));
  return runs.toSorted((a, b) => a.run - b.run);
}

describe("learnAll", () => {
  it("gives the same bits on one thread and on two, from the start and from the middle", async () => {
    const preparation = await prepared({ runs: 3, iterations: 30 });
    const alone = await learned(preparation, 1);
    expect(alone.map(({ run, rows }) => [run, rows.length])).toEqual([
      [0, 30],
      [1, 30],
      [2, 30],
    ]);
    expect(await learned(preparation, 2)).toEqual(alone);
    const half = steps(preparation, 1, 7);
    const from: LearnedRun = {
      run: 1,
      end: "aborted",
      reason: "",
      iterations: 7,
      rows: half.map(({ row }) => row),
      last: half[6].row,
      saved: { ...steps(preparation, 1, 7).at(-1)?.save() },
    };
    expect(await learned(preparation, 2, [alone[2], from])).toEqual(alone);
  });

  it("says what failed in a thread", async () => {
    const preparation = await prepared({ runs: 2 });
    const ledger = openLedger(preparation, []);
    const { signal } = new AbortController();
    const work = learnAll({
      preparation,
      asked,
      request: { options: { power: 0.1 } },
      from: [],
      threads: 2,
      signal,
      ledger,
      watch: () => {},
    });
    await expect(work).rejects.toThrow("option power = 0.1");
  });

  it("begins nothing once it is stopped", async () => {
    const preparation = await prepared({ runs: 4 });
    const signal = AbortSignal.abort();
    for (const threads of [1, 2]) {
      const ledger = openLedger(preparation, []);
      expect(
        await learnAll({ preparation, asked, request: {}, from: [], threads, signal, ledger, watch: () => {} }),
      ).toEqual([]);
    }
  });
});

describe("a ledger", () => {
  it("keeps runs as far as they could be taken up again, and says how far they are", async () => {
    const preparation = await prepared({ runs: 2, iterations: 10 });
    const ledger = openLedger(preparation, []);
    const taken = steps(preparation, 0, 5);
    const rows = taken.map(({ row }) => row);
    ledger.add(0, { rows: [rows[0]], last: rows[0] });
    expect(ledger.runs()[0].rows).toEqual([]);
    ledger.add(0, { rows: [rows[1]], last: rows[2], saved: { k: 3 } });
    ledger.add(0, { rows: [], last: rows[3] });
    expect(ledger.runs()).toEqual([
      expect.objectContaining({ iterations: 3, rows: [rows[0], rows[1]], last: rows[2], saved: { k: 3 } }),
    ]);
    expect(ledger.line()).toMatch(/^learning \[#+-+\] {2}20 % {2}theta [\d.]+ {2}exploitability /);
    // A run that ended before its last iteration is done all the same.
    ledger.finish({
      run: 0,
      end: "converged",
      reason: "",
      iterations: 1,
      rows: [rows[0]],
      last: rows[0],
      saved: { k: 1 },
    });
    expect(ledger.line()).toContain(" 50 %");
  });

  it("shows the limit's loss between two looks at it, with the loss that belongs to it", async () => {
    const ledger = openLedger(await prepared({ runs: 1, iterations: 10 }), []);
    const row = (k: number, loss: number) => ({ k, run: 0, loss });
    ledger.add(0, { rows: [row(0, 3)], last: row(0, 3) });
    expect(ledger.line()).toMatch(/loss 3\.0$/);
    ledger.add(0, { rows: [{ ...row(1, 2), limit_loss: 1.5 }], last: row(2, 1) });
    ledger.add(0, { rows: [], last: row(3, 0.5) });
    expect(ledger.line()).toMatch(/ 40 % {2}loss 2\.0 {2}limit loss 1\.5$/);
  });
});

describe("checkpoint files", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "meanfield-checkpoints-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are written whole, read again exactly, and removed", async () => {
    const preparation = await prepared({ runs: 1, iterations: 3 });
    const [run] = await learned(preparation, 1);
    const checkpoint = checkpointOf(preparation, [run], 0.1);
    const file = besideRun(join(folder, "run"));
    writeCheckpoint(file, checkpoint);
    expect(readdirSync(folder)).toEqual(["run.checkpoint.json"]);
    expect(findCheckpoint(file)).toEqual(checkpoint);
    removeCheckpoint(file);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [undefined, "no such"],
    ["{", "cannot be read"],
    [`{"kind":"learning-checkpoint"}`, "version"],
  ])("%j is refused in one line", (text, message) => {
    const file = join(folder, "checkpoint.json");
    if (text !== undefined) writeFileSync(file, text);
    expect(() => findCheckpoint(file)).toThrow(UsageError);
    expect(() => findCheckpoint(file)).toThrow(message);
    expect(() => findCheckpoint(file)).not.toThrow(/\n/);
  });
});
