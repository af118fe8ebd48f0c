/** Pictures of finite games on a few named states: bars of the law along time, its path in the triangle, policies as bars. */

import {
  inCapital,
  inKebab,
  inWords,
  mostActions,
  policyReadings,
  rowAt,
  someTimes,
  timesNote,
} from "./finite-game.ts";
import type { Together } from "./finite-game.ts";
import { seriesLines } from "./series-lines.ts";
import { simplexPath } from "./simplex-path.ts";
import { stackedBars } from "./stacked-bars.ts";
import type { FigureSpecification } from "./specification.ts";

/** More bars would be narrower than what one sees. */
const mostTimes = 200;

export function namedFigures(together: Together): FigureSpecification[] {
  return together.members.flatMap((p) => [
    ...lawFigures(together, p),
    ...policyFigures(together, p),
    ...valueFigures(together, p),
  ]);
}

interface Whose {
  readonly states: number;
  readonly names: readonly string[];
  readonly times: readonly number[];
  readonly notes: readonly string[];
  /** Behind names and titles of figures, where there are several populations. */
  readonly suffix: string;
  readonly words: string;
}

function whoseOf({ model, field, axes, several }: Together, p: number): Whose {
  const { name } = model.populations[p];
  const times = someTimes(model.horizon, mostTimes);
  return {
    states: field.parts[p].population.states,
    names: axes[0]?.labels ?? [""],
    times,
    notes: timesNote(model, times.length),
    suffix: several ? `-${inKebab(name)}` : "",
    words: several ? ` of ${inWords(name)}` : "",
  };
}

function lawFigures(together: Together, p: number): FigureSpecification[] {
  const { title, field } = together;
  const { states, names, times, notes, suffix, words } = whoseOf(together, p);
  if (states === 1) return [];
  const shares = times.flatMap((t) => [...rowAt(field.parts[p].mu, states, t)]);
  const [left, right, top] = names;
  return [
    stackedBars({
      name: `flow${suffix}`,
      title: `${title}: law of states${words}`,
      caption: `Share of the population${words} in each state at each time, under the policy`,
      t: times,
      names,
      shares,
      y: { title: "Share", symbol: "\\mu_t(s)" },
      notes,
    }),
    ...(states === 3
      ? [
          simplexPath({
            name: `flow-simplex${suffix}`,
            title: `${title}: path of the law${words}`,
            caption: `The law of states${words} along time, in the triangle of all laws on three states`,
            names: [left, right, top],
            t: times,
            shares,
          }),
        ]
      : []),
  ];
}

/** One figure a state, or one of the mean action where there are many. */
function policyFigures(together: Together, p: number): FigureSpecification[] {
  const { title, model, field, policy } = together;
  const { states, names, times, notes, suffix, words } = whoseOf(together, p);
  const { actions } = field.parts[p].population;
  return policyReadings(model.populations[p]).flatMap((reading) => {
    if (!reading.chances || actions > mostActions) {
      const [{ read }] = reading.parts;
      return [
        seriesLines({
          name: `${reading.name}${suffix}`,
          title: `${title}: ${reading.title}${words}`,
          y: { title: inCapital(reading.title.replace(" by the policy", "")) },
          lines: names.map((label, s) => ({
            label: label === "" ? reading.title : label,
            x: times,
            value: times.map((t) => read(policy[p], (t * states + s) * actions)),
          })),
        }),
      ];
    }
    return names.map((state, s) =>
      stackedBars({
        name: `policy${suffix}${states > 1 ? `-${inKebab(state)}` : ""}`,
        title: `${title}: policy${words}${states > 1 ? ` in state ${state}` : ""}`,
        caption: `Probability of each action at each time${words}${states > 1 ? `, in state ${state}` : ""}`,
        t: times,
        names: reading.parts.map(({ heading }) => heading),
        shares: times.flatMap((t) => reading.parts.map(({ read }) => read(policy[p], (t * states + s) * actions))),
        y: { title: "Probability", symbol: "\\pi_t(a\\mid s)" },
        notes,
      }),
    );
  });
}

function valueFigures(together: Together, p: number): FigureSpecification[] {
  const { states, names, times, notes, suffix, words } = whoseOf(together, p);
  return [
    seriesLines({
      name: `value${suffix}`,
      title: `${together.title}: value${words}`,
      caption: ["Expected sum of rewards from each time on in each state, under the policy.", ...notes].join(" "),
      y: { title: "Value", symbol: "V_t(s)" },
      lines: names.map((label, s) => ({
        label: label === "" ? "value" : label,
        x: times,
        value: times.map((t) => together.values[p][t * states + s]),
      })),
    }),
  ];
}
