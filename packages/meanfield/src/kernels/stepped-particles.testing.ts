/** A small simulation, the same for every team. */
import { eulerMaruyama, particleSystem, type Team } from "./index.ts";

export function steppedParticles(team: Team): Float64Array {
  const count = 20_001;
  const system = particleSystem(team, count, Uint32Array.of(1, 2, 3, 4));
  let mean = 0;
  for (let k = 0; k < 30; k++) {
    mean = system.step(k * count, eulerMaruyama({ attraction: 3, mean, drift: 0.1, volatility: 1 }, 0.02));
  }
  return system.positions.slice();
}
