import type { Information, Preparation, RateTable } from "meanfield";
import { feedbackGain, logLogRates } from "meanfield/figures";
import type { FigureSpecification } from "meanfield/figures";

/** The pictures of propagation of chaos: one log–log figure per error, and the feedback gain going to its limit. */
export function chaosFigures(preparation: Preparation, rates: RateTable): FigureSpecification[] {
  return [...rateFigures(rates), ...gainFigures(preparation, rates.players)];
}

function rateFigures({ players, columns }: RateTable): FigureSpecification[] {
  // An error that is zero throughout has no place on logarithmic axes.
  const drawn = columns.filter(({ value }) => value.some((error) => error > 0));
  return drawn.map(({ name, title, story, value, standardError, theory, repeats, players: own }) => {
    const normal = 1.959963984540054;
    const interval =
      standardError === undefined
        ? {}
        : {
            interval: {
              low: value.map((error, i) => error - normal * standardError[i]),
              high: value.map((error, i) => error + normal * standardError[i]),
            },
          };
    return logLogRates({
      name: name.toLowerCase().replaceAll("_", "-"),
      title,
      caption: `${title}. ${story}`,
      y: { title },
      groups: [
        {
          label: standardError === undefined ? "exact" : "simulated",
          size: own ?? players,
          error: value,
          ...interval,
          ...(repeats === undefined ? {} : { weights: repeats }),
        },
      ],
      ...(theory === undefined
        ? {}
        : { theory: { slope: theory, label: `theory: ${String(theory).replace("-", "−")}` } }),
    });
  });
}

function gainFigures({ game, model, wing, question }: Preparation, players: readonly number[]): FigureSpecification[] {
  const { ownGain } = wing;
  if (ownGain === undefined || game.information.length === 0) return [];
  const gainOf = (count: number, information: Information): number =>
    ownGain(model, { ...question, concept: "nash", players: count, information });
  return [
    feedbackGain({
      name: "feedback-gain",
      title: `${game.title}: feedback gain against the number of players`,
      lines: game.information.map((information) => ({
        label: information,
        players,
        gain: players.map((count) => gainOf(count, information)),
      })),
      limit: gainOf(Infinity, "feedback"),
      y: { title: "Gain at time 0", symbol: "K_N(0)" },
    }),
  ];
}
