import { planAxis } from "./axis.ts";
import { figure, type Key } from "./frame.ts";
import { noOmissions, type Scale } from "./omissions.ts";
import { faintInk, ink, pen } from "./palette.ts";
import { pointsOf, solid } from "./points.ts";
import { timeAxis, type AxisText, type FigureSpecification, type FigureText } from "./specification.ts";
import { exactPen, openDots, stroke } from "./strokes.ts";

export interface SeriesLine {
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  /** The same by closed form: dashed, or open dots where given at no more than 15 points. */
  readonly exact?: { readonly x: ArrayLike<number>; readonly value: ArrayLike<number> };
}

export interface SeriesLinesInput extends FigureText {
  readonly lines: readonly SeriesLine[];
  readonly y: AxisText;
  /** What the exact answers are called; default `exact`. */
  readonly exactLabel?: string;
  /** Places on the horizontal axis that are looked at more closely elsewhere, as thin upright lines. */
  readonly moments?: readonly number[];
  /** Default time. */
  readonly x?: AxisText;
  /** Default `linear`. */
  readonly scale?: Scale;
}

/** One or several named series over time (or another axis), with exact answers laid over them. */
export function seriesLines(input: SeriesLinesInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "linear", y: input.scale ?? "linear" } as const;
  const drawn = input.lines.map(({ label, x, value, exact }, i) => ({
    label,
    pen: pen(i),
    points: pointsOf(x, value, scales, omissions, "value"),
    exact: exact === undefined ? [] : pointsOf(exact.x, exact.value, scales, omissions, "exact.value"),
  }));
  const all = drawn.flatMap(({ points, exact }) => [...solid(points), ...solid(exact)]);
  const keys: Key[] = drawn.map(({ label, points, ...line }) => {
    const end = solid(points).at(-1);
    return { label, sign: "line", pen: line.pen, ...(end === undefined ? {} : { end }) };
  });
  const dotted = drawn.some(({ exact }) => sparse(exact));
  const dashed = drawn.some(({ exact }) => exact.length > 0 && !sparse(exact));
  const exactLabel = input.exactLabel ?? "exact";
  if (dashed) keys.push({ label: exactLabel, sign: "line", pen: exactPen });
  else if (dotted) keys.push({ label: exactLabel, sign: "open-dots", pen: { colour: ink, dash: "" } });
  const y = planAxis(
    all.map(({ y }) => y),
    input.y,
    { scale: scales.y },
  );
  return figure({
    text: input,
    x: planAxis(
      all.map(({ x }) => x),
      input.x ?? timeAxis,
      { tight: true },
    ),
    y,
    keys: keys.length > 1 ? keys : [],
    marks: () => [
      ...(input.moments ?? []).map((x) =>
        stroke(
          [
            { x, y: y.low },
            { x, y: y.high },
          ],
          { colour: faintInk, dash: "2 3" },
          { strokeWidth: 0.8 },
        ),
      ),
      ...drawn.map(({ points, pen }) => stroke(points, pen)),
      ...drawn.map(({ exact }) => (sparse(exact) ? openDots(exact) : stroke(exact, exactPen, { strokeWidth: 1.1 }))),
    ],
    omissions,
    empty: all.length === 0,
  });
}

function sparse(exact: ArrayLike<unknown>): boolean {
  return exact.length > 0 && exact.length <= 15;
}
