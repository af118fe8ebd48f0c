import type { Randomness } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { Chart } from "./chart.ts";
import { drawsOf, purposes } from "./streams.ts";

/** Where a run starts: uniform in the start of its class, in the chart's coordinates. */
export function startOf(chart: Chart, random: Randomness): Float64Array {
  const { seed, stream } = drawsOf(random, 0, purposes.start);
  const uniforms = new Float64Array(chart.family.dimension);
  randomStream(seed, stream).fillUniform(uniforms, 0);
  return chart.startAt(uniforms);
}

/** A parameter as metrics show it: a single one as θ in the game's units, several by their Euclidean norm. */
export function showTheta(chart: Chart, u: Float64Array): Readonly<Record<string, number>> {
  const theta = chart.theta(u);
  return theta.length === 1 ? { theta: theta[0] } : { theta_norm: Math.hypot(...theta) };
}
