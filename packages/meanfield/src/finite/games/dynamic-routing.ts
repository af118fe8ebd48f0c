/**
 * Dynamic routing: drivers who choose their way through a city, on roads that are the slower the more are on them.
 *
 * T. Cabannes, M. Laurière, J. Pérolat, R. Marinier, S. Girgin, S. Perrin, O. Pietquin, A. M. Bayen, E. Goubault, R. Elie,
 * "Solving N-player dynamic routing games with congestion: a mean field approach", AAMAS 2022, section 3; the form, defaults and
 * networks of OpenSpiel.
 */

import { z } from "zod";
import { InputError, choice, json, real, scalar, whole } from "../../core/index.ts";
import type { Axis, Game, ParametersOf, Quantities } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { compile } from "../compile.ts";
import { emptyValues, evaluate } from "../evaluation.ts";
import { emptyField, induce } from "../flow.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite, overTimes } from "../quantities.ts";
import { braess, line, siouxFalls } from "../road-networks.ts";
import type { RoadNetwork, Trip } from "../road-networks.ts";
import { noRoad, stepsOf, trafficFeatures, trafficMoves, vehiclesOn } from "../road-traffic.ts";
import type { Places, Traffic } from "../road-traffic.ts";
import { namedAxis, wholeAxis } from "../space.ts";
import { asPublished } from "../walk-parts.ts";

const parameters = z.object({
  network: choice(
    ["braess", "line", "sioux_falls", "sioux_falls_dummy_demand"],
    "braess",
    "Roads and trips; sioux_falls_dummy_demand: two trips across the city instead of all",
  ),
  max_num_time_step: whole(10, "Number of times at which drivers decide", { symbol: "T", minimum: 1, maximum: 10_000 }),
  time_step_length: real(0.5, "Length of a time step, in the unit of the roads' times", {
    symbol: "\\Delta",
    minimum: 0,
    open: "minimum",
    maximum: 1e6,
  }),
  demand: json(
    z.union([z.literal("given"), z.array(z.tuple([z.string(), z.string(), z.number().min(0), z.number().min(0)]))]),
    "given",
    "Trips [from, to, departure time, vehicles]; given: those of the network, which all leave at 0",
  ),
  demand_scale: real(1, "Factor on the vehicles of all trips", { minimum: 0, open: "minimum", maximum: 1e6 }),
  departure_period: real(0, "The vehicles of every trip leave evenly over so long from its departure time on", {
    minimum: 0,
    maximum: 1e6,
  }),
  closed: json(z.array(z.tuple([z.string(), z.string()])), [], "Roads that are closed: [from, to]"),
  faithful: asPublished(
    "times of roads are rounded down to whole steps, value is minus the time of arrival even of those who leave later, drivers may leave the network where they do not want to, and congestion in Sioux Falls counts free times twice",
  ),
});

type Parameters = ParametersOf<typeof parameters>;

const city = { max_num_time_step: 81, time_step_length: 0.5 } as const;
const paradox = { network: "braess", max_num_time_step: 100, time_step_length: 0.05 } as const;

/** Drivers on a road network who choose at every crossing. */
export const dynamicRouting: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "dynamic-routing",
  title: "Dynamic routing",
  family: "finite",
  story:
    "Drivers choose a road at every crossing and want to arrive early; a road takes those who enter it the longer the more are " +
    "on it. Line: one way only. Braess: a bridge that makes everybody slower. Sioux Falls: 24 crossings, 76 roads, 528 " +
    "trips. Times of roads that are no whole number of steps are rounded up or down by chance, right in the mean, where the " +
    "published implementation rounds down; `faithful` reproduces that and more.",
  reference:
    "T. Cabannes et al., Solving N-player dynamic routing games with congestion: a mean field approach, AAMAS 2022",
  equations: [
    { caption: "Time of a road", tex: "\\tau_l(v)=\\tau^0_l\\Bigl(1+a_l\\Bigl(\\frac v{c_l}\\Bigr)^{p_l}\\Bigr)" },
    {
      caption: "A driver who enters road l at t is at its end at",
      tex: "t+\\max\\Bigl\\{1,\\frac{\\tau_l(v_{t,l})}\\Delta\\Bigr\\},\\quad v_{t,l}\\ \\text{vehicles on it, those that enter among them}",
    },
    {
      caption: "Value",
      tex: "-(\\text{arrival}-\\text{departure}),\\qquad\\text{arrival}=(T+1)\\Delta\\ \\text{for those who are late}",
    },
  ],
  parameters,
  presets: {
    peer: { title: "As in OpenSpiel", parameters: { faithful: true } },
    braess: { title: "Braess's paradox, twenty steps a unit of time", parameters: paradox },
    "braess-without-bridge": {
      title: "The same without the bridge",
      parameters: { ...paradox, closed: [["B", "C"]] },
    },
    line: { title: "One way", parameters: { network: "line", max_num_time_step: 5, time_step_length: 1 } },
    "sioux-falls": { title: "Sioux Falls", parameters: { network: "sioux_falls", ...city } },
    "sioux-falls-dummy-demand": {
      title: "Sioux Falls, two trips across it",
      parameters: { network: "sioux_falls_dummy_demand", ...city },
    },
  },
  concepts: ["nash"],
  information: ["feedback"],
  check: (p) => void trafficOf(p),
  build: (p) => modelOf(trafficOf(p), p),
  quantities: [
    ...finiteQuantities.filter(({ name }) => !/^(planner_reward|price_of_anarchy)$/.test(name)),
    {
      name: "mean_travel_time",
      title: "Mean travel time",
      story: "From departure to arrival, averaged over all vehicles; those who are late count as arriving at (T + 1)Δ.",
    },
    {
      name: "share_late",
      title: "Share that is late",
      story: "Share of the vehicles that have not arrived by the last time.",
    },
    {
      name: "travel_time",
      title: "Travel time by trip",
      story: "Mean travel time of the vehicles of each trip, in the order of the demand.",
    },
    {
      name: "arrivals",
      title: "Share that has arrived",
      story: "Share of all vehicles that has arrived by each time.",
    },
    {
      name: "link_volume",
      title: "Vehicles on each road",
      symbol: "v_{t,l}",
      story: "Vehicles on each road at each time, those that enter then among them; roads in the order of the network.",
    },
    {
      name: "link_time",
      title: "Time of each road",
      symbol: "\\tau_{t,l}",
      story: "What each road takes those who enter it at each time, at least one step.",
    },
  ],
  measure: (p, _question, candidate) => ({ ...measureFinite(candidate), ...measureTraffic(p, candidate) }),
};

/** @throws InputError for trips between places that are none, that leave too late or have no way. */
function networkOf(p: Parameters): RoadNetwork {
  const given = networkCalled(p);
  const { closed, demand, demand_scale } = p;
  for (const [from, to] of closed)
    if (!given.roads.some((road) => road.from === from && road.to === to))
      throw new InputError("closed", [from, to], `roads of the network, such as ${roadName(given.roads[0])}`);
  const named = (name: string): void => {
    if (!given.nodes.some((node) => node.name === name))
      throw new InputError("demand", name, `crossings ${given.nodes.map((node) => node.name).join(", ")}`);
  };
  const trips: readonly Trip[] =
    demand === "given"
      ? given.trips
      : demand.map(([from, to, departure, vehicles]) => {
          named(from);
          named(to);
          if (from === to) throw new InputError("demand", [from, to], "trips to another crossing");
          return { from, to, departure, vehicles };
        });
  return {
    nodes: given.nodes,
    roads: given.roads.filter((road) => !closed.some(([from, to]) => road.from === from && road.to === to)),
    trips: trips.map((trip) => ({ ...trip, vehicles: demand_scale * trip.vehicles })),
  };
}

function networkCalled({ network, faithful }: Parameters): RoadNetwork {
  if (network === "line") return line;
  if (network === "braess") return braess;
  return siouxFalls(faithful, network === "sioux_falls_dummy_demand");
}

function roadName({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from} → ${to}`;
}

/** Vehicles that are first on the road at a step. */
interface Departure {
  readonly trip: number;
  readonly step: number;
  readonly vehicles: number;
}

/** @throws InputError for departures after the last decision. */
function departuresOf({ trips }: RoadNetwork, p: Parameters): Departure[] {
  const { time_step_length, departure_period, max_num_time_step, faithful } = p;
  // Three tenths are three steps of a tenth, but for rounding.
  const stepOf = (time: number): number => Math.floor(time / time_step_length + (faithful ? 0 : 1e-9));
  return trips.flatMap(({ departure, vehicles }, trip) => {
    const first = stepOf(departure);
    const many = Math.max(1, stepOf(departure_period));
    if (first + many > max_num_time_step)
      throw new InputError(
        departure_period > 0 ? "departure_period" : "demand",
        departure + departure_period,
        `departures before ${max_num_time_step * time_step_length}`,
      );
    return Array.from({ length: many }, (_, i) => ({ trip, step: first + i, vehicles: vehicles / many }));
  });
}

function trafficOf(
  p: Parameters,
): Traffic & { readonly initial: Float64Array; readonly departures: readonly Departure[] } {
  const network = networkOf(p);
  const { nodes, roads, trips } = network;
  const number = new Map(nodes.map(({ name }, i) => [name, i]));
  const at = (name: string): number => number.get(name) ?? -1;
  const departures = departuresOf(network, p);
  const vehicles = trips.reduce((sum, trip) => sum + trip.vehicles, 0);
  if (!(vehicles > 0)) throw new InputError("demand", vehicles, "vehicles");
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
  const outward = nodes.map(({ name, exit }) => {
    const out = roads.flatMap(({ from }, l) => (from === name ? [l] : []));
    return exit ? [...out, noRoad.exit] : out;
  });
  const actions = Math.max(1, ...outward.map(({ length }) => length));
  const size = places.names.length;
  const choices = new Int32Array(destinations.length * size * actions).fill(noRoad.none);
  destinations.forEach((to, d) => {
    const reaches = reachableFrom(network, heads, at, to);
    for (const { from } of trips.filter((trip) => at(trip.to) === to))
      if (!reaches[at(from)]) throw new InputError("closed", p.closed, `a way from ${from} to ${nodes[to].name}`);
    for (let place = 0; place < size; place++) {
      const row = (d * size + place) * actions;
      if (place >= nodes.length) choices[row] = noRoad.wait;
      else if (p.faithful) choices.set(outward[place].length > 0 ? outward[place] : [noRoad.stuck], row);
      else if (place === to) choices[row] = noRoad.exit;
      else {
        const sensible = outward[place].filter((l) => l >= 0 && reaches[heads[l]]);
        choices.set(sensible.length > 0 ? sensible : [noRoad.stuck], row);
      }
    }
  });
  const horizon = p.max_num_time_step - 1;
  const states = destinations.length * size;
  const stateOf = ({ to }: Trip, place: number): number => destinations.indexOf(at(to)) * size + place;
  const initial = new Float64Array(states);
  const leaving = new Float64Array((horizon + 1) * states);
  for (const { trip, step, vehicles: many } of departures) {
    const from = at(trips[trip].from);
    if (step === 0) initial[stateOf(trips[trip], from)] += many / vehicles;
    else {
      const home = stateOf(trips[trip], nodes.length + homes.indexOf(from));
      initial[home] += many / vehicles;
      leaving[(step - 1) * states + home] += many / vehicles;
    }
  }
  // Of those who are still there.
  for (let s = 0; s < states; s++) {
    let rest = initial[s];
    for (let i = s; i < leaving.length; i += states) {
      const now = leaving[i];
      leaving[i] = now === 0 ? 0 : Math.min(1, now / rest);
      rest -= now;
    }
  }
  return {
    network,
    horizon,
    stepLength: p.time_step_length,
    rounding: p.faithful ? "down" : "mean",
    vehicles,
    places,
    destinations,
    actions,
    choices,
    heads,
    leaving,
    initial,
    departures,
  };
}

/** From which crossings there is a way to one. */
function reachableFrom(
  { nodes, roads }: RoadNetwork,
  heads: Int32Array,
  at: (name: string) => number,
  to: number,
): boolean[] {
  const out = nodes.map((_, i) => i === to);
  for (let found = true; found;) {
    found = false;
    roads.forEach(({ from }, l) => {
      if (!out[heads[l]] || out[at(from)]) return;
      out[at(from)] = true;
      found = true;
    });
  }
  return out;
}

function modelOf(traffic: ReturnType<typeof trafficOf>, { faithful }: Parameters): FiniteModel {
  const { network, horizon, stepLength, places, destinations, actions, choices, leaving, initial } = traffic;
  const size = places.names.length;
  const states = destinations.length * size;
  const never = -(horizon + 2) * stepLength;
  const rewardAt = (t: number, s: number, a: number): number => {
    const place = s % size;
    if (place === places.done) return 0;
    if (choices[s * actions + a] === noRoad.exit && place === destinations[(s - place) / size]) return -t * stepLength;
    if (t === horizon || place === places.late) return never;
    // What is counted from departure on.
    return faithful ? 0 : leaving[t * states + s] * (t + 1) * stepLength;
  };
  return {
    family: "finite",
    kind: "discrete-time",
    horizon,
    features: trafficFeatures(traffic),
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

function measureTraffic(p: Parameters, { model, policy }: FiniteCandidate): Quantities {
  const traffic = trafficOf(p);
  const { network, horizon, stepLength, places, destinations, departures, vehicles } = traffic;
  const game = compile(model);
  const field = emptyField(game);
  const values = emptyValues(game);
  induce(field, policy);
  evaluate(field, policy, values);
  const size = places.names.length;
  const states = destinations.length * size;
  const V = values.V[0];
  const { pairs } = field.parts[0];
  const times = Array.from({ length: network.trips.length }, () => ({ vehicles: 0, total: 0 }));
  const index = new Map(network.nodes.map(({ name }, i) => [name, i]));
  for (const { trip, step, vehicles: many } of departures) {
    const { from, to } = network.trips[trip];
    const s = destinations.indexOf(index.get(to) ?? -1) * size + (index.get(from) ?? -1);
    times[trip].vehicles += many;
    times[trip].total += many * (-V[step * states + s] - step * stepLength);
  }
  const arrived = new Float64Array(horizon + 1);
  for (let t = 0; t <= horizon; t++) {
    let now = 0;
    destinations.forEach((to, d) => {
      const first = (t * states + d * size + to) * traffic.actions;
      for (let a = 0; a < traffic.actions; a++)
        if (traffic.choices[(d * size + to) * traffic.actions + a] === noRoad.exit) now += pairs[first + a];
    });
    arrived[t] = now + (t > 0 ? arrived[t - 1] : 0);
  }
  const t: Axis = { name: "t", grid: Float64Array.from({ length: horizon + 1 }, (_, i) => i), kind: "discrete" };
  const count = (name: string, length: number): Axis => {
    return { name, grid: Float64Array.from({ length }, (_, i) => i), kind: "discrete" };
  };
  const byRoad = [t, count("road", network.roads.length)];
  return {
    mean_travel_time: () => scalar(times.reduce((sum, { total }) => sum + total, 0) / vehicles),
    share_late: () => scalar(Math.max(0, 1 - arrived[horizon])),
    travel_time: () => ({
      axes: [count("trip", network.trips.length)],
      at: (i) => times[i].total / times[i].vehicles,
    }),
    arrivals: () => overTimes(model, arrived),
    link_volume: () => ({ axes: byRoad, at: (k, l) => vehiclesOn(field.laws[k].features, l) }),
    link_time: () => ({ axes: byRoad, at: (k, l) => stepLength * stepsOf(field.laws[k].features, l) }),
  };
}
