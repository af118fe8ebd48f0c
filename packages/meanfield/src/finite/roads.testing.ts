/** What tests of drivers on road networks share. */

import { meanFieldEquilibrium, parseParameters } from "../core/index.ts";
import type { Game, Quantities } from "../core/index.ts";
import { randomStream } from "../numeric/random.ts";
import { expect } from "vitest";
import { uniformPolicy } from "./best-response.ts";
import type { FiniteCandidate } from "./candidate.ts";
import { compile, emptyProfile } from "./compile.ts";
import { anySolver, modelOf, solved } from "./finite.testing.ts";
import { emptyField, induce } from "./flow.ts";
import { dynamicRouting } from "./games/dynamic-routing.ts";
import type { FiniteModel, Profile } from "./model.ts";
import { travelTime } from "./road-networks.ts";
import type { RoadNetwork } from "./road-networks.ts";
import { onlineMirrorDescent } from "./solvers/online-mirror-descent.ts";

export const game = dynamicRouting as unknown as Game;

export function build(given: Record<string, unknown> = {}): FiniteModel {
  return modelOf(dynamicRouting, given);
}

export function measured(given: Record<string, unknown>, candidate: FiniteCandidate): Quantities {
  return game.measure(parseParameters(game.parameters, given), meanFieldEquilibrium, candidate);
}

export function equilibrium(given: Record<string, unknown>, tolerance = 1e-6): [FiniteCandidate, Quantities] {
  const { candidate, outcome } = solved(anySolver(onlineMirrorDescent), build(given), { tolerance }, 500);
  expect(outcome).toBe("converged");
  return [candidate, measured(given, candidate)];
}

export function preset(name: keyof typeof dynamicRouting.presets): Record<string, unknown> {
  return { ...dynamicRouting.presets[name].parameters };
}

/** The candidate of a policy with its own flow. */
export function playing(model: FiniteModel, policy: Profile): FiniteCandidate {
  const field = emptyField(compile(model));
  induce(field, policy);
  return { model, question: meanFieldEquilibrium, policy, flow: field.parts.map(({ mu }) => mu) };
}

/** Chances of the allowed actions of every state that depend on nothing but chance. */
export function randomPolicy(model: FiniteModel): Profile {
  const compiled = compile(model);
  const out = emptyProfile(compiled);
  const stream = randomStream(7, 0);
  uniformPolicy(compiled, out);
  const { actions } = compiled.populations[0];
  for (let first = 0; first < out[0].length; first += actions) {
    const row = out[0].subarray(first, first + actions);
    row.forEach((share, a) => (row[a] = share === 0 ? 0 : 0.05 + stream.uniform(first + a)));
    const sum = row.reduce((total, share) => total + share, 0);
    row.forEach((share, a) => (row[a] = share / sum));
  }
  return out;
}

interface Packet {
  readonly to: number;
  share: number;
  road: number;
  wait: number;
  readonly crossing: number;
}

/**
 * Vehicles step by step as the published game moves them: each on its road with the steps that it still waits there, which it
 * is told when it enters, from the vehicles on the road.
 */
export function drive(
  network: RoadNetwork,
  policy: Float64Array,
  times: number,
  stepLength: number,
): [number[][], number] {
  const { nodes, roads, trips } = network;
  const at = (name: string): number => nodes.findIndex((node) => node.name === name);
  const destinations = [...new Set(trips.map(({ to }) => at(to)))].toSorted((x, y) => x - y);
  const out = nodes.map(({ name }) => roads.flatMap(({ from }, l) => (from === name ? [l] : [])));
  const size = nodes.length + 2;
  const actions = Math.max(...nodes.map(({ exit }, i) => out[i].length + (exit ? 1 : 0)));
  const all = trips.reduce((sum, { vehicles }) => sum + vehicles, 0);
  let packets = trips.map(({ from, to, vehicles }): Packet => ({
    to: at(to),
    share: vehicles / all,
    road: -1,
    wait: 0,
    crossing: at(from),
  }));
  const volumes: number[][] = [];
  let reward = 0;
  for (let t = 0; t < times; t++) {
    const entering = new Map<string, Packet>();
    const waiting: Packet[] = [];
    for (const packet of packets) {
      if (packet.wait > 0) {
        packet.wait--;
        waiting.push(packet);
        continue;
      }
      const row = ((t * destinations.length + destinations.indexOf(packet.to)) * size + packet.crossing) * actions;
      for (let a = 0; a < actions; a++) {
        const share = packet.share * policy[row + a];
        if (share === 0) continue;
        if (a === out[packet.crossing].length) {
          reward -= share * stepLength * (packet.crossing === packet.to ? t : times + 1);
          continue;
        }
        const road = out[packet.crossing][a];
        const key = `${road} ${packet.to}`;
        const known = entering.get(key);
        if (known !== undefined) known.share += share;
        else entering.set(key, { to: packet.to, share, road, wait: -1, crossing: at(roads[road].to) });
      }
    }
    packets = [...waiting, ...entering.values()];
    const volume = roads.map((_, l) =>
      packets.reduce((sum, { road, share }) => sum + (road === l ? all * share : 0), 0),
    );
    for (const packet of entering.values())
      packet.wait = Math.max(0, Math.trunc(travelTime(roads[packet.road], volume[packet.road]) / stepLength) - 1);
    volumes.push(volume);
  }
  for (const { share } of packets) reward -= share * (times + 1) * stepLength;
  return [volumes, reward];
}

/** Wardrop's static equilibrium by Frank–Wolfe: all vehicles on a road at once, M. Frank, P. Wolfe, 1956. */
export function assigned(
  { nodes, roads, trips }: RoadNetwork,
  rounds: number,
): { objective: number; time: number; flow: Float64Array } {
  const at = (name: string): number => nodes.findIndex((node) => node.name === name);
  const [tails, heads] = [roads.map(({ from }) => at(from)), roads.map(({ to }) => at(to))];
  const origins = [...new Set(trips.map(({ from }) => from))];
  const cheapest = (times: readonly number[]): Float64Array => {
    const out = new Float64Array(roads.length);
    for (const origin of origins) {
      const distance = nodes.map(({ name }) => (name === origin ? 0 : Infinity));
      const via = nodes.map(() => -1);
      for (let changed = true; changed;) {
        changed = false;
        for (let l = 0; l < roads.length; l++) {
          if (distance[tails[l]] + times[l] >= distance[heads[l]]) continue;
          distance[heads[l]] = distance[tails[l]] + times[l];
          via[heads[l]] = l;
          changed = true;
        }
      }
      for (const { from, to, vehicles } of trips)
        if (from === origin) for (let n = at(to); via[n] >= 0; n = tails[via[n]]) out[via[n]] += vehicles;
    }
    return out;
  };
  const timesAt = (flow: Float64Array): number[] => roads.map((road, l) => travelTime(road, flow[l]));
  let flow = cheapest(roads.map(({ free }) => free));
  for (let k = 0; k < rounds; k++) {
    const target = cheapest(timesAt(flow));
    const along = (share: number): Float64Array => flow.map((v, l) => v + share * (target[l] - v));
    let [low, high] = [0, 1];
    for (let i = 0; i < 30; i++) {
      const middle = (low + high) / 2;
      const slope = timesAt(along(middle)).reduce((sum, time, l) => sum + time * (target[l] - flow[l]), 0);
      if (slope < 0) low = middle;
      else high = middle;
    }
    flow = along(low);
  }
  const vehicles = trips.reduce((sum, trip) => sum + trip.vehicles, 0);
  return {
    objective: roads.reduce(
      (sum, { free, a, capacity, power }, l) =>
        sum + free * (flow[l] + (a * flow[l] * (flow[l] / capacity) ** power) / (power + 1)),
      0,
    ),
    time: timesAt(flow).reduce((sum, time, l) => sum + time * flow[l], 0) / vehicles,
    flow,
  };
}
