/** How the functionals of laws are read: of every copy's players, or in the limit of all samples or of the normal law of W. */

import { gaussianRule } from "../gaussian-rule.ts";
import type { InteractingModel } from "../model.ts";
import { isControlled } from "./backward-pass.ts";
import type { PassSettings } from "./backward-pass.ts";
import { designOf } from "./basis.ts";
import type { Design } from "./basis.ts";
import { brownianTerminalLaw } from "./linear-part.ts";
import type { Paths } from "./paths.ts";
import { evaluate } from "./projection.ts";

export function lawReader(
  { states, steps, copies, players }: Paths,
  { model, players: asked, control, linear }: PassSettings,
) {
  const { horizon, forward, functionals, terminalFunctionals } = model;
  const limit = asked === Infinity;
  const exact = limit && forward.kind === "brownian" && isControlled(control);
  const total = new Float64Array(copies * players);
  const { nodes, weights } = rule;
  return {
    terminal: (): Float64Array => {
      const x = states[steps];
      if (exact) return brownianTerminalLaw(model);
      if (limit) return Float64Array.from(terminalFunctionals, ({ of }) => of(x));
      return perCopy(terminalFunctionals, x);
    },
    /** @param fit what Y was fitted as; at the horizon it is the terminal value */
    of: (
      n: number,
      y: Float64Array,
      c: Float64Array,
      fit: { readonly design: Design; readonly coefficients: Float64Array } | undefined,
    ): Float64Array => {
      if (exact) {
        const scale = Math.sqrt((horizon * n) / steps);
        const values = nodes.map((node) => node * scale);
        const points = fit === undefined ? values.map(terminalOf()) : fitted(values, fit, n);
        return Float64Array.from(functionals, ({ of }) => of(points, weights));
      }
      for (let r = 0; r < total.length; r++) total[r] = y[r] + c[r];
      return limit ? Float64Array.from(functionals, ({ of }) => of(total)) : perCopy(functionals, total);
    },
  };

  function terminalOf(): (x: number) => number {
    const law = brownianTerminalLaw(model);
    return (x) => model.terminal(x, law);
  }
  function fitted(
    x: Float64Array,
    { design, coefficients }: { readonly design: Design; readonly coefficients: Float64Array },
    n: number,
  ): Float64Array {
    const out = new Float64Array(x.length);
    evaluate(designOf(design.basis, x, x.length), coefficients, out);
    if (linear !== undefined) {
      const { value } = linear.at(n);
      for (let k = 0; k < x.length; k++) out[k] += value(x[k]);
    }
    return out;
  }
  function perCopy(of: InteractingModel["functionals"], points: Float64Array): Float64Array {
    const out = new Float64Array(copies * of.length);
    for (let copy = 0; copy < copies; copy++) {
      const members = points.subarray(copy * players, (copy + 1) * players);
      of.forEach((functional, k) => (out[copy * of.length + k] = functional.of(members)));
    }
    return out;
  }
}

/** Nodes that stay where the linear part is tabulated; beyond them a normal law has 10⁻¹⁵. */
const rule = gaussianRule(0.125, 8);
