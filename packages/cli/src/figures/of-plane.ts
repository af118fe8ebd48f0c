import { describeParameters, evenGrid, tabulate } from "meanfield";
import type { Quantity, QuantityTable, Solution } from "meanfield";
import { fieldSlices } from "meanfield/figures";
import type { AxisText, FieldSlicesInput, FigureSpecification } from "meanfield/figures";

/** Pictures at so many times. */
const pictures = 6;
/** Once so few are left, nothing more is to be seen. */
const fewest = 0.04;

/**
 * Games in the plane: the density with the lines along which players drift, and the value with its level lines, among the walls
 * and exits that the game declares; `drawn` names the quantities that these show.
 */
export function planeFigures({ preparation, quantities }: Pick<Solution, "preparation" | "quantities">): {
  readonly figures: readonly FigureSpecification[];
  readonly drawn: ReadonlySet<string>;
} {
  const { game, parameters } = preparation;
  const density = quantities["density"];
  if (density === undefined || !overPlane(density)) return { figures: [], drawn: new Set() };
  const [t, x, y] = density.axes;
  const scenery = game.scenery?.(parameters);
  const count = scenery?.points ?? 41;
  const times = pictureTimes(t.grid[t.grid.length - 1], lastTime(quantities["active_fraction"]));
  const points = {
    t: times,
    [x.name]: [...evenGrid(x.grid[0], x.grid[x.grid.length - 1], count)],
    [y.name]: [...evenGrid(y.grid[0], y.grid[y.grid.length - 1], count)],
  };
  const read = (quantity: Quantity): readonly number[] =>
    (tabulate(quantity, points) as Exclude<QuantityTable, number>).value;
  const unit = describeParameters(game.parameters)["T"]?.unit;
  const lengths = scenery?.unit === undefined ? {} : { unit: scenery.unit };
  const figures: FigureSpecification[] = [];
  const drawn = new Set<string>();
  const draw = (name: string, over: Pick<FieldSlicesInput, "drift" | "levels" | "shade">): void => {
    const quantity = quantities[name];
    const definition = game.quantities.find((each) => each.name === name);
    if (quantity === undefined || definition === undefined || !overPlane(quantity)) return;
    const { title, symbol, unit: of } = definition;
    const valueText: AxisText = {
      title,
      ...(symbol === undefined ? {} : { symbol }),
      ...(of === undefined ? {} : { unit: of }),
    };
    drawn.add(name);
    figures.push(
      fieldSlices({
        name,
        title: `${game.title}: ${title.toLowerCase()}`,
        caption: definition.story,
        t: points.t,
        x: points[x.name],
        y: points[y.name],
        value: read(quantity),
        valueText,
        xText: { title: x.name, ...lengths },
        yText: { title: y.name, ...lengths },
        tText: { title: "Time", symbol: "t", ...(unit === undefined ? {} : { unit }) },
        ...(scenery === undefined ? {} : { place: scenery.place }),
        ...over,
      }),
    );
  };
  const names = [`control_${x.name}`, `control_${y.name}`] as const;
  const [along, across] = [quantities[names[0]], quantities[names[1]]];
  // Beside crowds at doors the rest of a room would be one colour.
  const shade = scenery === undefined ? "linear" : "root";
  if (along === undefined || across === undefined) draw("density", { shade });
  else {
    draw("density", { drift: [read(along), read(across)], shade });
    for (const name of names) drawn.add(name);
  }
  draw("value", { levels: true });
  return { figures, drawn };
}

function overPlane({ axes }: Quantity): boolean {
  return axes.length === 3 && axes[0].name === "t" && axes.every(({ kind }) => kind !== "discrete");
}

/** Evenly to the horizon; where everybody has left before, in round steps until about then. */
function pictureTimes(horizon: number, last: number | undefined): number[] {
  if (last === undefined) return [...evenGrid(0, horizon, pictures)];
  const step = last / (pictures - 1);
  const power = 10 ** Math.floor(Math.log10(step));
  const round = power * (roundSteps.findLast((each) => each * power <= step) ?? 1);
  return Array.from({ length: pictures }, (_, n) => n * round);
}

const roundSteps = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** When nearly everybody has left; undefined where that does not happen. */
function lastTime(active: Quantity | undefined): number | undefined {
  return active?.axes[0]?.grid.find((t) => active.at(t) <= fewest);
}
