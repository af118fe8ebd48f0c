import { planAxis } from "./axis.ts";
import { figure } from "./frame.ts";
import { noOmissions } from "./omissions.ts";
import { ink, pen } from "./palette.ts";
import { pointsOf, solid } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";
import { dots, level, stroke } from "./strokes.ts";

export interface FeedbackGainInput extends FigureText {
  /** One line for each information structure, such as feedback and open loop. */
  readonly lines: readonly {
    readonly label: string;
    readonly players: ArrayLike<number>;
    readonly gain: ArrayLike<number>;
  }[];
  /** The gain for infinitely many players. */
  readonly limit: number;
  readonly y: AxisText;
}

/** How the feedback gain of the game with N players goes to that of the mean-field game. */
export function feedbackGain(input: FeedbackGainInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "log", y: "linear" } as const;
  const drawn = input.lines.map(({ label, players, gain }, i) => ({
    label,
    pen: pen(i),
    points: pointsOf(players, gain, scales, omissions, "gain"),
  }));
  const all = drawn.flatMap(({ points }) => solid(points));
  return figure({
    text: input,
    x: planAxis(
      all.map(({ x }) => x),
      { title: "Number of players", symbol: "N" },
      { scale: "log" },
    ),
    y: planAxis([...all.map(({ y }) => y), input.limit], input.y),
    keys: drawn.length > 1 ? drawn.map(({ label, pen }) => ({ label, sign: "line-and-dots", pen }) as const) : [],
    marks: (layout) => [
      level(
        layout,
        input.limit,
        "mean-field limit",
        { colour: ink, dash: "4 3" },
        drawn.map(({ points }) => points),
      ),
      ...drawn.map(({ points, pen }) => [stroke(points, pen, { strokeWidth: 1.2 }), dots(points, pen.colour)]),
    ],
    omissions,
    empty: all.length === 0,
  });
}
