/**
 * Pictures of finite games on a plane of cells, or several planes one upon the other: strips of the law along time and the
 * same as a film, where players go on average, and the value; walls are cells that nobody can enter.
 */

import { enterable, meanMoves } from "../finite/index.ts";
import type { FiniteAxis } from "../finite/index.ts";
import type { CellAxis } from "./cell-axis.ts";
import { cellFilm } from "./cell-film.ts";
import { cellPanels, type CellArrow, type CellPanel } from "./cell-panels.ts";
import {
  cellsOf,
  inCapital,
  inWords,
  policyReadings,
  rowAt,
  someTimes,
  tellingTimes,
  timesNote,
} from "./finite-game.ts";
import type { Together } from "./finite-game.ts";
import { chanceShade, crowdShade, evenShade, type Shade } from "./shade.ts";
import type { FigureSpecification } from "./specification.ts";
import { shortNumber } from "./ticks.ts";

/** Pictures in a film. */
const mostFrames = 120;
/** Layers and populations that are drawn one upon the other. */
const mostRows = 8;
/** Planes of more cells along a side have fewer and larger pictures in a row. */
const wideSide = 40;

/** A plane of cells: those of one population, or one of several layers of them. */
interface Layer {
  readonly p: number;
  readonly name: string;
  /** The states of the layer within the population's. */
  readonly from: number;
}

interface Scene {
  readonly across: CellAxis;
  readonly up: CellAxis;
  /** Cells of a layer. */
  readonly size: number;
  readonly layers: readonly Layer[];
  readonly walls: ReadonlyMap<Layer, Uint8Array>;
  readonly notes: readonly string[];
  /** Rows of pictures have names. */
  readonly named: boolean;
  /** Pictures side by side. */
  readonly columns: number;
  readonly square: boolean;
}

export function planeFigures(together: Together): FigureSpecification[] {
  const scene = sceneOf(together);
  return [
    ...lawFigures(together, scene),
    ...arrowFigures(together, scene),
    ...policyFigures(together, scene),
    valueFigure(together, scene),
  ];
}

function sceneOf(together: Together): Scene {
  const { model, field, members, axes, several, announced } = together;
  const [x, y] = axes.slice(-2);
  const stacked = axes.length === 3 ? axes[0] : undefined;
  const size = x.grid.length * y.grid.length;
  const all = members.flatMap((p) =>
    Array.from({ length: stacked?.grid.length ?? 1 }, (_, k): Layer => {
      const words = [
        ...(several ? [inWords(model.populations[p].name)] : []),
        ...(stacked === undefined ? [] : [layerName(stacked, k)]),
      ];
      return { p, name: words.join(", "), from: k * size };
    }),
  );
  const shown = all.length <= mostRows ? all : someTimes(all.length - 1, mostRows).map((k) => all[k]);
  const walls = new Map(
    shown.map((layer) => {
      const open = enterable(field, layer.p);
      return [layer, open.subarray(layer.from, layer.from + size).map((one) => 1 - one)];
    }),
  );
  const some = [...walls.values()].some((wall) => wall.includes(1));
  return {
    across: cellsOf(x, announced),
    up: cellsOf(y, announced),
    size,
    layers: shown,
    walls,
    notes: [
      ...(some ? ["Grey: walls, cells that nobody can enter."] : []),
      ...(shown.length < all.length ? [`${shown.length} of ${all.length} planes are drawn.`] : []),
    ],
    named: all.length > 1,
    columns: Math.max(x.grid.length, y.grid.length) > wideSide ? 3 : 5,
    square: x.labels === undefined && y.labels === undefined,
  };
}

function layerName({ name, grid, labels }: FiniteAxis, k: number): string {
  return labels?.[k] ?? `${inWords(name)} = ${shortNumber(grid[k])}`;
}

/** Times of a strip: two rows of pictures for a single plane, one row for each of several. */
function stripTimes({ field, model }: Together, { columns, layers }: Scene): number[] {
  return tellingTimes(field, model.horizon, layers.length > 1 ? columns : 2 * columns);
}

/** A strip of pictures of something, a row for each layer where there are several. */
function strip(
  together: Together,
  scene: Scene,
  shown: {
    readonly name: string;
    readonly title: string;
    readonly caption: string;
    readonly notes?: readonly string[];
  },
  times: readonly number[],
  panelOf: (layer: Layer, t: number) => Omit<CellPanel, "heading" | "wall">,
  shade?: Shade,
): FigureSpecification {
  const { across, up, layers, walls, notes, named, columns, square } = scene;
  const panels = layers.flatMap((layer) =>
    times.map((t): CellPanel => {
      const wall = walls.get(layer);
      return { heading: `t = ${t}`, ...(wall === undefined ? {} : { wall }), ...panelOf(layer, t) };
    }),
  );
  return cellPanels({
    ...shown,
    name: `${shown.name}${together.suffix}`,
    title: `${together.title}: ${shown.title}`,
    across,
    up,
    panels,
    columns: named ? times.length : Math.min(columns, times.length),
    ...(named ? { rows: layers.map(({ name }) => name) } : {}),
    ...(shade === undefined ? {} : { shade }),
    square,
    notes: [...notes, ...(shown.notes ?? [])],
  });
}

function lawFigures(together: Together, scene: Scene): FigureSpecification[] {
  const { model, field, title, suffix } = together;
  const { across, up, layers, size, walls, notes, named, square } = scene;
  const law = ({ p, from }: Layer, t: number): Float64Array =>
    rowAt(field.parts[p].mu, field.parts[p].population.states, t).subarray(from, from + size);
  const frames = someTimes(model.horizon, mostFrames);
  const times = stripTimes(together, scene);
  const shade = crowdShade(
    times.map((t) => layers.flatMap((layer) => [...law(layer, t)])),
    {
      title: "Share",
      symbol: "\\mu_t(s)",
    },
  );
  const caption = "Share of the population in each cell, under the policy";
  const still = strip(
    together,
    scene,
    { name: "flow", title: "law of states", caption },
    times,
    (layer, t) => ({ value: law(layer, t) }),
    shade,
  );
  if (frames.length < 2) return [still];
  const film = cellFilm({
    name: `flow-animation${suffix}`,
    title: `${title}: law of states along time`,
    caption,
    across,
    up,
    panels: layers.map((layer) => {
      const wall = walls.get(layer);
      return { heading: named ? layer.name : "", ...(wall === undefined ? {} : { wall }) };
    }),
    still: frames.findIndex((t) => t >= tellingTimes(field, model.horizon, 5)[Math.min(2, model.horizon)]),
    frames: frames.map((t) => ({ label: `t = ${t}`, values: layers.map((layer) => law(layer, t)) })),
    shade,
    square,
    notes: [...notes, ...timesNote(model, frames.length)],
  });
  return [still, film];
}

/** Cells whose share is below this part of the largest at the time have no arrow: hardly anybody goes there. */
const hardly = 1e-4;

function arrowFigures(together: Together, scene: Scene): FigureSpecification[] {
  const { model, field, axes } = together;
  const { layers, size } = scene;
  if (!scene.square || model.horizon === 0) return [];
  const [m, n] = [scene.across.grid.length, scene.up.grid.length];
  const columns = layers.length > 1 ? Math.min(3, scene.columns) : 3;
  const times = tellingTimes(field, model.horizon - 1, layers.length > 1 ? columns : 2 * columns);
  // In pictures some 200 pixels wide, every arrow has at least eight.
  const every = Math.max(1, Math.ceil((8 * Math.max(m, n)) / 190));
  const arrows = ({ p, from }: Layer, t: number): CellArrow[] => {
    const { states } = field.parts[p].population;
    const mu = rowAt(field.parts[p].mu, states, t);
    const most = mu.reduce((top, share) => Math.max(top, share), 0);
    const moves = meanMoves(
      field,
      together.policy,
      p,
      t,
      axes.slice(-2).map(({ grid }) => grid.length),
    );
    const out: CellArrow[] = [];
    for (let i = every >> 1; i < m; i += every) {
      for (let j = every >> 1; j < n; j += every) {
        const s = from + i * n + j;
        if (mu[s] > hardly * most) out.push({ i, j, di: every * moves[2 * s], dj: every * moves[2 * s + 1] });
      }
    }
    return out;
  };
  const notes = [
    "Arrows: mean step from each cell by the policy, chance included; an arrow as long as a cell is a whole step, a dot none; nothing where hardly anybody is.",
    ...(every > 1
      ? [
          `Every ${every === 2 ? "second" : every === 3 ? "third" : `${every}th`} cell is drawn, its arrow as long as ${every} cells for a whole step.`,
        ]
      : []),
  ];
  return [
    strip(
      together,
      { ...scene, columns },
      { name: "moves", title: "mean moves", caption: "Where players go under the policy", notes },
      times,
      (layer, t) => {
        const wall = scene.walls.get(layer) ?? new Uint8Array(size);
        return { wall, arrows: arrows(layer, t) };
      },
    ),
  ];
}

/** Every action at a few times. */
function policyFigures(together: Together, scene: Scene): FigureSpecification[] {
  const { model, field, suffix, title } = together;
  const { across, up, layers, size, walls, notes, square } = scene;
  const times = tellingTimes(field, model.horizon, 4);
  return layers.flatMap((layer, k) => {
    const { states, actions } = field.parts[layer.p].population;
    return policyReadings(model.populations[layer.p]).map((reading) => {
      const panels = reading.parts.flatMap(({ read }) =>
        times.map((t): CellPanel => {
          const wall = walls.get(layer);
          const value = Float64Array.from({ length: size }, (_, c) =>
            read(together.policy[layer.p], (t * states + layer.from + c) * actions),
          );
          return { heading: `t = ${t}`, value, ...(wall === undefined ? {} : { wall }) };
        }),
      );
      const whose = layer.name === "" ? "" : ` of ${layer.name}`;
      const free = panels.flatMap(({ value = [], wall }) => Array.from(value).filter((_, c) => wall?.[c] !== 1));
      return cellPanels({
        name: `${reading.name}${suffix}${layers.length > 1 ? `-${k + 1}` : ""}`,
        title: `${title}: ${reading.title}${whose}`,
        caption: reading.chances
          ? `Probability of each action in each cell${whose}`
          : `${inCapital(reading.title)}${whose}, in each cell`,
        across,
        up,
        panels,
        columns: times.length,
        ...(reading.chances ? { rows: reading.parts.map(({ heading }) => heading) } : {}),
        shade: reading.chances
          ? chanceShade({ title: "Probability", symbol: "\\pi_t(a\\mid s)" })
          : evenShade(free, { title: inCapital(reading.title.replace(" by the policy", "")) }),
        square,
        notes,
      });
    });
  });
}

function valueFigure(together: Together, scene: Scene): FigureSpecification {
  const { field, values } = together;
  const times = stripTimes(together, scene);
  const value = ({ p, from }: Layer, t: number): Float64Array =>
    rowAt(values[p], field.parts[p].population.states, t).subarray(from, from + scene.size);
  const free = scene.layers.flatMap((layer) =>
    times.flatMap((t) => [...value(layer, t)].filter((_, c) => scene.walls.get(layer)?.[c] !== 1)),
  );
  return strip(
    together,
    scene,
    {
      name: "value",
      title: "value",
      caption: "Expected sum of rewards from each time on in each cell, under the policy",
    },
    times,
    (layer, t) => ({ value: value(layer, t) }),
    evenShade(free, { title: "Value", symbol: "V_t(s)" }),
  );
}
