/** A declared game as a paper would write it. */

import type { Equation } from "../../core/index.ts";
import { texOf } from "../../formula/index.ts";
import type { Expression, Symbols } from "../../formula/index.ts";
import type { ReadDeclaration } from "./declaration.ts";
import type { OwnFormulas } from "./formulas.ts";

export function equationsOf(formulas: OwnFormulas): Equation[] {
  const symbols = symbolsOf(formulas);
  const tex = (expression: Expression, others: Symbols = {}): string => texOf(expression, { ...symbols, ...others });
  const { axes, horizon, coupling, potential, terminalCost, kernel, averages, discount } = formulas;
  const player: Symbols = { x: "X_t", y: "Y_t" };
  const costs = [...axes.map(({ runningCost }) => runningCost), coupling, potential].filter((cost) => !isZero(cost));
  const running = `\\Big(${costs
    .map((cost) => tex(cost, player))
    .join("+")
    .replaceAll("+-", "-")}\\Big)`;
  const paid = (time: string): string =>
    isZero(discount) ? "" : `e^{-${inBrackets(discount, tex(discount))}\\,${time}}\\,`;
  const end = tex(terminalCost, {
    x: "X_T",
    y: "Y_T",
    mean: "\\bar x_T",
    mean_y: "\\bar y_T",
    mass: "\\lVert m_T\\rVert",
  });
  const density = axes.length === 1 ? "m(t,x)\\,dx" : "m(t,x,y)\\,dx\\,dy";
  const last = isZero(terminalCost) ? "" : `+${paid("T")}\\mathbb E\\Big[${end}\\Big]`;
  return [
    ...axes.map(({ name, drift, said }) => ({
      caption: `Dynamics${axes.length === 1 ? "" : ` of ${name}`}, on ${placeOf(said.ends)} from ${said.from.trim()} to ${said.to.trim()}`,
      tex: `d${name === "x" ? "X" : "Y"}_t=${inBrackets(drift, tex(drift, player))}\\,dt+${inBrackets(formulas.sigma, tex(formulas.sigma))}\\,d${axes.length === 1 ? "W" : `W^{${name}}`}_t`,
    })),
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
      : [
          {
            caption: "Controls",
            tex: `${tex(formulas.control[0])}\\le\\alpha_t${axes.length === 1 ? "" : ",\\,\\beta_t"}\\le ${tex(formulas.control[1])}`,
          },
        ]),
    ...(kernel === undefined
      ? []
      : [
          {
            caption: "Nearby density",
            tex:
              axes.length === 1
                ? `(K*m)(t,x)=\\int K(x,z)\\,m(t,z)\\,dz,\\qquad K(x,z)=${tex(kernel[0])}`
                : `(K*m)(t,x,y)=\\iint K(x,z)\\,K'(y,w)\\,m(t,z,w)\\,dz\\,dw,\\qquad K(x,z)=${tex(kernel[0])},\\qquad K'(y,w)=${tex(kernel[1])}`,
          },
        ]),
    ...[...averages].map(([name, weight]) => ({
      caption: `The average ${name}`,
      tex: `${symbols[name]}=\\int ${inBrackets(weight, tex(weight))}\\,${density}`,
    })),
    ...(horizon === undefined
      ? []
      : [
          {
            caption: "Start, up to a factor",
            tex: `${axes.length === 1 ? "m(0,x)" : "m(0,x,y)"}\\propto ${tex(formulas.initialDensity)}`,
          },
        ]),
  ];
}

/** How names are set that have a meaning of their own. */
export function symbolsOf({ averages }: OwnFormulas): Symbols {
  return {
    a: "\\alpha",
    b: "\\beta",
    mean_y: "\\bar y_t",
    mean_drift_y: "\\overline{\\dot y}_t",
    mean: "\\bar x_t",
    mean_drift: "\\overline{\\dot x}_t",
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
