import { evenGrid } from "../core/index.ts";
import type { Certificate } from "../core/index.ts";
import { randomStream } from "../numeric/random.ts";
import type { InteractingCandidate } from "./candidate.ts";
import { gaussianRule } from "./gaussian-rule.ts";
import { mildResidual } from "./mild-residual.ts";
import { martingaleOf } from "./model.ts";
import { pathResidual } from "./path-residual.ts";

/**
 * How good a solution of an interacting system is.
 *
 * Residual: of the backward equation — over Brownian motions in the limit, and for linear systems, by exact expectations
 * (`mild-residual.ts`), else along simulated paths (`path-residual.ts`). Consistency: in the limit the largest difference, over
 * time, between a functional of the law of Y as it was assumed and as the field induces it; finitely many players assume nothing.
 * Exploitability: nobody plays.
 */
export function certifyInteracting(candidate: InteractingCandidate): Certificate {
  const { model, question, assumedLaw } = candidate;
  const exact = model.forward.kind === "brownian" && (question.players === Infinity || model.linear !== undefined);
  return {
    exploitability: null,
    consistency: assumedLaw === undefined ? null : consistency(candidate, assumedLaw),
    residual: exact ? mildResidual(candidate) : pathResidual(candidate),
    exactError: null,
  };
}

function consistency(
  { model, field }: InteractingCandidate,
  assumedLaw: (t: number, out: Float64Array) => void,
): number {
  const { horizon, functionals } = model;
  const assumed = new Float64Array(functionals.length);
  let worst = 0;
  for (const { t, states, weights } of laws(model)) {
    const values = new Float64Array(states.length);
    const one = new Float64Array(1);
    states.forEach((state, k) => {
      field.values(Math.min(t, horizon), Float64Array.of(state), one);
      values[k] = one[0];
    });
    assumedLaw(t, assumed);
    functionals.forEach(({ of }, k) => {
      const gap = Math.abs(of(values, weights) - assumed[k]) / Math.max(1, Math.abs(assumed[k]));
      worst = Number.isNaN(gap) ? gap : Math.max(worst, gap);
    });
  }
  return worst;
}

interface StateLaw {
  readonly t: number;
  readonly states: Float64Array;
  readonly weights?: Float64Array;
}

const PARTICLES = 4096;
const STEPS = 200;

/** The law of X at several times: Gaussian nodes, or particles by Euler's scheme. */
function* laws({ forward, horizon, linear }: InteractingCandidate["model"]): Generator<StateLaw> {
  if (forward.kind === "brownian") {
    const s = linear === undefined ? 0 : Math.abs(martingaleOf(linear).s) * Math.sqrt(horizon);
    const { nodes, weights } = gaussianRule(0.125, 12 + s);
    for (const t of evenGrid(0, horizon, 11)) yield { t, states: nodes.map((node) => node * Math.sqrt(t)), weights };
    return;
  }
  const step = horizon / STEPS;
  const starts = randomStream(0, 2);
  const noise = randomStream(0, 3);
  const states = Float64Array.from({ length: PARTICLES }, (_, i) => forward.start(starts.normal(i)));
  const draws = new Float64Array(PARTICLES);
  for (let k = 0; k < STEPS; k++) {
    const t = k * step;
    if (k % 20 === 0) yield { t, states: states.slice() };
    noise.fillNormal(draws, k * PARTICLES);
    for (let i = 0; i < PARTICLES; i++) {
      states[i] += forward.drift(t, states[i]) * step + forward.volatility(t, states[i]) * Math.sqrt(step) * draws[i];
    }
  }
  yield { t: horizon, states };
}
