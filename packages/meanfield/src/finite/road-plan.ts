/** From a road network and its trips to a game: where drivers start, what they may choose, and what they are paid. */

import { InputError } from "../core/index.ts";
import type { FiniteModel } from "./model.ts";
import type { RoadNetwork, Trip } from "./road-networks.ts";
import { noRoad, trafficFeatures, trafficMoves } from "./road-traffic.ts";
import type { Departure, Pace, Places, Traffic } from "./road-traffic.ts";
import { namedAxis, wholeAxis } from "./space.ts";

/** @throws InputError for a trip without a way. */
export function planTraffic(network: RoadNetwork, departures: readonly Departure[], pace: Pace): Traffic {
  const { nodes, trips, roads } = network;
  const at = numbering(network);
  const vehicles = departures.reduce((sum, departure) => sum + departure.vehicles, 0);
  const destinations = [...new Set(trips.map(({ to }) => at(to)))].toSorted((x, y) => x - y);
  const homes = [...new Set(departures.filter(({ step }) => step > 0).map(({ trip }) => at(trips[trip].from)))];
  const late = nodes.length + homes.length;
  const places: Places = {
    names: [
      ...nodes.map(({ name }) => `at ${name}`),
      ...homes.map((i) => `home at ${nodes[i].name}`),
      "late",
      "arrived",
    ],
    crossings: nodes.length,
    homes,
    late,
    done: late + 1,
  };
  const heads = Int32Array.from(roads, ({ to }) => at(to));
  const options = destinations.map((to) => optionsTowards(network, heads, to, pace.faithful));
  const actions = Math.max(...options.flat().map(({ length }) => length));
  const size = places.names.length;
  const choices = new Int32Array(destinations.length * size * actions).fill(noRoad.none);
  options.forEach((towards, d) => {
    for (let place = 0; place < size; place++)
      choices.set(towards[place] ?? [noRoad.wait], (d * size + place) * actions);
  });
  const stateOf = ({ to }: Trip, place: number): number => destinations.indexOf(at(to)) * size + place;
  const initial = new Float64Array(destinations.length * size);
  const leaving = new Float64Array(pace.times * initial.length);
  for (const { trip, step, vehicles: many } of departures) {
    const from = at(trips[trip].from);
    const state = stateOf(trips[trip], step === 0 ? from : nodes.length + homes.indexOf(from));
    initial[state] += many / vehicles;
    if (step > 0) leaving[(step - 1) * initial.length + state] += many / vehicles;
  }
  // Of those who are still at home.
  initial.forEach((share, s) => {
    let rest = share;
    for (let i = s; i < leaving.length; i += initial.length) {
      const now = leaving[i];
      leaving[i] = now === 0 ? 0 : Math.min(1, now / rest);
      rest -= now;
    }
  });
  return { network, departures, pace, vehicles, places, destinations, actions, choices, heads, initial, leaving };
}

/** The number of a crossing by its name; −1 where there is none. */
export function numbering({ nodes }: RoadNetwork): (name: string) => number {
  const numbers = new Map(nodes.map(({ name }, i) => [name, i]));
  return (name) => numbers.get(name) ?? -1;
}

/** What drivers may choose at each crossing on their way to one. */
function optionsTowards(network: RoadNetwork, heads: Int32Array, to: number, faithful: boolean): number[][] {
  const { nodes, roads, trips } = network;
  const reaches = waysTo(network, heads, to);
  for (const trip of trips)
    if (trip.to === nodes[to].name && !reaches[numbering(network)(trip.from)])
      throw new InputError("closed", [trip.from, trip.to], "roads that leave a way for every trip");
  return nodes.map(({ name, exit }, place) => {
    const out = roads.flatMap(({ from }, l) => (from === name ? [l] : []));
    const sensible = faithful
      ? [...out, ...(exit ? [noRoad.exit] : [])]
      : place === to
        ? [noRoad.exit]
        : out.filter((l) => reaches[heads[l]]);
    return sensible.length > 0 ? sensible : [noRoad.stuck];
  });
}

/** From which crossings there is a way to one. */
function waysTo(network: RoadNetwork, heads: Int32Array, to: number): boolean[] {
  const at = numbering(network);
  const out = network.nodes.map((_, i) => i === to);
  for (let found = true; found;) {
    found = false;
    network.roads.forEach(({ from }, l) => {
      if (!out[heads[l]] || out[at(from)]) return;
      out[at(from)] = true;
      found = true;
    });
  }
  return out;
}

/** The game of drivers who want to arrive early. */
export function trafficGame(traffic: Traffic): FiniteModel {
  const { network, pace, places, destinations, actions, choices, leaving, initial } = traffic;
  const { times, stepLength, faithful } = pace;
  const size = places.names.length;
  const horizon = times - 1;
  const never = -(times + 1) * stepLength;
  const rewardAt = (t: number, s: number, a: number): number => {
    const place = s % size;
    if (place === places.done) return 0;
    if (choices[s * actions + a] === noRoad.exit && place === destinations[(s - place) / size]) return -t * stepLength;
    if (t === horizon || place === places.late) return never;
    // The time of departure, in the mean.
    return faithful ? 0 : leaving[t * initial.length + s] * (t + 1) * stepLength;
  };
  return {
    family: "finite",
    kind: "discrete-time",
    horizon,
    features: trafficFeatures(traffic),
    ownStart: "who leaves where, when and for which place is the demand",
    populations: [
      {
        name: "drivers",
        states: [
          namedAxis(
            "destination",
            destinations.map((i) => `to ${network.nodes[i].name}`),
          ),
          namedAxis("place", places.names),
        ],
        actions: [wholeAxis("turn", actions)],
        allowed: (_t, s, a) => choices[s * actions + a] !== noRoad.none,
        initial,
        transition: trafficMoves(traffic),
        reward: { base: { timed: true, at: rewardAt } },
      },
    ],
  };
}
