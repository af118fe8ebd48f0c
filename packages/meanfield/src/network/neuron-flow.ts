/** Neurons that flow along their field from time 0 to T, interval by interval. */

import { evenGrid } from "../core/index.ts";
import type { Step } from "../core/index.ts";
import { integrate } from "../numeric/ode.ts";
import { lossOf } from "./candidate.ts";
import type { NetworkCandidate, Neurons } from "./candidate.ts";
import type { Design } from "./data.ts";
import type { NetworkModel } from "./model.ts";
import { fixedSteps } from "./fixed-steps.ts";
import { neuronField } from "./neuron-field.ts";
import type { NeuronField } from "./neuron-field.ts";
import { panelPath } from "./panel-path.ts";
import type { PanelPath } from "./panel-path.ts";

export interface NeuronFlow {
  readonly field: NeuronField;
  readonly design: Design;
  readonly weights: Float64Array;
  /** Ends of the intervals, from 0 on. */
  readonly mesh: Float64Array;
  /** States at the ends that are reached, in the field's layout. */
  readonly states: Float64Array[];
  /** Times between them at which series are drawn, and the states there, as far as they have been passed. */
  readonly between: { readonly t: number; readonly state: Float64Array }[];
  readonly predictions: PanelPath;
  readonly tolerance: number;
  /** Size of equal steps, where an activation with a kink asks for them. */
  readonly equalStep: number | undefined;
  /** Of the last step of the integrator. */
  lastStep: number | undefined;
}

/** As many numbers are kept at most. */
const kept = 2e7;

/** Series are drawn at so many times, which are kept on the way. */
const drawn = 101;
/** Times are the same where they differ by no more than rounding. */
const close = 1e-13;

/** So few neurons are integrated adaptively even where they have a kink. */
const mostAdaptive = 1000;

/** @throws RangeError where the numerics fail, from `advance`. */
export function openFlow(model: NetworkModel, design: Design, neurons: Neurons, tolerance: number): NeuronFlow {
  const field = neuronField(model, design, neurons.weights);
  const state = field.open(neurons.theta);
  const intervals = Math.max(4, Math.min(20, Math.floor(kept / state.length)));
  const mesh = Float64Array.from({ length: intervals + 1 }, (_, i) => (model.horizon * i) / intervals);
  return {
    field,
    design,
    weights: neurons.weights,
    mesh,
    states: [state],
    between: [],
    predictions: panelPath(mesh, design.count),
    tolerance,
    equalStep:
      model.activation.kinked === true && neurons.weights.length > mostAdaptive
        ? Math.min(model.horizon / 400, 0.02 / model.rate)
        : undefined,
    lastStep: undefined,
  };
}

/** One interval, as a solver's step. */
export function stepFlow(flow: NeuronFlow): Step {
  const { t, predictions } = advance(flow);
  const metrics = { loss: lossOf(flow.design, predictions) };
  return flow.states.length === flow.mesh.length
    ? { metrics, status: "converged", reason: `the neurons have come to time ${t}` }
    : { metrics, status: "running" };
}

/** Integrates over the next interval; returns the time reached, and the predictions there. */
function advance(flow: NeuronFlow): { readonly t: number; readonly predictions: Float64Array } {
  const { field, states, mesh, predictions, design } = flow;
  const i = states.length - 1;
  const solution = follow(flow, states[i], mesh[i], mesh[i + 1], flow.lastStep);
  states.push(solution.end);
  flow.lastStep = solution.lastStep ?? flow.lastStep;
  predictions.fill(i, (s, out) => field.predict(solution.at(s), out));
  if (solution.dense && drawn * solution.end.length <= kept) {
    for (const t of evenGrid(0, mesh[mesh.length - 1], drawn)) {
      if (t > mesh[i] && t < mesh[i + 1]) flow.between.push({ t, state: solution.at(t).slice() });
    }
  }
  const last = new Float64Array(design.count);
  field.predict(solution.end, last);
  return { t: mesh[i + 1], predictions: last };
}

interface Followed {
  readonly end: Float64Array;
  /** At a time in between; times are asked for in increasing order. */
  readonly at: (t: number) => Float64Array;
  /** Whether any time may be asked for, at no cost. */
  readonly dense: boolean;
  readonly lastStep: number | undefined;
}

function follow(
  { field, tolerance, equalStep }: NeuronFlow,
  state: Float64Array,
  from: number,
  to: number,
  initialStep: number | undefined,
): Followed {
  const f = (_t: number, y: Float64Array, dy: Float64Array): void => field.velocity(y, dy);
  if (equalStep !== undefined) {
    const between = (t: number, start: Float64Array, end: number): Float64Array => {
      const steps = Math.ceil((end - t) / equalStep - 1e-9);
      return steps <= 0 ? start : fixedSteps(f, t, start, (end - t) / steps, steps);
    };
    let [time, last] = [from, state];
    return {
      end: between(from, state, to),
      lastStep: undefined,
      dense: false,
      at: (t) => {
        last = between(time, last, t);
        time = t;
        return last;
      },
    };
  }
  const solution = integrate(f, from, to, state, {
    relative: tolerance,
    absolute: tolerance,
    ...(initialStep === undefined ? {} : { initialStep: Math.min(initialStep, to - from) }),
  });
  if (solution.outcome !== "finished") throw new RangeError(`neurons could not be followed: ${solution.reason}`);
  const { t, end } = solution;
  return {
    end,
    at: (time) => solution.at(time),
    dense: true,
    lastStep: t.length > 2 ? t[t.length - 2] - t[t.length - 3] : undefined,
  };
}

/**
 * What a flow says, as far as it has come; between the ends of intervals neurons are integrated anew, from the last time
 * before that is known.
 */
export function lawOfFlow(flow: NeuronFlow, drawn: boolean): Pick<NetworkCandidate, "law" | "mesh" | "assumed"> {
  const { field, weights, predictions } = flow;
  const mesh = flow.mesh.slice(0, flow.states.length);
  const known = [
    ...flow.states.map((state, i) => ({ t: mesh[i], state })),
    ...flow.between.filter(
      ({ t }) => !mesh.some((end) => Math.abs(end - t) <= close * flow.mesh[flow.mesh.length - 1]),
    ),
  ].toSorted((a, b) => a.t - b.t);
  const times = known.map(({ t }) => t);
  const states = known.map(({ state }) => state);
  const most = times.length + Math.floor(kept / states[0].length);
  const stateAt = (t: number): Float64Array => {
    let [low, high] = [0, times.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle] <= t) low = middle;
      else high = middle;
    }
    const margin = close * flow.mesh[flow.mesh.length - 1];
    if (t - times[low] <= margin) return states[low];
    if (low + 1 < times.length && times[low + 1] - t <= margin) return states[low + 1];
    const state = follow(flow, states[low], times[low], t, undefined).end;
    if (times.length < most) {
      times.splice(low + 1, 0, t);
      states.splice(low + 1, 0, state);
    }
    return state;
  };
  let last: { readonly t: number; readonly neurons: Neurons } | undefined;
  return {
    mesh,
    assumed: (t, out) => predictions.at(t, out),
    law: {
      kind: "particles",
      drawn,
      at: (t) => {
        if (last?.t !== t) last = { t, neurons: { theta: field.close(stateAt(t)), weights } };
        return last.neurons;
      },
    },
  };
}
