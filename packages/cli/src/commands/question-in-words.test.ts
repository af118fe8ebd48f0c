import { catalogue, documentOf, prepare, solve } from "meanfield";
import { describe, expect, it } from "vitest";
import { solutionFigures } from "../figures/of-solution.ts";
import { reportPage } from "../runs/report-page.ts";
import { questionInWords } from "./solve.ts";

const prepared = (id: string, question: object, parameters: Readonly<Record<string, unknown>> = {}) => {
  const game = catalogue.games.find((candidate) => candidate.id === id);
  if (game === undefined) throw new Error(`no game ${id}`);
  return prepare(catalogue, game, { question, parameters });
};

describe("an answer's title", () => {
  it.each([
    ["systemic-risk", {}, {}, "mean-field equilibrium"],
    ["systemic-risk", { players: 10 }, {}, "Nash equilibrium of 10 players, feedback"],
    ["price-impact", { players: 1, information: "open-loop" }, {}, "Nash equilibrium of 1 player, open-loop"],
    ["systemic-risk", { concept: "planner" }, {}, "social planner, mean-field limit"],
    ["price-impact", { concept: "planner", players: 1 }, {}, "social planner of 1 player"],
    ["malware-spread", {}, {}, "mean-field equilibrium"],
    // Nobody plays in a mean-field BSDE.
    ["mean-field-bsde", {}, {}, "mean-field limit"],
    ["log-normal-bsde", { players: 1 }, {}, "system of 1 player"],
    ["nonlinear-bsde", { players: 3 }, {}, "system of 3 players"],
    ["systemic-risk-fbsde", {}, {}, "mean-field equilibrium"],
    ["systemic-risk-fbsde", { players: 3 }, {}, "Nash equilibrium of 3 players, open-loop"],
    ["systemic-risk-fbsde", { players: 3 }, { system: "particle" }, "system of 3 particles"],
    ["linear-network", {}, {}, "limit of training"],
    ["linear-network", { players: 1 }, {}, "network of 1 neuron"],
    ["mean-field-network", { players: 100 }, {}, "network of 100 neurons"],
    ["mean-field-langevin", {}, {}, "limit of training"],
  ])("%s %j %j: %s", (id, question, parameters, words) => {
    expect(questionInWords(prepared(id, question, parameters))).toBe(words);
  });

  it.each([
    ["mean-field-bsde", { players: 3 }, "solve · system of 3 players · linear-system", "The law along time"],
    ["linear-network", {}, "solve · limit of training · moment-system", "The law along time"],
    ["systemic-risk", {}, "solve · nash · mean-field limit · riccati", "The law of one player's state"],
  ])("stands in the page and the figures of %s too", async (id, question, line, whose) => {
    const solution = await solve(prepared(id, question));
    const { game, parameters } = solution.preparation;
    const page = reportPage(game, parameters, { command: "solve", ...documentOf(solution) }, []);
    expect(page).toContain(`<p class="reference">${line}</p>`);
    const [flow] = solutionFigures(solution);
    expect(flow.name).toMatch(/^flow/);
    expect(flow.caption.startsWith(whose)).toBe(true);
  });
});
