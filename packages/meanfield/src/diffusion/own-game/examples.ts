/**
 * Games to begin from, each another kind: what they differ in is their formulas, not a number.
 *
 * `docs/examples/own-games/` holds the same documents as files.
 */

import type { GameDeclaration } from "./declaration.ts";
import { knownExamples } from "./known-examples.ts";

const ringRoad: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Traffic on a ring road",
  story:
    "Drivers on a ring road would like to go at the speed that the density around them allows, and to be on the pleasant side " +
    "of town. Nobody reverses, and nobody drives faster than the limit.",
  reference:
    "M. J. Lighthill, G. B. Whitham, On kinematic waves II, Proc. Royal Society A 229 (1955) 317–345; K. Huang, X. Di, Q. Du, X. Chen, A game-theoretic framework for autonomous vehicles velocity control, Discrete Contin. Dyn. Syst. B 25 (2020) 4869–4903",
  parameters: [
    "limit = 1 in (0, 5], rounds # Speed limit, in rounds of the road per unit of time",
    "jam = 2.5 in [1.2, 20] # Density at which traffic stands",
    "late = 1 in [0, 10] # Cost of the square of what one is slower or faster than the road allows",
    "town = 0.2 in [0, 2] # How much the pleasant side is liked",
    "sigma = 0.15 in [0.05, 1] log # Irregularity of driving",
  ],
  definitions: { allowed: "limit*max(0, 1 - m/jam)" },
  state: { from: 0, to: 1, ends: "periodic", title: "Place on the road" },
  horizon: 1,
  sigma: "sigma",
  control: { from: 0, to: "limit" },
  drift: "a",
  running_cost: "late*(a - allowed)^2/2 + a^2/4",
  potential: "town*cos(2*pi*x)",
  initial_density: "1 + 0.7*cos(2*pi*(x - 0.3))",
  grid: { points: 64, steps: 40 },
};

const twoWells: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Two wells",
  story:
    "A landscape has two valleys of equal depth and a ridge between them. Players start on the ridge, like company at a " +
    "distance that they can see, and dislike a crowd where they stand: the valleys fill evenly, and who rolls into which is " +
    "settled by chance and by foresight.",
  reference:
    "N. Almulla, R. Ferreira, D. Gomes, Two numerical approaches to stationary mean-field games, Dyn. Games Appl. 7 (2017) 657–682",
  parameters: [
    "depth = 1.5 in [0, 10] # Depth of the valleys",
    "crowd = 0.3 in [0, 5] # Dislike of the density where one stands",
    "tilt = 0.1 in [-2, 2] # How much lower the right valley lies",
    "sigma = 0.4 in [0.1, 2] log # Noise",
  ],
  state: { from: -2, to: 2, ends: "reflecting" },
  horizon: 2,
  sigma: "sigma",
  running_cost: "a^2/2",
  potential: "depth*(x^2 - 1)^2 - tilt*x",
  coupling: "crowd*m",
  initial_density: "normal(x, 0, 0.25)",
};

const lamp: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Moths around a turning lamp",
  story:
    "A lamp turns around a circle. Moths like its light, which is dimmer the more of them there are, and find it tiring to fly, " +
    "the faster the more than proportionally. They cut corners: whoever cannot keep up waits for the next turn.",
  parameters: [
    "speed = 1 in [-4, 4] # Turns of the lamp per unit of time",
    "light = 1 in [0, 5] # How much the light is liked",
    "shade = 1 in [0, 5] # How much others dim it",
    "sigma = 0.25 in [0.05, 1] log # Flutter",
  ],
  definitions: { brightness: "exp(2*(cos(2*pi*(x - speed*t)) - 1))" },
  state: { from: 0, to: 1, ends: "periodic", title: "Place on the circle" },
  horizon: 1.5,
  sigma: "sigma",
  control: { from: -4, to: 4 },
  running_cost: "a^2/2 + a^4/12",
  coupling: "-light*brightness/(1 + shade*m)",
  initial_density: "1",
  grid: { points: 64, steps: 40 },
};

const savings: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Savings that depress their own return",
  story:
    "Wealth reverts to what wages and habits support, unless its owner makes an effort to save or lets go. It earns a return that " +
    "falls with the mean wealth of all: whoever saves less today has less tomorrow, but so do the others, and what is left earns more.",
  reference:
    "S. R. Aiyagari, Uninsured idiosyncratic risk and aggregate saving, Quarterly J. Economics 109 (1994) 659–684; Y. Achdou, J. Han, J.-M. Lasry, P.-L. Lions, B. Moll, Rev. Econ. Stud. 89 (2022) 45–86",
  parameters: [
    "support = 2 in [0, 6] # Wealth that wages and habits support",
    "reversion = 0.4 in [0, 3], 1/year # How fast wealth reverts to it",
    "scarcity = 0.6 in [0, 2] # Power with which the return falls in mean wealth",
    "impatience = 0.05 in [0, 1], 1/year # Discount rate",
    "sigma = 0.4 in [0.1, 1] log # Risk of wealth",
    "T = 5 in (0, 20], years # Horizon",
  ],
  definitions: { earned: "0.5*x*(1 + mean)^(-scarcity)" },
  state: { from: 0, to: 8, ends: "reflecting", title: "Wealth" },
  horizon: "T",
  sigma: "sigma",
  discount: "impatience",
  drift: "reversion*(support - x) + a",
  running_cost: "a^2/2",
  coupling: "-log(0.2 + earned)",
  terminal_cost: "-2*log(1 + x)",
  initial_density: "exp(-(x - 2)^2/(2*0.6^2))",
};

const habit: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "An epidemic of a habit",
  story:
    "A habit grows by itself the more people have it strongly, and fades when left alone. It is pleasant and unhealthy; to " +
    "work against it is tiring. When everybody resists, there is little to resist.",
  reference:
    "E. Hubert, G. Turinici, Nash-MFG equilibrium in a SIR model with time dependent newborn vaccination, Ricerche Mat. 67 (2018) 227–246",
  parameters: [
    "contagion = 2 in [0, 10] # How fast the habit spreads from those who have it strongly",
    "fading = 0.5 in [0, 5] # How fast it fades by itself",
    "harm = 1.5 in [0, 10] # Cost of the square of the habit",
    "pleasure = 0.4 in [0, 5] # Pleasure of the habit",
    "sigma = 0.15 in [0.05, 0.5] log # Chance in life",
  ],
  averages: { strong: "1/(1 + exp(-(x - 0.5)/0.05))" },
  state: { from: 0, to: 1, ends: "reflecting", title: "Strength of the habit" },
  horizon: 3,
  sigma: "sigma",
  drift: "contagion*strong*(1 - x) - fading*x + a",
  running_cost: "2*a^2 - pleasure*x",
  potential: "harm*x^2",
  terminal_cost: "harm*x^2",
  initial_density: "exp(-(x - 0.4)^2/(2*0.12^2))",
  grid: { points: 121, steps: 48 },
};

const meeting: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Meeting on a circle",
  story:
    "Two groups stand on opposite arcs of a circle and would like to be where the others are. They can meet on either side; a " +
    "small hill on one side decides, and the smaller group walks further.",
  reference:
    "H. Yin, P. G. Mehta, S. P. Meyn, U. V. Shanbhag, Synchronization of coupled oscillators is a game, IEEE Trans. Autom. Control 57 (2012) 920–935",
  parameters: [
    "company = 1.5 in [0, 10] # How much it costs to be far from the others",
    "hill = 0.5 in [0, 5] # Height of the hill",
    "share = 0.65 in [0, 1] # Share of the first group",
    "sigma = 0.3 in [0.05, 1] log # Noise",
  ],
  state: { from: 0, to: 1, ends: "periodic", title: "Place on the circle" },
  horizon: 1,
  sigma: "sigma",
  running_cost: "a^2/2",
  kernel: "(1 - cos(2*pi*(x - z)))/2",
  coupling: "company*nearby",
  potential: "hill*exp(4*(cos(2*pi*(x - 0.5)) - 1))",
  terminal_cost: "company*nearby",
  initial_density: "share*exp(20*(cos(2*pi*(x - 0.25)) - 1)) + (1 - share)*exp(20*(cos(2*pi*(x - 0.75)) - 1))",
  grid: { points: 96, steps: 40 },
};

const producers: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Producers of a resource that runs out",
  story:
    "Each producer holds a reserve, sells from it at a price that falls with what all sell together, and leaves the market when " +
    "the reserve is exhausted. To sell today is to have nothing to sell when the others have run out and the price is high.",
  reference:
    "O. Guéant, J.-M. Lasry, P.-L. Lions, Mean field games and applications, Paris-Princeton Lectures on Mathematical Finance 2010, Springer 2011, 205–266",
  parameters: [
    "price = 1 in [0.1, 5] # Price at which nobody buys",
    "substitution = 0.4 in [0, 2] # How much the price falls with the mean quantity sold",
    "sigma = 0.15 in [0.05, 1] log # Uncertainty of reserves",
    "interest = 0.1 in [0, 1], 1/year # Interest rate",
  ],
  state: { from: 0, to: 4, ends: ["absorbing", "reflecting"], title: "Reserve" },
  horizon: 6,
  sigma: "sigma",
  discount: "interest",
  control: { from: 0, to: 3 },
  drift: "-a",
  running_cost: "a^2/2 - a*(price + substitution*mean_drift)",
  initial_density: "x*exp(-(x - 1.5)^2/(2*0.4^2))",
  grid: { points: 81, steps: 48 },
};

const twoDoors: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Two doors",
  story:
    "People leave a corridor by the door at either end. The near door costs a fee. In a throng every step is slower, and so some " +
    "go the long way.",
  reference:
    "A. Lachapelle, M.-T. Wolfram, On a mean field game approach modeling congestion and aversion in pedestrian crowds, Transportation Research Part B 45 (2011) 1572–1589",
  parameters: [
    "fee = 1 in [0, 10] # What the left door costs",
    "throng = 2 in [0, 20] # How much density slows walking",
    "wait = 1 in [0, 10] # Cost of a unit of time inside",
    "stay = 4 in [0, 50] # Cost of being inside at the end",
    "sigma = 0.2 in [0.05, 1] log # Stagger",
  ],
  state: { from: 0, to: 2, ends: "absorbing", exit_cost: ["fee", 0], title: "Place", unit: "m" },
  horizon: 2,
  sigma: "sigma",
  running_cost: "(1 + throng*m)*a^2/2",
  potential: "wait",
  terminal_cost: "stay*min(1, 5*min(x, 2 - x))",
  initial_density: "exp(-(x - 0.7)^2/(2*0.18^2))",
};

const market: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "A market square",
  story:
    "People cross a square to its stalls on the far side, and walk slowly where it is crowded. They like to see others at a little " +
    "distance, but not to be among them; the sun moves over the square, and shade is pleasant.",
  reference:
    "A. Lachapelle, M.-T. Wolfram, On a mean field game approach modeling congestion and aversion in pedestrian crowds, Transportation Research Part B 45 (2011) 1572–1589",
  parameters: [
    "throng = 0.5 in [0, 10] # How much density slows walking",
    "aversion = 0.1 in [0, 2] # Dislike of the density around",
    "sun = 0.5 in [0, 5] # Dislike of the sun",
    "sigma = 0.25 in [0.1, 1] log # Distraction",
  ],
  state: {
    from: 0,
    to: 1,
    ends: "reflecting",
    title: "Place along the stalls",
    y: { from: 0, to: 1, title: "Way to the stalls" },
  },
  horizon: 1,
  sigma: "sigma",
  running_cost: "(1 + throng*m)*a^2/2",
  running_cost_y: "(1 + throng*m)*b^2/2",
  kernel: "exp(-(x - z)^2/(2*0.15^2))",
  kernel_y: "exp(-(y - w)^2/(2*0.15^2))",
  coupling: "aversion*nearby",
  potential: "sun*exp(-((x - t)^2 + (y - 0.5)^2)/(2*0.2^2))",
  terminal_cost: "2*(y - 0.9)^2 + 0.5*cos(2*pi*x)",
  initial_density: "exp(-((x - 0.4)^2 + (y - 0.3)^2)/(2*0.1^2))",
  grid: { points: 25, steps: 16 },
};

/** All examples, by the name of their file. */
export const ownGameExamples: Readonly<Record<string, GameDeclaration>> = {
  "ring-road": ringRoad,
  ...knownExamples,
  "two-wells": twoWells,
  lamp,
  savings,
  habit,
  meeting,
  producers,
  "two-doors": twoDoors,
  market,
};
