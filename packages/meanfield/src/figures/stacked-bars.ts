import { rect, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import { planAxis } from "./axis.ts";
import { figure, type Key } from "./frame.ts";
import { drawable, noOmissions } from "./omissions.ts";
import { pen } from "./palette.ts";
import { timeAxis, type AxisText, type FigureSpecification, type FigureText } from "./specification.ts";

export interface StackedBarsInput extends FigureText {
  /** Increasing whole numbers, at each of which stands a bar. */
  readonly t: ArrayLike<number>;
  /** From below upwards. */
  readonly names: readonly string[];
  /** The share of name k at t[i] at i · names.length + k; at least 0. */
  readonly shares: ArrayLike<number>;
  readonly y: AxisText;
  /** Default time. */
  readonly x?: AxisText;
  readonly notes?: readonly string[];
}

/** So many bars leave room between them. */
const fewBars = 60;

/**
 * Shares of a whole at whole times, as bars one upon the other.
 *
 * @throws InputError for shares that do not fill the bars.
 */
export function stackedBars(input: StackedBarsInput): FigureSpecification {
  const { t, names, shares } = input;
  if (shares.length !== t.length * names.length)
    throw new InputError("shares.length", shares.length, `${t.length} × ${names.length} = ${t.length * names.length}`);
  const omissions = noOmissions();
  const step = t.length > 1 ? t[1] - t[0] : 1;
  const half = (t.length <= fewBars ? 0.42 : 0.5) * step;
  const bars: { x1: number; x2: number; y1: number; y2: number; fill: string }[] = [];
  let highest = 0;
  for (let i = 0; i < t.length; i++) {
    let sum = 0;
    names.forEach((_, k) => {
      const share = shares[i * names.length + k];
      if (!drawable(share, "linear", omissions) || !(share > 0)) return;
      bars.push({ x1: t[i] - half, x2: t[i] + half, y1: sum, y2: sum + share, fill: pen(k).colour });
      sum += share;
    });
    highest = Math.max(highest, sum);
  }
  const ends = [t[0] - 0.6 * step, t[t.length - 1] + 0.6 * step];
  return figure({
    text: input,
    x: planAxis(ends, input.x ?? timeAxis, { tight: true, whole: true }),
    y: planAxis([0, Math.abs(highest - 1) < 1e-6 ? 1 : highest], input.y, { tight: true }),
    keys: names.map((label, k): Key => ({ label, sign: "bar", pen: pen(k) })),
    marks: (): Markish[] => [
      rect(bars, { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: (bar: { fill: string }) => bar.fill }),
    ],
    ...(input.notes === undefined ? {} : { notes: input.notes }),
    omissions,
    empty: bars.length === 0,
  });
}
