import { once, scalar } from "../core/index.ts";
import type { Axis, Quantities, QuantityDefinition } from "../core/index.ts";
import type { FiniteCandidate } from "./candidate.ts";
import { compile } from "./compile.ts";
import { emptyValues, evaluate } from "./evaluation.ts";
import { emptyField, induce } from "./flow.ts";
import { axisOf, overTimes } from "./quantities.ts";
import { numbering } from "./road-plan.ts";
import { noRoad, stepsOf, vehiclesOn } from "./road-traffic.ts";
import type { Traffic } from "./road-traffic.ts";
import { namedAxis } from "./space.ts";

/** What a person asks of drivers on a road network. */
export const trafficQuantities: readonly QuantityDefinition[] = [
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
];

/** These quantities of a candidate; computed when one of them is asked for. */
export function measureTraffic(traffic: Traffic, { model, policy }: FiniteCandidate): Quantities {
  const { network, pace, vehicles } = traffic;
  const { times, stepLength } = pace;
  const driven = once(() => {
    const game = compile(model);
    const field = emptyField(game);
    const values = emptyValues(game);
    induce(field, policy);
    evaluate(field, policy, values);
    const { pairs } = field.parts[0];
    return {
      features: field.laws.map(({ features }) => features),
      trips: tripTimes(traffic, values.V[0]),
      arrived: arrivals(traffic, pairs),
    };
  });
  const places = (name: string, length: number): Axis => {
    return { name, grid: Float64Array.from({ length }, (_, i) => i), kind: "discrete" };
  };
  const between = (name: string, ends: readonly { readonly from: string; readonly to: string }[]): Axis =>
    axisOf(
      namedAxis(
        name,
        ends.map(({ from, to }) => `${from} → ${to}`),
      ),
    );
  const byRoad = [places("t", times), between("road", network.roads)];
  return {
    mean_travel_time: () => scalar(driven().trips.reduce((sum, { total }) => sum + total, 0) / vehicles),
    share_late: () => scalar(Math.max(0, 1 - driven().arrived[times - 1])),
    travel_time: () => ({
      axes: [between("trip", network.trips)],
      at: (i) => driven().trips[i].total / driven().trips[i].vehicles,
    }),
    arrivals: () => overTimes(model, driven().arrived),
    link_volume: () => ({ axes: byRoad, at: (t, l) => vehiclesOn(driven().features[t], l) }),
    link_time: () => ({ axes: byRoad, at: (t, l) => stepLength * stepsOf(driven().features[t], l) }),
  };
}

/** By trip: its vehicles, and the time that they take together. */
function tripTimes(traffic: Traffic, V: Float64Array): { readonly vehicles: number; readonly total: number }[] {
  const { network, pace, places, destinations, departures, initial } = traffic;
  const at = numbering(network);
  const out = network.trips.map(() => ({ vehicles: 0, total: 0 }));
  for (const { trip, step, vehicles } of departures) {
    const { from, to } = network.trips[trip];
    const s = destinations.indexOf(at(to)) * places.names.length + at(from);
    // V is minus the time of arrival.
    out[trip].vehicles += vehicles;
    out[trip].total -= vehicles * (V[step * initial.length + s] + step * pace.stepLength);
  }
  return out;
}

/** The share that has arrived by each time. */
function arrivals({ pace, places, destinations, actions, choices }: Traffic, pairs: Float64Array): Float64Array {
  const out = new Float64Array(pace.times);
  let sum = 0;
  for (let t = 0; t < pace.times; t++) {
    destinations.forEach((to, d) => {
      const first = (d * places.names.length + to) * actions;
      for (let i = first; i < first + actions; i++)
        if (choices[i] === noRoad.exit) sum += pairs[t * choices.length + i];
    });
    out[t] = sum;
  }
  return out;
}
