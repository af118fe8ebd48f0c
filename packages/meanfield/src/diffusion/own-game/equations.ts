/** A declared game as a paper would write it. */

import type { Equation } from "../../core/index.ts";
import { texOf } from "../../formula/index.ts";
import type { Expression, Symbols } from "../../formula/index.ts";
import type { ReadDeclaration } from "./declaration.ts";
import type { OwnFormulas } from "./formulas.ts";

export function equationsOf({ state }: ReadDeclaration, formulas: OwnFormulas): Equation[] {
  const symbols = symbolsOf(formulas);
  const tex = (expression: Expression, others: Symbols = {}): string => texOf(expression, { ...symbols, ...others });
  const { horizon, coupling, potential, runningCost, terminalCost, kernel, averages, discount } = formulas;
  const player: Symbols = { x: "X_t" };
  const costs = [runningCost, coupling, potential].filter((cost) => !isZero(cost));
  const running = `\\Big(${costs
    .map((cost) => tex(cost, player))
    .join("+")
    .replaceAll("+-", "-")}\\Big)`;
  const paid = (time: string): string =>
    isZero(discount) ? "" : `e^{-${inBrackets(discount, tex(discount))}\\,${time}}\\,`;
  const end = tex(terminalCost, { x: "X_T", mean: "\\bar x_T", mass: "\\lVert m_T\\rVert" });
  const last = isZero(terminalCost) ? "" : `+${paid("T")}\\mathbb E\\Big[${end}\\Big]`;
  const drift = inBrackets(formulas.drift, tex(formulas.drift, player));
  return [
    {
      caption: `Dynamics, on ${placeOf(state.ends)} from ${state.from.trim()} to ${state.to.trim()}`,
      tex: `dX_t=${drift}\\,dt+${inBrackets(formulas.sigma, tex(formulas.sigma))}\\,dW_t`,
    },
    horizon === undefined
      ? {
          caption: "Cost per unit of time",
          tex: `\\lim_{T\\to\\infty}\\tfrac1T\\,\\mathbb E\\int_0^T${paid("t")}${running}\\,dt`,
        }
      : {
          caption: "Cost",
          tex: `\\mathbb E\\int_0^{${tex(horizon)}}${paid("t")}${running}\\,dt${last}`,
        },
    ...(formulas.control === undefined
      ? []
      : [{ caption: "Controls", tex: `${tex(formulas.control[0])}\\le\\alpha_t\\le ${tex(formulas.control[1])}` }]),
    ...(kernel === undefined
      ? []
      : [
          {
            caption: "Nearby density",
            tex: `(K*m)(t,x)=\\int K(x,z)\\,m(t,z)\\,dz,\\qquad K(x,z)=${tex(kernel)}`,
          },
        ]),
    ...[...averages].map(([name, weight]) => ({
      caption: `The average ${name}`,
      tex: `${symbols[name]}=\\int ${inBrackets(weight, tex(weight))}\\,m(t,x)\\,dx`,
    })),
    ...(horizon === undefined
      ? []
      : [{ caption: "Start, up to a factor", tex: `m(0,x)\\propto ${tex(formulas.initialDensity)}` }]),
  ];
}

/** How names are set that have a meaning of their own. */
export function symbolsOf({ averages }: OwnFormulas): Symbols {
  return {
    a: "\\alpha",
    mean: "\\bar x_t",
    mean_drift: "\\bar\\beta_t",
    mass: "\\lVert m_t\\rVert",
    nearby: "(K*m)",
    ...Object.fromEntries(
      [...averages.keys()].map((name) => [name, `\\overline{\\mathrm{${name.replaceAll("_", "\\_")}}}_t`]),
    ),
  };
}

/** A sum stands in brackets before what it is multiplied by. */
function inBrackets(expression: Expression, tex: string): string {
  return expression.kind === "call" && ["+", "-", "negate", "if"].includes(expression.operation)
    ? `\\left(${tex}\\right)`
    : tex;
}

function isZero(expression: Expression): boolean {
  return expression.kind === "number" && expression.value === 0;
}

function placeOf(ends: ReadDeclaration["state"]["ends"]): string {
  if (ends === "periodic") return "a circle";
  const [low, high] = typeof ends === "string" ? [ends, ends] : ends;
  return low === high ? `an interval with ${low} ends,` : `an interval, ${low} below and ${high} above,`;
}
