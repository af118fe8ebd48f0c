import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { listRuns, readRun } from "./read-run.ts";
import { checkWritable, reserveRun } from "./run-folder.ts";
import { traceCsv } from "./trace-csv.ts";

let out = "";

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "meanfield-runs-"));
});

afterEach(() => {
  rmSync(out, { recursive: true, force: true });
});

const now = new Date(2026, 10, 21, 9, 5, 7);

it("names runs by time and game, and never twice, even before they are written", () => {
  const first = reserveRun(out, "systemic-risk", now);
  const second = reserveRun(out, "systemic-risk", now);
  expect(first.path).toBe(join(out, "2026-11-21-090507-systemic-risk"));
  expect(second.path).toBe(`${first.path}-2`);
  second.write({ "run.json": "2" });
  first.write({ "run.json": "1" });
  expect(readFileSync(join(first.path, "run.json"), "utf8")).toBe("1");
  expect(reserveRun(out, "systemic-risk", now).path).toBe(`${first.path}-3`);
});

it("writes files and folders of files, and leaves nothing else", () => {
  const { path, write } = reserveRun(join(out, "deep"), "run", now);
  write({ "run.json": "{}", "figures/eta.svg": "<svg/>", "arrays.npz": Uint8Array.of(1, 2) });
  expect(readdirSync(join(out, "deep"))).toHaveLength(1);
  expect(readFileSync(join(path, "figures/eta.svg"), "utf8")).toBe("<svg/>");
  expect([...readFileSync(join(path, "arrays.npz"))]).toEqual([1, 2]);
});

it("gives a name up without a trace", () => {
  reserveRun(out, "run", now).release();
  expect(readdirSync(out)).toEqual([]);
});

it("writes all or nothing", () => {
  const { write } = reserveRun(out, "run", now);
  // A file where a folder is needed makes the second write fail.
  expect(() => write({ figures: "a file", "figures/eta.svg": "<svg/>" })).toThrow(/EEXIST|ENOTDIR/);
  expect(readdirSync(out)).toEqual([]);
});

it.each(["/dev/null/runs", "/proc/runs"])("refuses to write below %s at once", (path) => {
  expect(() => checkWritable(path)).toThrow(`--out ${path}: cannot be written`);
});

it("lists runs oldest first, without half-written ones", () => {
  for (const name of ["2026-02", "2026-01", ".2026-00", "other"]) mkdirSync(join(out, name));
  for (const name of ["2026-02", "2026-01", ".2026-00"]) writeFileSync(join(out, name, "run.json"), "{}");
  expect(listRuns(out)).toEqual([join(out, "2026-01"), join(out, "2026-02")]);
  expect(listRuns(join(out, "nowhere"))).toEqual([]);
});

it("says what is wrong with a run.json", () => {
  expect(() => readRun(out)).toThrow("not a run folder (no run.json in it)");
  writeFileSync(join(out, "run.json"), "{");
  expect(() => readRun(out)).toThrow("run.json cannot be read");
  writeFileSync(join(out, "run.json"), `{"command":"solve"}`);
  expect(() => readRun(out)).toThrow("run.json is not a run's: game");
});

it("writes one column per metric that ever appeared", () => {
  expect(
    traceCsv([
      { k: 0, gap: 1 },
      { k: 1, gap: 0.5, change: 0.25 },
    ]),
  ).toBe("k,gap,change\n0,1,\n1,0.5,0.25\n");
  expect(traceCsv([])).toBe("k\n");
});
