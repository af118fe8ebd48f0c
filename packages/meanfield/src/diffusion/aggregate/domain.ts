import type { Question } from "../../core/index.ts";
import { charges, reachOf } from "./model.ts";
import type { AggregateModel } from "./model.ts";

/**
 * The interval on which equations for y are solved, around the one where the answer is wanted.
 *
 * From either end of that interval efforts and seven standard deviations of the noise may lead out; but where prices have become affine
 * the continuation of y is exact, and the noise alone counts.
 */
export function computedInterval(model: AggregateModel, question: Question): readonly [low: number, high: number] {
  const reach = reachOf(model, question);
  const noise = 7 * model.commonNoise * Math.sqrt(model.horizon);
  const [low, high] = model.interval;
  return [
    low - affineWithin(model, question, low, -reach) - noise,
    high + affineWithin(model, question, high, reach) + noise,
  ];
}

/** How far out from an end, at most |reach|, prices still bend. */
function affineWithin(model: AggregateModel, question: Question, end: number, reach: number): number {
  const { running, terminal } = charges(model, question);
  const samples = 200;
  const slopes = (i: number): readonly [number, number] => {
    const m = end + (i / samples) * reach;
    return [running.slope(m), terminal.slope(m)];
  };
  const [runningFar, terminalFar] = slopes(samples);
  let i = samples;
  while (i > 0) {
    const [r, s] = slopes(i - 1);
    // A slope that changes by this much over the distance left changes no digit of a price that is kept.
    if (Math.abs(r - runningFar) + Math.abs(s - terminalFar) > 1e-11) break;
    i--;
  }
  return (i / samples) * Math.abs(reach);
}
