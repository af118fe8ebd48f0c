import { catalogue, diffusion, documentOf, prepare, solve } from "meanfield";
import { describe, expect, it } from "vitest";
import { answer, unwanted } from "./desk.ts";
import type { Reply } from "./desk.ts";
import type { Answer, Query, Task } from "./protocol.ts";

async function replies(query: Query, signal = new AbortController().signal): Promise<Reply[]> {
  const heard: Reply[] = [];
  await answer(query, signal, (reply) => heard.push(reply));
  return heard;
}

const task = (id: string, request: Task["request"] = {}, effort: Task["effort"] = "full"): Query => ({
  kind: "solve",
  task: { game: { id }, request, effort },
});

function answersOf(heard: readonly Reply[]): Answer[] {
  return heard.flatMap((reply) => (reply.kind === "answered" ? [reply.answer] : []));
}

describe("the desk", () => {
  it("gives the document that the library gives for the same request", async () => {
    const request = { parameters: { n: 6 }, solver: "fictitious-play", maximumIterations: 20 };
    const ours = answersOf(await replies(task("beach-bar", request))).at(-1)?.document;
    const game = catalogue.games.find(({ id }) => id === "beach-bar");
    const theirs = game === undefined ? undefined : documentOf(await solve(prepare(catalogue, game, request)));
    expect({ ...ours, seconds: 0 }).toEqual({ ...theirs, seconds: 0 });
  });

  it("shows fields before it certifies, and a law where answers are means and deviations", async () => {
    const [first, last] = answersOf(await replies(task("systemic-risk")));
    expect(first.certificate).toBeNull();
    expect(last.certificate?.exploitability).toBeLessThan(1e-12);
    const law = last.fields["law_of_a_player"];
    const [t, x] = law.axes.map(({ grid }) => grid);
    const step = x[1] - x[0];
    const mass = (n: number): number =>
      law.value.subarray(n * x.length, (n + 1) * x.length).reduce((a, b) => a + b) * step;
    // Cut at three deviations: 0.27 % is outside, more where the law is narrower than the widest.
    expect(mass(0)).toBeCloseTo(1, 2);
    expect(mass(t.length - 1)).toBeCloseTo(1, 2);
  });

  it("answers a quick look on a coarser grid, without a certificate", async () => {
    const [quick] = answersOf(await replies(task("optimal-execution", {}, "quick")));
    expect(quick).toMatchObject({ effort: "quick", certificate: null, document: null });
    expect(quick.fields["density"].value.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ["a plane", {}, { points: 25 }],
    ["a line, which is no burden", { space: "line" }, {}],
  ])("tells a phone how to make a solve small: %s", async (_, parameters, small) => {
    const stop = new AbortController();
    const given = { game: { id: "ergodic-crowd" }, request: { parameters }, effort: "full", phone: true } as const;
    const heard: Reply[] = [];
    await answer({ kind: "solve", task: given }, stop.signal, (reply) => {
      heard.push(reply);
      stop.abort();
    });
    expect(heard[0]).toMatchObject({ kind: "started", started: { small } });
  });

  it.each([
    [
      task("beach-bar", { parameters: { n: -1 } }),
      { field: "n", message: expect.stringMatching(/^n = -1: must be/) as string },
    ],
    [task("beach-bar", { options: { lr: 1 }, solver: "fixed-point" }), { field: "option lr" }],
    [task("beach-bra"), { field: "game", message: expect.stringMatching(/did you mean beach-bar/) as string }],
  ])("refuses in the library's own words", async (query, refusal) => {
    expect((await replies(query)).at(-1)).toMatchObject({ kind: "refused", refusal });
  });

  it("stands an answer beside another on the same grid, where its solver has one", async () => {
    const request = { question: { concept: "planner" as const } };
    const alike = { points: 41, steps: 20, meta_solver: "hedge" };
    const heard = await replies({
      kind: "solve",
      task: { game: { id: "congestion" }, request, effort: "full", alike },
    });
    expect(answersOf(heard).at(-1)?.document?.options).toMatchObject({ points: 41, steps: 20 });
  });

  it("says of which games finitely many players are played", async () => {
    const simulates = async (id: string): Promise<boolean | undefined> => {
      const [reply] = await replies({ kind: "describe", game: { id } });
      return reply.kind === "described" ? reply.description.simulates : undefined;
    };
    expect(await simulates("systemic-risk")).toBe(true);
    expect(await simulates("hotelling-resource")).toBe(false);
  });

  it("stops when asked, and says how far it got", async () => {
    const controller = new AbortController();
    const heard: Reply[] = [];
    const query = task("garnet", { maximumIterations: 10_000_000, tolerance: 0, solver: "fictitious-play" });
    await answer(query, controller.signal, (reply) => {
      heard.push(reply);
      if (reply.kind === "started") setTimeout(() => controller.abort(), 30);
    });
    expect(answersOf(heard).at(-1)).toMatchObject({ outcome: "aborted" });
  });

  it("tells an answer that was there before the stop was heard, unless nobody waits for it", async () => {
    const effortsWhere = async (reason?: string): Promise<string[]> => {
      const controller = new AbortController();
      const heard: Reply[] = [];
      await answer(task("systemic-risk"), controller.signal, (reply) => {
        heard.push(reply);
        if (reply.kind === "answered") controller.abort(reason);
      });
      return answersOf(heard).map(({ effort, outcome }) => `${effort} ${outcome}`);
    };
    expect(await effortsWhere()).toEqual(["quick converged", "full converged"]);
    expect(await effortsWhere(unwanted)).toEqual(["quick converged"]);
  });

  it("describes every game of the catalogue as plain data", async () => {
    for (const { id } of catalogue.games) {
      const [reply] = await replies({ kind: "describe", game: { id } });
      expect(reply.kind).toBe("described");
      expect(structuredClone(reply)).toEqual(reply);
    }
  });

  it("plays a finite game and counts its defaults", async () => {
    const heard = await replies({
      kind: "play",
      task: { game: { id: "systemic-risk" }, request: {}, effort: "full" },
      players: 5,
      paths: 50,
    });
    const last = heard.at(-1);
    const law = last?.kind === "played" ? (last.game.defaults?.count.value ?? []) : [];
    expect(law).toHaveLength(6);
    expect(Array.from(law).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});

describe("agents at the desk", () => {
  const agentsOf = async (query: Query): Promise<Reply | undefined> => {
    const { task: asked } = query as Extract<Query, { kind: "solve" }>;
    return (await replies({ kind: "agents", task: asked, agents: 500, frames: 10 })).at(-1);
  };

  it("follow the answer that was given last, even one that was stopped, else one of their own", async () => {
    const [asked, other] = [task("beach-bar"), task("beach-bar", { parameters: { n: 6 } })];
    await replies(asked, AbortSignal.abort());
    const early = await agentsOf(asked);
    await replies(other);
    const alone = await agentsOf(asked);
    await replies(asked);
    expect(await agentsOf(asked)).toEqual(alone);
    expect(alone).toMatchObject({ kind: "agents", plane: { agents: 500, discrete: true } });
    expect(early).not.toEqual(alone);
  });

  it("are refused where the game's answers move nobody", async () => {
    const [{ kind, refusal }] = (await replies({
      kind: "agents",
      task: { game: { id: "mean-field-bsde" }, request: {}, effort: "full" },
      agents: 10,
      frames: 3,
    })) as Extract<Reply, { kind: "refused" }>[];
    expect(kind).toBe("refused");
    expect(refusal.message).toBe("agents of backward games are not drawn");
  });
});

describe("own games at the desk", () => {
  it.each(Object.entries(diffusion.ownGameExamples))("%s is described as plain data", async (_, own) => {
    const [described] = await replies({ kind: "describe", game: { own } });
    expect(described.kind).toBe("described");
    expect(structuredClone(described)).toEqual(described);
  });

  // The library's own tests solve all of them.
  it.each(["two-wells", "known-circle"])("%s is solved and certified", async (name) => {
    const own = diffusion.ownGameExamples[name];
    const last = answersOf(await replies({ kind: "solve", task: { game: { own }, request: {}, effort: "full" } })).at(
      -1,
    );
    expect(last?.outcome).toBe("converged");
    expect(last?.certificate?.exploitability).toBeLessThan(1e-6);
  });

  it("says where a formula is wrong", async () => {
    const own = { ...diffusion.ownGameExamples["two-wells"], potential: "depth*(x^2 - 1)^2 - tlit*x" };
    expect((await replies({ kind: "describe", game: { own } })).at(-1)).toMatchObject({
      kind: "refused",
      refusal: { field: "potential", column: 21, message: expect.stringMatching(/did you mean tilt/) as string },
    });
  });
});
