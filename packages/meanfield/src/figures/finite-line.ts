/** Pictures of finite games on a line: the law, the policy and its value over time and place. */

import { cellPanels } from "./cell-panels.ts";
import {
  cellsOf,
  inCapital,
  inKebab,
  inWords,
  policyReadings,
  rowAt,
  someTimes,
  timeCells,
  timesNote,
} from "./finite-game.ts";
import type { Together } from "./finite-game.ts";
import { chanceShade, crowdShade, evenShade } from "./shade.ts";
import type { FigureSpecification } from "./specification.ts";

/** More columns would be narrower than what one sees. */
const mostTimes = 300;

export function lineFigures(together: Together): FigureSpecification[] {
  const { model, field, members, axes, title, suffix, several, announced } = together;
  const times = someTimes(model.horizon, mostTimes);
  const across = timeCells(times);
  const up = cellsOf(axes[0], announced);
  const states = axes[0].grid.length;
  const names = members.map((p) => inWords(model.populations[p].name));
  const notes = timesNote(model, times.length);
  const columnsOf = (table: Float64Array): number[] => times.flatMap((t) => [...rowAt(table, states, t)]);
  const laws = members.map((p) => columnsOf(field.parts[p].mu));
  const values = members.map((p) => columnsOf(together.values[p]));
  const rows = several ? { rows: names } : {};
  const flow = cellPanels({
    name: `flow${suffix}`,
    title: `${title}: law of states`,
    caption: "Share of the population in each state at each time, under the policy",
    across,
    up,
    columns: 1,
    panels: laws.map((value) => ({ heading: "", value })),
    ...rows,
    shade: crowdShade(
      times.map((_, k) => laws.flatMap((law) => law.slice(k * states, (k + 1) * states))),
      { title: "Share", symbol: "\\mu_t(s)" },
    ),
    notes,
  });
  const policies = members.flatMap((p) =>
    policyReadings(model.populations[p]).map((reading) => {
      const { actions } = field.parts[p].population;
      const panels = reading.parts.map(({ heading, read }) => {
        const value = times.flatMap((t) =>
          Array.from({ length: states }, (_, s) => read(together.policy[p], (t * states + s) * actions)),
        );
        return { heading, value };
      });
      const whose = several ? ` of ${inWords(model.populations[p].name)}` : "";
      return cellPanels({
        name: `${reading.name}${several ? `-${inKebab(model.populations[p].name)}` : ""}`,
        title: `${title}: ${reading.title}${whose}`,
        caption: reading.chances
          ? `Probability of each action in each state at each time${whose}`
          : `${inCapital(reading.title)}${whose}, in each state at each time`,
        across,
        up,
        columns: panels.length === 4 ? 2 : Math.min(3, panels.length),
        panels,
        shade: reading.chances
          ? chanceShade({ title: "Probability", symbol: "\\pi_t(a\\mid s)" })
          : evenShade(
              panels.flatMap(({ value }) => value),
              { title: inCapital(reading.title.replace(" by the policy", "")) },
            ),
        notes,
      });
    }),
  );
  const value = cellPanels({
    name: `value${suffix}`,
    title: `${title}: value`,
    caption: "Expected sum of rewards from each time on in each state, under the policy",
    across,
    up,
    columns: 1,
    panels: values.map((one) => ({ heading: "", value: one })),
    ...rows,
    shade: evenShade(values.flat(), { title: "Value", symbol: "V_t(s)" }),
    notes,
  });
  return [flow, ...policies, value];
}
