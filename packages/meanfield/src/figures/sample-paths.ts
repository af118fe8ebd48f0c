import { planAxis } from "./axis.ts";
import { figure, type Key } from "./frame.ts";
import { counted, noOmissions } from "./omissions.ts";
import { categories, ink, type Pen } from "./palette.ts";
import { pointsOf, solid, type Point } from "./points.ts";
import { timeAxis, type AxisText, type FigureSpecification, type FigureText } from "./specification.ts";
import { level, stroke } from "./strokes.ts";

export interface SamplePathsInput extends FigureText {
  readonly t: ArrayLike<number>;
  /** One array for each player, of the length of `t`. */
  readonly paths: readonly ArrayLike<number>[];
  /** The path of the population's mean. */
  readonly mean?: ArrayLike<number>;
  /** A player whose path touches or crosses this level has defaulted. */
  readonly defaultLevel?: number;
  readonly y: AxisText;
}

const survivor: Pen = { colour: "#7fa9c9", dash: "" };
const defaulted: Pen = { colour: categories[1], dash: "" };
const meanPen: Pen = { colour: ink, dash: "" };

/** Paths of single players, those that default in colour, with the mean and the level of default. */
export function samplePaths(input: SamplePathsInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "linear", y: "linear" } as const;
  const { t, defaultLevel, mean } = input;
  const paths = input.paths.map((path) => pointsOf(t, path, scales, omissions, "path"));
  const average = mean === undefined ? [] : pointsOf(t, mean, scales, omissions, "mean");
  const falls = (points: readonly Point[]): boolean =>
    defaultLevel !== undefined && points.some(({ y }) => y <= defaultLevel);
  const [fallen, standing] = [paths.filter(falls), paths.filter((path) => !falls(path))];
  const values = [...paths.flat(), ...average].map(({ y }) => y);
  const keys: Key[] = [];
  if (standing.length > 0)
    keys.push({ label: defaultLevel === undefined ? "players" : "no default", sign: "line", pen: survivor });
  if (fallen.length > 0) keys.push({ label: "default", sign: "line", pen: defaulted });
  if (mean !== undefined) keys.push({ label: "mean", sign: "line", pen: meanPen });
  const width = paths.length > 40 ? 0.6 : 0.9;
  return figure({
    text: input,
    x: planAxis(
      [...paths.flat(), ...average].map(({ x }) => x),
      timeAxis,
      { tight: true },
    ),
    y: planAxis(defaultLevel === undefined ? values : [...values, defaultLevel], input.y),
    keys: keys.length > 1 ? keys : [],
    marks: (layout) => [
      ...standing.map((path) => stroke(path, survivor, { strokeWidth: width, strokeOpacity: 0.8 })),
      ...fallen.map((path) => stroke(path, defaulted, { strokeWidth: width, strokeOpacity: 0.8 })),
      stroke(average, meanPen, { strokeWidth: 1.8 }),
      defaultLevel === undefined
        ? null
        : level(layout, defaultLevel, "default level", { colour: ink, dash: "4 3" }, paths.map(solid)),
    ],
    notes: [
      defaultLevel === undefined
        ? `${counted(paths.length, "path")}.`
        : `${counted(fallen.length, "path")} of ${paths.length} at or below the default level at a drawn time.`,
    ],
    omissions,
    empty: values.every(Number.isNaN),
  });
}
