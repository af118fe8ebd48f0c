import type { NeuronSystem } from "../../kernels/index.ts";
import type { RandomStream } from "../../numeric/random.ts";
import type { Activation } from "../activation.ts";

/** What training needs of a system of neurons; the kernels' is one. */
export type TrainedNeurons = Pick<
  NeuronSystem,
  | "count"
  | "parameters"
  | "load"
  | "read"
  | "loadVelocity"
  | "readVelocity"
  | "predict"
  | "takeGradient"
  | "move"
  | "open"
  | "step"
>;

/** The same as the kernels' system without them, for a person's own activation; about ten times slower. */
export function plainNeurons(
  { value, derivative }: Activation,
  count: number,
  inputs: number,
  trainsOutput: boolean,
  noise: RandomStream,
): TrainedNeurons {
  const p = 1 + inputs;
  const theta = new Float64Array(count * p);
  const velocity = new Float64Array(count * p);
  const gradient = new Float64Array(count * p);
  let points = new Float64Array(0);
  const first = trainsOutput ? 0 : 1;
  const inputOf = (i: number, x: ArrayLike<number>, at: number): number => {
    let z = 0;
    for (let j = 0; j < inputs; j++) z += theta[i * p + 1 + j] * x[at + j];
    return z;
  };
  const average = (x: ArrayLike<number>, at: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += theta[i * p] * value(inputOf(i, x, at));
    return sum / count;
  };
  const takeGradient = (errors: ArrayLike<number>): void => {
    gradient.fill(0);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k * inputs < points.length; k++) {
        const z = inputOf(i, points, k * inputs);
        if (trainsOutput) gradient[i * p] += errors[k] * value(z);
        const pull = errors[k] * theta[i * p] * derivative(z);
        for (let j = 0; j < inputs; j++) gradient[i * p + 1 + j] += pull * points[k * inputs + j];
      }
    }
  };
  const move: TrainedNeurons["move"] = ({ decay, momentum, noise: shake }) => {
    for (let i = 0; i < count; i++) {
      for (let a = first; a < p; a++) {
        const at = i * p + a;
        let by = gradient[at];
        if (momentum !== undefined) {
          by += momentum * velocity[at];
          velocity[at] = by;
        }
        theta[at] = decay * theta[at] + by;
        if (shake !== undefined && shake.deviation !== 0)
          theta[at] += shake.deviation * noise.normal(shake.firstIndex + at);
      }
    }
  };
  const show = (x: ArrayLike<number>): number => {
    points = Float64Array.from(x);
    return average(points, 0);
  };
  return {
    count,
    parameters: p,
    load: (given) => theta.set(given),
    read: () => theta.slice(),
    loadVelocity: (given) => velocity.set(given),
    readVelocity: () => velocity.slice(),
    predict: (given, out) => {
      points = Float64Array.from(given);
      for (let k = 0; k * inputs < points.length; k++) out[k] = average(points, k * inputs);
    },
    takeGradient,
    move,
    open: show,
    step: (rate, decay, next) => {
      takeGradient([rate]);
      move({ decay });
      return show(next);
    },
  };
}
