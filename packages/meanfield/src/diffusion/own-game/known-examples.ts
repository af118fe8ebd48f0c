/** Examples whose answer is known: in closed form, which they carry with them, or as games of the catalogue. */

import type { GameDeclaration } from "./declaration.ts";

/** The catalogue's `opinion`, preset `polarisation`. */
const opinion: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Opinions with bounded confidence",
  story:
    "Everybody holds an opinion and pays for changing it. To disagree with those who think not too differently is unpleasant; " +
    "who is too far away is not listened to. With little confidence two camps stay two.",
  reference: "R. Hegselmann, U. Krause, Opinion dynamics and bounded confidence, JASSS 5 (2002)",
  parameters: [
    "c = 2 in [0, 100] # How much disagreement costs",
    "w = 0.2 in [0.01, 10] log # Confidence: how far away an opinion is still listened to",
    "sigma = 0.15 in [0.01, 10] log # Noise of opinions",
    "x0 = 0.5 in [0, 1] # Where the camps are at the start",
  ],
  state: { from: -1, to: 1, ends: "reflecting", title: "Opinion" },
  horizon: 2,
  sigma: "sigma",
  running_cost: "a^2/2",
  kernel: "1 - exp(-(x - z)^2/(2*w^2))",
  coupling: "c*nearby",
  initial_density: "normal(x, -x0, 0.12) + normal(x, x0, 0.12)",
  presets: { consensus: { title: "Wide confidence: the camps become one", parameters: { w: 0.5 } } },
  grid: { points: 101, steps: 50, scheme: "central" },
};

/**
 * u = ½ A (x − x̄)² + ½ σ² A (T − t) with A = √q solves the game, since that is the terminal cost, too; the mean stays, the
 * variance relaxes to σ²/(2A).
 */
const tracking: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Staying near the mean",
  story:
    "Players pay for the square of their distance from the mean of all and for the square of their effort. The answer is known: " +
    "everybody is drawn to where the mean was at the start.",
  reference:
    "A. Bensoussan, K. C. J. Sung, S. C. P. Yam, S. P. Yung, Linear-quadratic mean field games, J. Optim. Theory Appl. 169 (2016) 496–529",
  parameters: [
    "q = 1 in (0, 20] log # Cost of the distance",
    "sigma = 0.3 in [0.05, 1] log # Noise",
    "x0 = 0.4 in [-1, 1] # Mean at the start",
    "v0 = 0.09 in [0.02, 0.25] # Variance at the start",
    "T = 1 in (0, 5] # Horizon",
  ],
  definitions: {
    gain: "sqrt(q)",
    level: "sigma^2/(2*gain)",
    variance: "level + (v0 - level)*exp(-2*gain*t)",
  },
  state: {
    from: "x0 - 8*max(sqrt(v0), sigma)",
    to: "x0 + 8*max(sqrt(v0), sigma)",
    ends: "open",
    shown: ["x0 - 3*max(sqrt(v0), sigma)", "x0 + 3*max(sqrt(v0), sigma)"],
  },
  horizon: "T",
  sigma: "sigma",
  running_cost: "a^2/2",
  coupling: "q*(x - mean)^2/2",
  terminal_cost: "gain*(x - mean)^2/2",
  initial_density: "normal(x, x0, sqrt(v0))",
  exact: {
    value: "gain*(x - x0)^2/2 + sigma^2*gain*(T - t)/2",
    density: "normal(x, x0, sqrt(variance))",
    control: "-gain*(x - x0)",
    cost: "gain*v0/2 + sigma^2*gain*T/2",
  },
  grid: { points: 161, steps: 80, scheme: "central" },
};

/** The catalogue's `congestion`. */
const congestion: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Congestion",
  story:
    "Players on a circle drift towards pleasant places, but a drift costs more the denser the crowd it is made through, and the " +
    "density itself is disliked.",
  reference: "Y. Achdou, A. Porretta, Mean field games with congestion, Ann. Inst. H. Poincaré C 35 (2018) 443–480",
  parameters: [
    "nu = 0.1 in [1e-3, 10] log # Viscosity, half the variance of the noise per unit of time",
    "alpha = 1 in [0, 4] # Power with which density slows players down",
    "f = 0.5 in [0, 10] # Dislike of the density",
    "psi = 0.6 in (-1, 1) # Amplitude of the density at the start",
  ],
  state: { from: 0, to: 1, ends: "periodic" },
  horizon: 0.5,
  sigma: "sqrt(2*nu)",
  running_cost: "(1 + m)^alpha*a^2/2",
  coupling: "f*m",
  potential: "0.5*sin(2*pi*x) + 0.3*cos(4*pi*x)",
  terminal_cost: "0.2*cos(2*pi*x)",
  initial_density: "1 + psi*cos(2*pi*x)",
  grid: { points: 128, steps: 128, scheme: "central" },
};

/** The catalogue's `torus-benchmark` on a circle: with u = −K ln m the density solves m_t = (ν − K) m_xx. */
const knownCircle: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "A known answer on a circle",
  story:
    "Players dislike company, but a potential rewards them for drifting towards the crowd by just as much as their noise drives " +
    "them apart faster than they like. The potential is made from the answer, by the derivatives of formulas.",
  reference:
    "O. Guéant, Mean field games equations with quadratic Hamiltonian: a specific approach, Math. Models Methods Appl. Sci. 22 (2012) 1250022",
  parameters: [
    "nu = 0.2 in (0, 10] log # Viscosity",
    "k = 0.1 in [0, 10] # Multiple of ln m that the value is",
    "f = 1 in [-100, 100] # Dislike of the density",
    "T = 0.5 in (0, 10] log # Horizon",
  ],
  definitions: {
    law: "1 + 0.5*exp(-4*pi^2*(nu - k)*t)*cos(2*pi*x) + 0.2*exp(-16*pi^2*(nu - k)*t)*sin(4*pi*x)",
    law_x: "diff(law, x)",
    law_xx: "diff(law_x, x)",
    last: "1 + 0.5*exp(-4*pi^2*(nu - k)*T)*cos(2*pi*x) + 0.2*exp(-16*pi^2*(nu - k)*T)*sin(4*pi*x)",
  },
  state: { from: 0, to: 1, ends: "periodic" },
  horizon: "T",
  sigma: "sqrt(2*nu)",
  running_cost: "a^2/2",
  coupling: "f*m",
  potential: "k*(nu - k)*law_xx/law + nu*k*(law_xx/law - law_x^2/law^2) + k^2/2*law_x^2/law^2 - f*law",
  terminal_cost: "-k*log(last)",
  initial_density: "1 + 0.5*cos(2*pi*x) + 0.2*sin(4*pi*x)",
  exact: { value: "-k*log(law)", density: "law", control: "k*law_x/law" },
  grid: { points: 96, steps: 48, scheme: "central" },
};

/** The catalogue's `torus-benchmark` in the plane, preset `c3`. */
const torus: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "A known answer on a torus",
  story:
    "The plane's cousin of the known circle: players drift along both axes, and the potential is made from the answer by the " +
    "derivatives of formulas.",
  reference:
    "O. Guéant, Mean field games equations with quadratic Hamiltonian: a specific approach, Math. Models Methods Appl. Sci. 22 (2012) 1250022",
  parameters: [
    "nu = 0.2 in (0, 10] log # Viscosity",
    "k = 0.08 in [0, 10] # Multiple of ln m that the value is",
    "f = 1 in [-100, 100] # Dislike of the density",
    "T = 0.25 in (0, 10] log # Horizon",
  ],
  definitions: {
    fade: "exp(-4*pi^2*(nu - k)*t)",
    law: "1 + fade*(0.3*cos(2*pi*x) + 0.25*cos(2*pi*y)) + fade^2*0.2*cos(2*pi*x)*cos(2*pi*y)",
    law_x: "diff(law, x)",
    law_y: "diff(law, y)",
    bend: "(diff(law_x, x) + diff(law_y, y))/law",
    slope: "(law_x^2 + law_y^2)/law^2",
    last: "exp(-4*pi^2*(nu - k)*T)",
    end: "1 + last*(0.3*cos(2*pi*x) + 0.25*cos(2*pi*y)) + last^2*0.2*cos(2*pi*x)*cos(2*pi*y)",
  },
  state: { from: 0, to: 1, ends: "periodic", y: { from: 0, to: 1, ends: "periodic" } },
  horizon: "T",
  sigma: "sqrt(2*nu)",
  running_cost: "a^2/2",
  running_cost_y: "b^2/2",
  coupling: "f*m",
  potential: "k*(nu - k)*bend + nu*k*(bend - slope) + k^2/2*slope - f*law",
  terminal_cost: "-k*log(end)",
  initial_density: "1 + 0.3*cos(2*pi*x) + 0.25*cos(2*pi*y) + 0.2*cos(2*pi*x)*cos(2*pi*y)",
  exact: { value: "-k*log(law)", density: "law", control_x: "k*law_x/law", control_y: "k*law_y/law" },
  grid: { points: 24, steps: 10, scheme: "central" },
};

/** The catalogue's `ergodic-crowd`, preset of a known circle: m is a multiple of exp(−a u/ν). */
const forever: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "For ever on a circle",
  story:
    "Players on a circle dislike the logarithm of the density and pay per unit of time, for ever. Where the ground is high they " +
    "are few, and so it is not so bad to be there.",
  reference: "J.-M. Lasry, P.-L. Lions, Mean field games, Japanese J. Mathematics 2 (2007) 229–260, section 2.1",
  parameters: [
    "nu = 0.5 in [0.05, 10] log # Viscosity",
    "f = 1 in [0, 10] # Dislike of the logarithm of the density",
    "A = 0.3 in [-2, 2] # Amplitude of the value",
  ],
  definitions: { value: "A*cos(2*pi*x)" },
  state: { from: 0, to: 1, ends: "periodic" },
  horizon: "infinity",
  sigma: "sqrt(2*nu)",
  running_cost: "a^2/2",
  coupling: "f*log(m)",
  potential: "-nu*diff(diff(value, x), x) + diff(value, x)^2/2 + f/nu*value",
  exact: { value: "value", control: "-diff(value, x)" },
  grid: { points: 128, scheme: "central" },
};

export const knownExamples: Readonly<Record<string, GameDeclaration>> = {
  opinion,
  tracking,
  congestion,
  "known-circle": knownCircle,
  torus,
  forever,
};
