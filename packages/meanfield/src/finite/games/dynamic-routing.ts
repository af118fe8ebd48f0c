/**
 * Dynamic routing: drivers who choose their way through a city, on roads that are the slower the more are on them.
 *
 * T. Cabannes, M. Laurière, J. Pérolat, R. Marinier, S. Girgin, S. Perrin, O. Pietquin, A. M. Bayen, E. Goubault, R. Elie,
 * "Solving N-player dynamic routing games with congestion: a mean field approach", AAMAS 2022, section 3; the form, defaults and
 * networks of OpenSpiel.
 */

import { z } from "zod";
import { InputError, choice, json, real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { braess, line, siouxFalls } from "../road-networks.ts";
import type { RoadNetwork, Trip } from "../road-networks.ts";
import { numbering, planTraffic, trafficGame } from "../road-plan.ts";
import { measureTraffic, trafficQuantities } from "../road-quantities.ts";
import type { Departure, Traffic } from "../road-traffic.ts";
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
    z.union([
      z.literal("given"),
      z.array(z.tuple([z.string(), z.string(), z.number().min(0).max(1e9), z.number().min(0).max(1e12)])),
    ]),
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
    "sioux-falls-rush-hour": {
      title: "Sioux Falls, where departures last a time of 30",
      parameters: { network: "sioux_falls", max_num_time_step: 161, time_step_length: 0.5, departure_period: 30 },
    },
    "sioux-falls-dummy-demand": {
      title: "Sioux Falls, two trips across it",
      parameters: { network: "sioux_falls_dummy_demand", ...city },
    },
  },
  concepts: ["nash"],
  information: ["feedback"],
  check: (p) => void trafficOf(p),
  build: (p) => trafficGame(trafficOf(p)),
  quantities: [
    ...finiteQuantities.filter(({ name }) => !/^(planner_reward|price_of_anarchy)$/.test(name)),
    ...trafficQuantities,
  ],
  measure: (p, _question, candidate) => ({ ...measureFinite(candidate), ...measureTraffic(trafficOf(p), candidate) }),
  axes: {
    destination: { title: "Destination" },
    place: { title: "Place" },
    road: { title: "Road" },
    trip: { title: "Trip" },
  },
  roads: (p) => {
    const network = networkOf(p);
    const at = numbering(network);
    return {
      crossings: network.nodes,
      roads: network.roads.map(({ from, to }) => ({ from: at(from), to: at(to) })),
      quantity: "link_volume",
    };
  },
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

/** @throws InputError for departures after the last decision. */
function departuresOf({ trips }: RoadNetwork, p: Parameters): Departure[] {
  const { time_step_length, departure_period, max_num_time_step, faithful } = p;
  // Three tenths are three steps of a tenth, but for rounding.
  const stepOf = (time: number): number => Math.floor(time / time_step_length + (faithful ? 0 : 1e-9));
  if (!trips.some(({ vehicles }) => vehicles > 0))
    throw new InputError("demand", trips.length, "trips of some vehicles");
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

function trafficOf(p: Parameters): Traffic {
  const network = networkOf(p);
  return planTraffic(network, departuresOf(network, p), {
    times: p.max_num_time_step,
    stepLength: p.time_step_length,
    faithful: p.faithful,
  });
}
