import { describe, expect, it } from "vitest";
import { eulerMaruyama, openTeam, particleSystem, particleSystemBytes, type Team } from "meanfield/kernels";
import { nodeMember } from "./node-member.ts";

const particles = 50_001;

/** Steps particles by their own draws and the mean of all; every bit of the result. */
function simulate(team: Team): { positions: Float64Array; means: number[] } {
  const system = particleSystem(team, particles, Uint32Array.of(1, 2, 3, 4));
  const means: number[] = [];
  let mean = 0;
  for (let k = 0; k < 30; k++) {
    mean = system.step(k * particles, eulerMaruyama({ attraction: 3, mean, drift: 0.1, volatility: 1 }, 0.02));
    means.push(mean);
  }
  return { positions: system.positions.slice(), means };
}

describe("a team of threads", () => {
  it("computes the same bits as one thread, two, three and four", async () => {
    const results: ReturnType<typeof simulate>[] = [];
    for (const threads of [1, 2, 3, 4]) {
      const team = await openTeam(threads, particleSystemBytes(particles), nodeMember);
      expect(team.threads).toBe(threads);
      results.push(simulate(team));
      await team.close();
    }
    expect(results[0].means.at(-1)).not.toBe(0);
    for (const result of results.slice(1)) {
      expect(result.means).toEqual(results[0].means);
      expect(result.positions).toEqual(results[0].positions);
    }
  });

  it("reports a kernel that fails and works on afterwards", async () => {
    const team = await openTeam(2, 3 * particleSystemBytes(particles), nodeMember);
    const before = simulate(team);
    const broken = team.arena.float64(9);
    // Positions beyond the memory: whichever thread claims a block traps.
    broken.set([team.arena.memory.buffer.byteLength, 1e6, 1, broken.byteOffset, broken.byteOffset, 0, 1, 0, 1]);
    for (let attempt = 0; attempt < 20; attempt++) {
      expect(() => team.run("particleStep", broken, 100)).toThrow(/out of bounds|failed in another thread/u);
    }
    expect(simulate(team)).toEqual(before);
    await team.close();
  });

  it("cannot be used once closed, and may be closed twice", async () => {
    const team = await openTeam(2, 1000, nodeMember);
    await team.close();
    await team.close();
    expect(() => team.run("particleStep", new Float64Array(9), 1)).toThrow("the team is closed");
  });

  it("says how many threads there may be", async () => {
    await expect(openTeam(0, 1000, nodeMember)).rejects.toThrow("threads must be an integer >= 1, got 0");
    await expect(openTeam(1.5, 1000, nodeMember)).rejects.toThrow("threads must be an integer >= 1, got 1.5");
  });

  it("stops those already started where a member cannot start", async () => {
    let stopped = 0;
    const unwilling = () => ({
      start: () => Promise.reject(new Error("no thread to be had")),
      stop: async () => {
        stopped++;
      },
    });
    await expect(openTeam(3, 1000, unwilling)).rejects.toThrow("no thread to be had");
    expect(stopped).toBe(2);
  });
});
