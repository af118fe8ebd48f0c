import { tabulate } from "meanfield";
import type { QuantityTable, Solution } from "meanfield";
import { roadNetwork } from "meanfield/figures";
import type { FigureSpecification } from "meanfield/figures";

/** Pictures at so many times. */
const pictures = 6;
/** Once no more than this part of the most is on the roads, nothing more is to be seen. */
const fewest = 0.01;

/** Games on a road network: what is on its roads at several times; `drawn` names the quantity that this shows. */
export function roadFigures({ preparation, quantities }: Pick<Solution, "preparation" | "quantities">): {
  readonly figures: readonly FigureSpecification[];
  readonly drawn: ReadonlySet<string>;
} {
  const { game, parameters } = preparation;
  const map = game.roads?.(parameters);
  const quantity = map === undefined ? undefined : quantities[map.quantity];
  const definition = game.quantities.find(({ name }) => name === map?.quantity);
  if (map === undefined || quantity === undefined || definition === undefined) return { figures: [], drawn: new Set() };
  const { value } = tabulate(quantity) as Exclude<QuantityTable, number>;
  const count = map.roads.length;
  const [{ grid }] = quantity.axes;
  const onAll = Array.from(grid, (_, n) => value.slice(n * count, (n + 1) * count).reduce((sum, one) => sum + one, 0));
  const least = fewest * Math.max(...onAll);
  const last = Math.max(
    1,
    onAll.findLastIndex((one) => one > least),
  );
  const shown = [
    ...new Set(
      Array.from({ length: pictures }, (_, n) => Math.round((n * Math.min(last, grid.length - 1)) / pictures)),
    ),
  ];
  const { name, title, story, symbol } = definition;
  return {
    figures: [
      roadNetwork({
        name: name.replaceAll("_", "-"),
        title: `${game.title}: ${title.toLowerCase()}`,
        caption: story,
        crossings: map.crossings,
        roads: map.roads,
        t: shown.map((n) => grid[n]),
        value: shown.flatMap((n) => value.slice(n * count, (n + 1) * count)),
        valueText: { title, ...(symbol === undefined ? {} : { symbol }) },
      }),
    ],
    drawn: new Set([name]),
  };
}
