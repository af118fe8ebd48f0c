import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import type { Game } from "./core/index.ts";
import { InputError, RefusalError, scalar } from "./core/index.ts";
import { byName, documentOf, prepare, solve } from "./laboratory.ts";

const game = byName("game", catalogue.games, ({ id }) => id, "trade-crowding");

describe("prepare", () => {
  it("takes the first solver that fits, the limit and the equilibrium unless told", () => {
    const { solver, question, parameters, seed } = prepare(catalogue, game);
    expect(solver.name).toBe("riccati");
    expect(question).toEqual({ concept: "nash", players: Infinity, information: "feedback" });
    expect(parameters).toMatchObject({ T: 1 });
    expect(seed).toBe(0);
  });

  it("applies a preset before parameters", () => {
    const { parameters } = prepare(catalogue, game, { preset: "T2", parameters: { h: 0.1 } });
    expect(parameters).toMatchObject({ T: 2, h: 0.1 });
  });

  it.each([
    [{ preset: "T3" }, "preset", "did you mean"],
    [{ parameters: { hh: 1 } }, "hh", "known name"],
    [{ question: { players: 0 } }, "players", "at least 1"],
    [{ question: { players: 1 } }, "players", "at least 2 for feedback"],
    [{ question: { players: 2.5 } }, "players", "whole number"],
    [{ solver: "ricatti" }, "solver", "did you mean riccati?"],
    [{ options: { tolerances: 1 } }, "option tolerances", "did you mean tolerance?"],
    [{ options: { tolerance: -1 } }, "option tolerance", "must be"],
    [{ seed: -1 }, "seed", "whole number"],
    [{ maximumIterations: 0 }, "max-iterations", "at least 1"],
  ])("refuses %j, naming the field", (request, field, message) => {
    const attempt = () => prepare(catalogue, game, request);
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(new RegExp(`^${field} = `));
  });

  it("refuses a solver of another family, and one that cannot take the question", () => {
    expect(() => prepare(catalogue, game, { solver: "exhaustion-times" })).toThrow(RefusalError);
    expect(() => prepare(catalogue, game, { solver: "picard", question: { players: 3 } })).toThrow(
      "picard cannot take this",
    );
  });
});

describe("solve", () => {
  it("gives a document of plain numbers that survives JSON", async () => {
    const document = documentOf(await solve(prepare(catalogue, game)), { t: [0, 0.25] });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document).toMatchObject({
      game: "trade-crowding",
      outcome: "converged",
      players: null,
      information: null,
      run: null,
    });
    expect(document.quantities["eta"]).toMatchObject({ t: [0, 0.25] });
  });

  it("refuses an axis that no quantity has", async () => {
    const solution = await solve(prepare(catalogue, game));
    expect(() => documentOf(solution, { x: [0] })).toThrow('--at x = "0": must be on one of the axes t');
  });

  it("lets a wrong closed form be seen, and a NaN", async () => {
    const lying = (value: number): Game => ({ ...game, exact: () => ({ cost: () => scalar(value) }) });
    const wrong = await solve(prepare(catalogue, lying(0)));
    expect(wrong.certificate.exactError).toBeGreaterThan(0.1);
    const broken = await solve(prepare(catalogue, lying(Number.NaN)));
    expect(broken.certificate.exactError).toBeNaN();
  });

  it("keeps a run that diverged beyond all judgement, and refuses one that says it converged", async () => {
    const { wing, ...rest } = prepare(catalogue, game, {
      solver: "picard",
      maximumIterations: 1,
      options: { tolerance: 1e-12 },
    });
    const blind: typeof wing = {
      ...wing,
      certify: () => {
        throw new RefusalError("nothing can be said of it");
      },
    };
    const { outcome, certificate } = await solve({ ...rest, wing: blind });
    expect(outcome.outcome).toBe("iteration-limit");
    expect(outcome.reason).toMatch(/^not converged within 1 iteration.*; no certificate: nothing can be said of it$/);
    expect(certificate).toMatchObject({ exploitability: null, consistency: null, residual: null });
    await expect(solve({ ...prepare(catalogue, game), wing: blind })).rejects.toThrow(RefusalError);
  });

  it("stops at the iteration limit, and when told to", async () => {
    const request = { solver: "fictitious-play", maximumIterations: 3 };
    const limited = await solve(prepare(catalogue, game, request));
    expect(limited.outcome).toMatchObject({ outcome: "iteration-limit", iterations: 3 });
    expect(limited.certificate.exploitability).toBeGreaterThan(0);
    const stop = new AbortController();
    const stopped = await solve(prepare(catalogue, game, { solver: "fictitious-play" }), {
      signal: stop.signal,
      watch: ({ k }) => k === 1 && stop.abort(),
    });
    expect(stopped.outcome).toMatchObject({ outcome: "aborted", iterations: 2 });
  });
});
