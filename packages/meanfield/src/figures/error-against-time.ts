import { planAxis } from "./axis.ts";
import { figure } from "./frame.ts";
import { noOmissions } from "./omissions.ts";
import { pen } from "./palette.ts";
import { pointsOf, solid } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";
import { dots, stroke } from "./strokes.ts";

export interface ErrorAgainstTimeInput extends FigureText {
  /** One line for each solver, its points at growing effort. */
  readonly solvers: readonly {
    readonly label: string;
    readonly seconds: ArrayLike<number>;
    readonly error: ArrayLike<number>;
  }[];
  readonly y: AxisText;
}

/** Which solver gives how small an error in how much time; down and to the left is better. */
export function errorAgainstTime(input: ErrorAgainstTimeInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "log", y: "log" } as const;
  const drawn = input.solvers.map(({ label, seconds, error }, i) => ({
    label,
    pen: pen(i),
    points: pointsOf(seconds, error, scales, omissions, "error"),
  }));
  const all = drawn.flatMap(({ points }) => solid(points));
  return figure({
    text: input,
    x: planAxis(
      all.map(({ x }) => x),
      { title: "Computing time", unit: "seconds" },
      { scale: "log" },
    ),
    y: planAxis(
      all.map(({ y }) => y),
      input.y,
      { scale: "log", count: 6 },
    ),
    keys: drawn.map(({ label, pen }) => ({ label, sign: "line-and-dots", pen }) as const),
    grid: "both",
    marks: () => drawn.map(({ points, pen }) => [stroke(points, pen, { strokeWidth: 1.2 }), dots(points, pen.colour)]),
    omissions,
    empty: all.length === 0,
  });
}
