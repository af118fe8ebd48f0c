/** Road networks: crossings, one-way roads whose time grows with the vehicles on them, and trips that people make. */

import { siouxFallsPlaces, siouxFallsRoads, siouxFallsTrips } from "./sioux-falls.ts";

export interface RoadNetwork {
  readonly nodes: readonly RoadNode[];
  readonly roads: readonly Road[];
  readonly trips: readonly Trip[];
}

export interface RoadNode {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Whether vehicles may leave the network here, those too that wanted to elsewhere. */
  readonly exit: boolean;
}

/**
 * A road, on which v vehicles take τ(v) = free · (1 + a · (v ⁄ capacity)^power): the form of the Bureau of Public Roads, "Traffic
 * assignment manual", 1964.
 */
export interface Road {
  readonly from: string;
  readonly to: string;
  readonly free: number;
  readonly a: number;
  readonly capacity: number;
  readonly power: number;
}

/** So many vehicles that leave together. */
export interface Trip {
  readonly from: string;
  readonly to: string;
  readonly departure: number;
  readonly vehicles: number;
}

/** τ(v) of a road. */
export function travelTime({ free, a, capacity, power }: Road, vehicles: number): number {
  return free * (1 + a * (vehicles / capacity) ** power);
}

/** One way, O to A to D, on roads that take 1 whoever is on them. */
export const line: RoadNetwork = {
  nodes: [
    { name: "O", x: 0, y: 0, exit: false },
    { name: "A", x: 1, y: 0, exit: false },
    { name: "D", x: 2, y: 0, exit: true },
  ],
  roads: [
    { from: "O", to: "A", free: 1, a: 0, capacity: 1, power: 1 },
    { from: "A", to: "D", free: 1, a: 0, capacity: 1, power: 1 },
  ],
  trips: [{ from: "O", to: "D", departure: 0, vehicles: 100 }],
};

const fifth = { capacity: 5, power: 1 } as const;

/**
 * Four roads and a bridge, B to C, without which everybody would be faster.
 *
 * D. Braess, "Über ein Paradoxon aus der Verkehrsplanung", Unternehmensforschung 12 (1968) 258–268; with the times of OpenSpiel.
 */
export const braess: RoadNetwork = {
  nodes: [
    { name: "A", x: 0, y: 0, exit: false },
    { name: "B", x: 1, y: 0.6, exit: false },
    { name: "C", x: 1, y: -0.6, exit: false },
    { name: "D", x: 2, y: 0, exit: true },
  ],
  roads: [
    { from: "A", to: "B", free: 1, a: 1, ...fifth },
    { from: "A", to: "C", free: 2, a: 0, ...fifth },
    { from: "B", to: "C", free: 0.25, a: 0, ...fifth },
    { from: "B", to: "D", free: 2, a: 0, ...fifth },
    { from: "C", to: "D", free: 1, a: 1, ...fifth },
  ],
  trips: [{ from: "A", to: "D", departure: 0, vehicles: 5 }],
};

/**
 * The city of L. J. LeBlanc, E. K. Morlok, W. P. Pierskalla, Transportation Research 9 (1975) 309–318, whose τ is free + b v⁴.
 *
 * @param twice takes b for `a`, so that congestion is multiplied by the free time once more, as OpenSpiel does
 * @param dummy two trips across the city in place of the published ones
 */
export function siouxFalls(twice: boolean, dummy: boolean): RoadNetwork {
  const road = (from: number, to: number, free: number, b: number): Road => {
    return { from: String(from), to: String(to), free, a: twice ? b : b / free, capacity: 1, power: 4 };
  };
  const there = siouxFallsRoads.flatMap(([one, other, free, b]) => [
    { one, other, road: road(one, other, free, b * 1e-18) },
    { one: other, other: one, road: road(other, one, free, b * 1e-18) },
  ]);
  there.sort((x, y) => x.one - y.one || x.other - y.other);
  const trip = (from: number, to: number, hundreds: number): Trip => {
    return { from: String(from), to: String(to), departure: 0, vehicles: 100 * hundreds };
  };
  return {
    nodes: siouxFallsPlaces.map(([x, y], i) => ({ name: String(i + 1), x, y, exit: true })),
    roads: there.map(({ road: one }) => one),
    trips: dummy
      ? [trip(19, 1, 70), trip(1, 19, 70)]
      : siouxFallsTrips.flatMap((row, to) =>
          row.flatMap((hundreds, from) => (hundreds > 0 ? [trip(from + 1, to + 1, hundreds)] : [])),
        ),
  };
}
