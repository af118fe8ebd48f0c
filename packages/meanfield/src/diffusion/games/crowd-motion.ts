/**
 * A crowd leaves a room: everybody wants out, nobody likes a throng, and in a throng one walks slowly.
 *
 * A. Lachapelle, M.-T. Wolfram, "On a mean field game approach modeling congestion and aversion in pedestrian crowds",
 * Transportation Research Part B 45 (2011) 1572–1589; Y. Achdou, J.-M. Lasry, "Mean field games for modeling crowd motion",
 * Contributions to Partial Differential Equations and Applications, Springer 2019, 17–42.
 *
 * Costs are counted in seconds inside. A step at the speed |β| costs |β|²/v₀² beside, so that whoever is alone walks at v₀.
 */

import { z } from "zod";
import { choice, json, once, real, scalar, series } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities, Quantity } from "../../core/index.ts";
import { corridorExit } from "../crowd/corridor.ts";
import { exitNames } from "../crowd/drawn-plan.ts";
import { planNames, plateau } from "../crowd/floor-plans.ts";
import { roomOf } from "../crowd/room.ts";
import type { DiffusionCandidate, GridCandidate } from "../pde/candidate.ts";
import { inTime } from "../pde/field-interpolation.ts";
import { quadraticHamiltonian } from "../pde/hamiltonians.ts";
import { leavingMass } from "../pde/leaving.ts";
import type { DiffusionModel, Population, SpaceAxis } from "../pde/model.ts";
import {
  activeFraction,
  alongTime,
  fieldDefinitions,
  fieldOf,
  fieldQuantities,
  readingsOf,
} from "../pde/quantities.ts";

/** Two halls, joined by a passage around a pillar; people start in the left one. */
const halls = [
  "################",
  "#......#.......#",
  "#oooo..#.......#",
  "#oooo..#..##...#",
  "#oooo..#..##...#",
  "#oooo..........E",
  "#oooo....##....E",
  "#oooo....##....E",
  "#oooo..........#",
  "#oooo..#..##...#",
  "#oooo..#..##...#",
  "#oooo..#.......#",
  "#......#.......#",
  "#####E##########",
];

const parameters = z.object({
  dimension: choice(
    ["1", "2"],
    "2",
    "Whether the crowd leaves a corridor one metre wide by its ends, or a room by its doors",
  ),
  plan: choice([...planNames, "drawn"], "room", "Walls and doors of the room; a corridor has none"),
  drawing: json(
    z.array(z.string()),
    halls,
    "The drawn plan, row by row from the top: # wall, . free, E exit, o where people start (all free places without any)",
    undefined,
    { as: "plan", chosenBy: { parameter: "plan", value: "drawn" } },
  ),
  L: real(10, "Longer side of the room, or length of the corridor", {
    unit: "m",
    minimum: 1,
    maximum: 1000,
    scale: "log",
  }),
  people: real(100, "People inside at the start", { unit: "people", minimum: 0, maximum: 1e6 }),
  v0: real(1.4, "Speed at which a person walks alone", {
    symbol: "v_0",
    unit: "m/s",
    minimum: 0.1,
    maximum: 10,
  }),
  sigma: real(0.5, "How much people stagger: standard deviation of a place after one second", {
    symbol: "\\sigma",
    unit: "m/√s",
    minimum: 0.05,
    maximum: 10,
    scale: "log",
  }),
  kappa: real(0.2, "Aversion: what each person per square metre around costs per second, in seconds", {
    symbol: "\\kappa",
    minimum: 0,
    maximum: 100,
  }),
  c: real(0.5, "Congestion: how much each person per square metre slows others down", {
    unit: "m²",
    minimum: 0,
    maximum: 100,
  }),
  alpha: real(1, "Power of congestion", { symbol: "\\alpha", minimum: 0, maximum: 2 }),
  G: real(20, "What it costs to be still inside at the end", { unit: "s", minimum: 0, maximum: 1000 }),
  T: real(20, "Time after which nobody is waited for", {
    unit: "s",
    minimum: 0,
    open: "minimum",
    maximum: 1000,
    scale: "log",
  }),
});

type Parameters = ParametersOf<typeof parameters>;

export const crowdMotion: Game<typeof parameters, DiffusionModel, DiffusionCandidate> = {
  id: "crowd-motion",
  title: "A crowd leaves a room",
  family: "diffusion",
  story:
    "Everybody inside wants out and pays for every second until a door is reached. Nobody likes a throng, and where it is " +
    "dense a step costs more, so that all walk slowly there. Whoever foresees the queue at the near door takes the far " +
    "one, walks around the pillar on the emptier side, or stays back until the crowd has gone. A planner, who counts what " +
    "each one's presence costs the others, keeps people further apart.",
  reference:
    "A. Lachapelle, M.-T. Wolfram, On a mean field game approach modeling congestion and aversion in pedestrian crowds, Transportation Research Part B 45 (2011) 1572–1589; Y. Achdou, J.-M. Lasry, Mean field games for modeling crowd motion (2019)",
  equations: [
    { caption: "Walk, until a door is reached", tex: "dX_t=\\beta_t\\,dt+\\sigma\\,dW_t" },
    {
      caption: "Cost in seconds; ρ is the crowd's density",
      tex: "\\mathbb E\\int_0^{\\tau\\wedge T}\\Big(1+\\kappa\\rho+(1+c\\rho)^\\alpha\\,\\frac{|\\beta|^2}{v_0^2}\\Big)dt+G\\,\\mathbb P(\\tau>T)",
    },
    {
      caption: "Value and flow, with a = v₀²/2",
      tex: "-u_t-\\tfrac{\\sigma^2}2\\Delta u+\\frac{a\\,|\\nabla u|^2}{2(1+c\\rho)^\\alpha}=1+\\kappa\\rho,\\qquad \\rho_t-\\tfrac{\\sigma^2}2\\Delta\\rho-\\nabla\\cdot\\Big(\\frac{a\\,\\rho\\nabla u}{(1+c\\rho)^\\alpha}\\Big)=0",
    },
    {
      caption: "At doors and walls, and at the end",
      tex: "u=\\rho=0\\ \\text{at doors},\\qquad \\partial_n u=\\partial_n\\rho=0\\ \\text{at walls},\\qquad u(T,\\cdot)=G",
    },
  ],
  parameters,
  presets: {
    room: { title: "One door, a pillar in front of it", parameters: {} },
    "two-doors": {
      title: "A narrow door nearby, a wide one further away",
      parameters: { plan: "two-doors", people: 80 },
    },
    museum: { title: "Three halls with two exits", parameters: { plan: "museum", people: 40, T: 30 } },
    drawn: { title: "Two halls and two exits, drawn; draw your own", parameters: { plan: "drawn", people: 60 } },
    corridor: { title: "A corridor with two ends", parameters: { dimension: "1", people: 20 } },
    "corridor-alone": {
      title: "A corridor where nobody minds the others: known in closed form",
      parameters: { dimension: "1", kappa: 0, c: 0, sigma: 1, G: 0, T: 8 },
    },
  },
  axes: { x: { title: "Place", symbol: "x", unit: "m" }, y: { title: "Place", symbol: "y", unit: "m" } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build,
  quantities: [
    {
      name: "value",
      title: "Time and trouble to get out",
      symbol: "u",
      unit: "s",
      story:
        "What a person at x at time t still expects to pay, in seconds; for a planner, what one more person there costs all together.",
    },
    {
      name: "density",
      title: "Crowd density",
      symbol: "\\rho",
      unit: "people/m²",
      story: "People per square metre; a corridor is one metre wide.",
    },
    ...fieldDefinitions({ dimension: 1 }).filter(({ name }) => name === "control"),
    ...fieldDefinitions({ dimension: 2 }).filter(({ name }) => name.startsWith("control")),
    { name: "active_fraction", title: "People inside", story: "Share of the people who are still inside." },
    {
      name: "peak_density",
      title: "Densest place",
      unit: "people/m²",
      story: "The largest density anywhere in the room, over its grid.",
    },
    {
      name: "evacuation_time",
      title: "Mean time inside",
      unit: "s",
      story: "Mean time until a person is out, T for those who never are: the integral of the share inside.",
    },
    {
      name: "evacuation_time_95",
      title: "Time until 95 per cent are out",
      unit: "s",
      story: "When the share inside falls to 5 per cent; left out where it never does before T.",
    },
    ...["left", "right", "top", "bottom"].map((name) => ({
      name: `left_by_${name}`,
      title: `Left by the ${name} door`,
      story: `Share of the people who have left by the ${name} door until then.`,
    })),
    ...exitNames.map((name, k) => ({
      name: `left_by_${name}`,
      title: `Left by exit ${k + 1}`,
      story: `Share of the people who have left by exit ${k + 1} of a drawn plan until then; exits are numbered as one reads.`,
    })),
    {
      name: "cost",
      title: "Expected cost",
      symbol: "J",
      unit: "s",
      story: "What a person expects to pay at the start.",
    },
  ],
  measure: (p, _question, candidate) => {
    const { model } = candidate;
    const read = readingsOf(candidate);
    const inside = (): Quantity => activeFraction(candidate);
    const shared: Quantities = { ...fieldQuantities(candidate), active_fraction: inside };
    if (candidate.kind !== "grid") return shared;
    const late = once(() => timeOf(candidate, 0.05));
    return {
      ...shared,
      density: () => fieldOf(model, (t, x, y) => p.people * read.density(t, x, y)),
      peak_density: () => {
        const { weights } = candidate.problem.grid;
        return alongLevels(candidate, (mass) =>
          mass.reduce((most, amount, k) => Math.max(most, (p.people * amount) / weights[k]), 0),
        );
      },
      evacuation_time: () => scalar(meanTimeInside(candidate)),
      ...(late() === undefined ? {} : { evacuation_time_95: () => scalar(late() ?? Number.NaN) }),
      ...doorQuantities(p, candidate),
    };
  },
  exact: (p) => {
    // Without a crowd to mind, planner and players want the same.
    if (p.dimension === "2" || p.kappa > 0 || (p.c > 0 && p.alpha > 0)) return {};
    const model = build(p);
    const [low, high, margin] = corridorCrowd(p);
    const law = corridorExit({
      scale: reach(p),
      viscosity: 0.5 * p.sigma ** 2,
      length: p.L,
      late: p.G,
      horizon: p.T,
      initial: plateau(low, high, margin),
      knots: [low, low + margin, high - margin, high],
    });
    if (law === undefined) return {};
    return {
      value: () => fieldOf(model, law.value),
      density: () => fieldOf(model, (t, x) => p.people * law.density(t, x)),
      control: () => fieldOf(model, law.drift),
      active_fraction: () => alongTime(model, law.inside),
      cost: () => scalar(law.cost()),
    };
  },
  scenery: ({ dimension, plan, drawing, L }) => {
    if (dimension === "1") return undefined;
    const { place, points } = roomOf(plan, drawing);
    return { place: (x, y) => place(x / L, y / L), points, unit: "m" };
  },
};

/** a of H = ½ a p²: the cost |β|²/v₀² of a drift makes it v₀²/2. */
function reach({ v0 }: Parameters): number {
  return 0.5 * v0 * v0;
}

/** Where the crowd of a corridor stands: nearer to the left end. */
function corridorCrowd({ L }: Parameters): readonly [low: number, high: number, margin: number] {
  return [L / 16, (9 * L) / 16, L / 8];
}

function build(p: Parameters): DiffusionModel {
  const a = reach(p);
  const scale =
    p.c === 0 || p.alpha === 0
      ? a
      : // Central differences may leave traces of mass below 0.
        (_t: number, _x: number, _y: number, { density }: Population) =>
          a * (1 + p.c * Math.max(0, p.people * density)) ** -p.alpha;
  const hamiltonian = quadraticHamiltonian({
    scale,
    ...(typeof scale === "number" ? {} : { sees: { density: true } }),
  });
  const shared = {
    family: "diffusion" as const,
    kind: "fields" as const,
    horizon: p.T,
    volatility: p.sigma,
    discount: 0,
    running: {
      value: (_t: number, _x: number, _y: number, { density }: Population) => 1 + p.kappa * p.people * density,
      ...(p.kappa === 0 ? {} : { sees: { density: true }, densitySlope: () => p.kappa * p.people }),
    },
    terminal: { value: () => p.G },
    aggregates: [],
  };
  if (p.dimension === "1") {
    const [low, high, margin] = corridorCrowd(p);
    return {
      ...shared,
      space: [{ name: "x", low: 0, high: p.L, ends: [{ kind: "absorbing" }, { kind: "absorbing" }] }],
      hamiltonian: [hamiltonian],
      initial: plateau(low, high, margin),
      // What being late costs is a corner at the doors at T, which only the monotone scheme takes.
      mesh: { points: 257, steps: 120, scheme: p.G === 0 ? "central" : "upwind" },
    };
  }
  const room = roomOf(p.plan, p.drawing);
  const wall = { kind: "reflecting" as const };
  const side = (name: string): SpaceAxis => ({ name, low: 0, high: p.L, ends: [wall, wall] });
  return {
    ...shared,
    space: [side("x"), side("y")],
    place: (x, y) => room.place(x / p.L, y / p.L),
    hamiltonian: [hamiltonian, hamiltonian],
    initial: (x, y) => room.crowd(x / p.L, y / p.L) / p.L ** 2,
    ...(room.evenCrowd ? { initialMass: "any" as const } : {}),
    mesh: { points: room.points, steps: 40, scheme: "upwind" },
  };
}

/** A number for each time of the grid, and between them the straight line. */
function alongLevels({ problem, flow }: GridCandidate, read: (mass: Float64Array) => number): Quantity {
  const { times, levels } = problem;
  const values = Float64Array.from(levels, (level) => read(flow.mass[level]));
  return series(times, (t) => inTime(times, 2, t, (n) => values[n]));
}

/** ∫ P(inside) dt, by the rule of the time steps themselves. */
function meanTimeInside({ problem, flow }: GridCandidate): number {
  const { stages, levels, times } = problem;
  const share = Float64Array.from(levels, (level) => sum(flow.mass[level]));
  const implicit = stages[0].implicit;
  let total = 0;
  for (let n = 0; n + 1 < times.length; n++) {
    total += (times[n + 1] - times[n]) * (implicit * share[n + 1] + (1 - implicit) * share[n]);
  }
  return total;
}

/** When the share inside falls to a level, on straight lines between the times of the grid. */
function timeOf({ problem, flow }: GridCandidate, level: number): number | undefined {
  const { levels, times } = problem;
  const share = Float64Array.from(levels, (at) => sum(flow.mass[at]));
  const after = share.findIndex((each) => each <= level);
  if (after < 1) return undefined;
  const part = (share[after - 1] - level) / (share[after - 1] - share[after]);
  return times[after - 1] + part * (times[after] - times[after - 1]);
}

/** The share that has left by each door. */
function doorQuantities(
  { dimension, plan, drawing, L }: Parameters,
  { problem, flow, policy }: GridCandidate,
): Quantities {
  const room = dimension === "1" ? undefined : roomOf(plan, drawing);
  const names = room?.doors ?? ["left", "right"];
  const doorOf = (x: number, y: number): number =>
    room === undefined ? Number(x > 0.5 * L) : names.indexOf(room.doorAt(x / L, y / L) ?? "");
  const left = once(() => leavingMass(problem, flow, policy, names.length, doorOf));
  const { times } = problem;
  return Object.fromEntries(
    names.map((name, door) => [
      `left_by_${name}`,
      () => {
        const gone = new Float64Array(times.length);
        left().forEach((each, n) => (gone[n + 1] = gone[n] + each[door]));
        return series(times, (t) => inTime(times, 2, t, (n) => gone[n]));
      },
    ]),
  );
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
