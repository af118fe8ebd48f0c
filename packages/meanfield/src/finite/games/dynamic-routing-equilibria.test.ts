import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium } from "../../core/index.ts";
import { certifyFinite } from "../certify.ts";
import { compile, emptyProfile } from "../compile.ts";
import { anySolver, solved } from "../finite.testing.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { braess, siouxFalls, travelTime } from "../road-networks.ts";
import { assigned, build, equilibrium, measured, playing, preset } from "../roads.testing.ts";
import { fictitiousPlay } from "../solvers/fictitious-play.ts";
import { onlineMirrorDescent } from "../solvers/online-mirror-descent.ts";

describe("Braess's paradox", () => {
  const published = { ...preset("braess"), faithful: true };
  // Drivers at A choose B or C, drivers at B then C or D.
  const split = (model: FiniteModel, toB: number, bridge: number): Profile => {
    const out = emptyProfile(compile(model));
    for (let t = 0; t <= model.horizon; t++) {
      out[0].set([toB, 1 - toB, bridge, 1 - bridge, 1, 0, 1, 0, 1, 0, 1, 0], t * 12);
    }
    return out;
  };

  it.each([
    ["equilibrium", 0.75, 2 / 3, 3.75, 0],
    ["optimum", 0.5, 0, 3.5, 0.75],
  ])("has the published %s", (_which, toB, bridge, time, gain) => {
    const model = build(published);
    const quantities = measured(published, playing(model, split(model, toB, bridge)));
    expect(quantities["mean_travel_time"]().at()).toBeCloseTo(time, 12);
    expect(quantities["exploitability"]().at()).toBeCloseTo(gain, 12);
  });

  it("is solved by mirror descent in fifty steps of size one, as published", () => {
    const { trace } = solved(anySolver(onlineMirrorDescent), build(published), { alpha: 1, tolerance: 0 }, 51);
    expect(trace[50].exploitability).toBeLessThan(1e-12);
  });

  it.each([
    ["with the bridge", [], 3.75],
    ["without", [["B", "C"]], 3.5],
  ] as const)("costs %s what Wardrop's equilibrium does", (_how, closed, time) => {
    // Streams that meet at C in the same step: the game is the static one.
    const [, quantities] = equilibrium({ ...preset("braess"), closed: [...closed] }, 1e-7);
    const roads = braess.roads.filter(({ from, to }) => !closed.some(([x, y]) => x === from && y === to));
    const { time: wardrop } = assigned({ ...braess, roads }, 1000);
    expect(Math.abs(wardrop - time)).toBeLessThan(1e-8);
    expect(Math.abs(quantities["mean_travel_time"]().at() - time)).toBeLessThan(2e-5);
    expect(quantities["share_late"]().at()).toBeLessThan(1e-12);
  });

  it("has the price of anarchy 15/14, by Wardrop's equilibrium of marginal times", () => {
    // Drivers who pay τ + v τ′, a straight line twice as steep, do what is best for all.
    const marginal = braess.roads.map((road) => ({ ...road, a: (road.power + 1) * road.a }));
    const { flow } = assigned({ ...braess, roads: marginal }, 1000);
    const best = braess.roads.reduce((sum, road, l) => sum + flow[l] * travelTime(road, flow[l]), 0) / 5;
    const [, quantities] = equilibrium(preset("braess"), 1e-7);
    // Frank–Wolfe's error falls as one over its rounds.
    expect(Math.abs(quantities["mean_travel_time"]().at() / best - 15 / 14)).toBeLessThan(3e-4);
  });

  it.each([0.1, 0.04, 0.025, 0.0125])("is within a step of that with steps of %s", (step) => {
    const given = { ...preset("braess"), time_step_length: step, max_num_time_step: Math.round(5 / step) };
    const [, quantities] = equilibrium(given);
    expect(Math.abs(quantities["mean_travel_time"]().at() - 3.75)).toBeLessThan(step);
  });

  it("is come near by fictitious play too", () => {
    const model = build(preset("braess"));
    const gains = [fictitiousPlay, onlineMirrorDescent].map((solver) => {
      const { trace } = solved(anySolver(solver), model, { tolerance: 0 }, 300);
      return Math.min(...trace.map(({ exploitability }) => exploitability));
    });
    expect(gains[0]).toBeLessThan(0.05);
    expect(gains[1]).toBeLessThan(1e-5);
  });
});

describe("Sioux Falls", () => {
  const city = siouxFalls(false, false);

  it("is the published city, by its static equilibrium", () => {
    expect([city.nodes.length, city.roads.length, city.trips.length]).toEqual([24, 76, 528]);
    expect(city.trips.reduce((sum, { vehicles }) => sum + vehicles, 0)).toBe(360_600);
    // Beckmann's function at the equilibrium is 42.31335287e5 in Transportation Networks for Research, whose coefficients are
    // not cut to whole multiples of 1e-18; Frank–Wolfe is still 3e-4 away.
    const { objective, flow } = assigned(city, 300);
    expect(Math.abs(objective / 42.31335287e5 - 1)).toBeLessThan(2e-3);
    // Its flows on roads 1 → 2 and 1 → 3.
    expect(Math.abs(flow[0] / 4494.66 - 1)).toBeLessThan(0.02);
    expect(Math.abs(flow[1] / 8119.08 - 1)).toBeLessThan(0.02);
  });

  it("at equilibrium lets nobody arrive earlier on another way, by a search for shortest ways in time", () => {
    const given = preset("sioux-falls-dummy-demand");
    const [candidate, quantities] = equilibrium(given, 3e-4);
    const { exploitability } = certifyFinite(candidate.model, meanFieldEquilibrium, candidate);
    expect(exploitability).toBeLessThan(3e-4 * 26);
    const time = quantities["link_time"]();
    const earliest = (from: string, to: string): number => {
      // Expected arrival from every crossing at every time, backwards; roads take a whole number of steps by chance.
      const steps = 81;
      const value = Array.from({ length: steps }, () => new Map<string, number>());
      for (let t = steps - 1; t >= 0; t--) {
        for (const { name } of city.nodes) {
          let best = name === to ? t : steps + 1;
          city.roads.forEach((road, l) => {
            if (road.from !== name || name === to) return;
            const taken = time.at(t, l) / 0.5;
            const [low, more] = [Math.floor(taken), taken - Math.floor(taken)];
            const then = (k: number): number => (t + k < steps ? (value[t + k].get(road.to) ?? 0) : steps + 1);
            best = Math.min(best, (1 - more) * then(low) + (more > 0 ? more * then(low + 1) : 0));
          });
          value[t].set(name, best);
        }
      }
      return 0.5 * (value[0].get(from) ?? 0);
    };
    const trips = quantities["travel_time"]();
    const regret = [trips.at(0) - earliest("19", "1"), trips.at(1) - earliest("1", "19")];
    for (const one of regret) expect(one).toBeGreaterThan(-1e-9);
    // Together they are what the certificate says.
    expect(Math.abs((regret[0] + regret[1]) / 2 - (exploitability ?? 0))).toBeLessThan(1e-9);
  });

  it("with all its trips is solved to a thousandth", () => {
    const [candidate, quantities] = equilibrium(preset("sioux-falls"), 1e-3);
    expect(certifyFinite(candidate.model, meanFieldEquilibrium, candidate).exploitability).toBeLessThan(1.1e-2);
    expect(quantities["share_late"]().at()).toBeLessThan(1e-9);
    // Nobody is faster than on empty roads, and with a thousandth of the vehicles everybody is as fast.
    const scaled = { ...preset("sioux-falls"), demand_scale: 1e-3 };
    const [, free] = equilibrium(scaled, 1e-6);
    const [there, alone] = [quantities["travel_time"](), free["travel_time"]()];
    city.trips.forEach((_, i) => expect(there.at(i)).toBeGreaterThan(alone.at(i) - 1e-6));
    const { time } = assigned(
      { ...city, trips: city.trips.map((trip) => ({ ...trip, vehicles: 1e-3 * trip.vehicles })) },
      1,
    );
    expect(free["mean_travel_time"]().at()).toBeCloseTo(time, 4);
  });

  it("as published counts free times twice in congestion", () => {
    const [once, twice] = [siouxFalls(false, true), siouxFalls(true, true)];
    once.roads.forEach((road, l) => {
      const more = travelTime(road, 1e4) - road.free;
      expect((travelTime(twice.roads[l], 1e4) - road.free) / more).toBeCloseTo(road.free, 9);
    });
  });
});
