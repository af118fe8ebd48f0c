// Implicit steps on the lines of a grid: values backwards, masses forwards, and the best response's Newton steps.
//
// Lines lie alone or in pairs, each pair two neighbouring lines whose rows alternate, so that a vector takes both and memory
// is read from beginning to end. Players jump at the rate up[i] from row i to i + 1 and down[i] to i - 1; on a circle the last
// row is next to the first. Values solve
//   kept f[i] + step (up[i] (f[i] - f[i+1]) + down[i] (f[i] - f[i-1])) = given[i],
// masses the transpose, kept being 1. Pivots are sums of what leaves a row towards rows that are still there and towards time,
// so that nothing is subtracted (Grassmann, Taksar and Heyman, Oper. Res. 33, 1985): rates >= 0 keep masses >= 0 to the last
// bit. On a circle the last row is the last to go: every other row keeps its rates to and from it.

import { Lanes } from "./lanes";

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
class Sweep {
  @inline
  static number(at: usize, i: usize): f64 {
    return load<f64>(at + (i << 3));
  }

  @inline
  static address(at: usize, i: usize): usize {
    return <usize>load<f64>(at + (i << 3));
  }

  static values<T>(at: usize): void {
    const width = sizeof<T>();
    const size = Sweep.address(at, 0) * width;
    const circle = Sweep.number(at, 2) != 0;
    const step = Lanes.splat<T>(Sweep.number(at, 3));
    const kept = Lanes.splat<T>(Sweep.number(at, 4));
    const zero = Lanes.splat<T>(0.0);
    const one = Lanes.splat<T>(1.0);
    const hub = circle ? size - width : size;
    const scratch = Sweep.address(at, 8);
    let up = Sweep.address(at, 5);
    let down = Sweep.address(at, 6);
    let f = Sweep.address(at, 7);
    for (let group = <i32>Sweep.number(at, 1); group > 0; group--) {
      let inverse = one;
      let stays = zero;
      let value = zero;
      let forth = one;
      let toHub = zero;
      let fromHub = zero;
      let hubDown = zero;
      let hubPivot = kept;
      let hubValue = zero;
      if (circle) {
        toHub = one;
        fromHub = Lanes.mul<T>(step, load<T>(up + hub));
        hubDown = Lanes.mul<T>(step, load<T>(down + hub));
        hubValue = load<T>(f + hub);
      }
      let q = scratch;
      for (let o: usize = 0; o < hub; o += width) {
        const back = Lanes.mul<T>(step, load<T>(down + o));
        if (o > 0) fromHub = Lanes.mul<T>(Lanes.mul<T>(fromHub, forth), inverse);
        forth = Lanes.mul<T>(step, load<T>(up + o));
        const handed = Lanes.mul<T>(Lanes.mul<T>(back, stays), inverse);
        value = Lanes.add<T>(load<T>(f + o), Lanes.mul<T>(Lanes.mul<T>(back, value), inverse));
        toHub = Lanes.mul<T>(Lanes.mul<T>(back, toHub), inverse);
        stays = Lanes.add<T>(kept, handed);
        if (circle && o == hub - width) {
          // The next row is the hub.
          toHub = Lanes.add<T>(toHub, forth);
          fromHub = Lanes.add<T>(fromHub, hubDown);
          forth = zero;
        }
        inverse = Lanes.div<T>(one, Lanes.add<T>(Lanes.add<T>(Lanes.add<T>(kept, forth), toHub), handed));
        store<T>(q, Lanes.mul<T>(value, inverse));
        store<T>(q + width, Lanes.mul<T>(forth, inverse));
        store<T>(q + 2 * width, Lanes.mul<T>(toHub, inverse));
        q += 3 * width;
        hubPivot = Lanes.add<T>(hubPivot, Lanes.mul<T>(Lanes.mul<T>(fromHub, stays), inverse));
        hubValue = Lanes.add<T>(hubValue, Lanes.mul<T>(Lanes.mul<T>(fromHub, value), inverse));
      }
      let around = zero;
      if (circle) {
        around = Lanes.div<T>(hubValue, hubPivot);
        store<T>(f + hub, around);
      }
      let x = zero;
      for (let o = hub; o > 0;) {
        o -= width;
        q -= 3 * width;
        const own = Lanes.add<T>(load<T>(q), Lanes.mul<T>(load<T>(q + 2 * width), around));
        x = Lanes.add<T>(own, Lanes.mul<T>(load<T>(q + width), x));
        store<T>(f + o, x);
      }
      up += size;
      down += size;
      f += size;
    }
  }

  static masses<T>(at: usize): void {
    const width = sizeof<T>();
    const size = Sweep.address(at, 0) * width;
    const circle = Sweep.number(at, 2) != 0;
    const step = Lanes.splat<T>(Sweep.number(at, 3));
    const zero = Lanes.splat<T>(0.0);
    const one = Lanes.splat<T>(1.0);
    const hub = circle ? size - width : size;
    const scratch = Sweep.address(at, 8);
    let up = Sweep.address(at, 5);
    let down = Sweep.address(at, 6);
    let f = Sweep.address(at, 7);
    for (let group = <i32>Sweep.number(at, 1); group > 0; group--) {
      let inverse = one;
      let stays = zero;
      let mass = zero;
      let forth = one;
      let toHub = zero;
      let fromHub = zero;
      let hubDown = zero;
      let hubPivot = one;
      let hubMass = zero;
      if (circle) {
        toHub = one;
        fromHub = Lanes.mul<T>(step, load<T>(up + hub));
        hubDown = Lanes.mul<T>(step, load<T>(down + hub));
        hubMass = load<T>(f + hub);
      }
      let q = scratch;
      for (let o: usize = 0; o < hub; o += width) {
        const back = Lanes.mul<T>(step, load<T>(down + o));
        if (o > 0) fromHub = Lanes.mul<T>(Lanes.mul<T>(fromHub, forth), inverse);
        mass = Lanes.add<T>(load<T>(f + o), Lanes.mul<T>(Lanes.mul<T>(forth, mass), inverse));
        forth = Lanes.mul<T>(step, load<T>(up + o));
        const handed = Lanes.mul<T>(Lanes.mul<T>(back, stays), inverse);
        // What this row will return to the one before.
        store<T>(q + width, Lanes.mul<T>(back, inverse));
        toHub = Lanes.mul<T>(Lanes.mul<T>(back, toHub), inverse);
        stays = Lanes.add<T>(one, handed);
        if (circle && o == hub - width) {
          toHub = Lanes.add<T>(toHub, forth);
          fromHub = Lanes.add<T>(fromHub, hubDown);
          forth = zero;
        }
        inverse = Lanes.div<T>(one, Lanes.add<T>(Lanes.add<T>(Lanes.add<T>(one, forth), toHub), handed));
        store<T>(q, Lanes.mul<T>(mass, inverse));
        store<T>(q + 2 * width, Lanes.mul<T>(fromHub, inverse));
        q += 3 * width;
        hubPivot = Lanes.add<T>(hubPivot, Lanes.mul<T>(Lanes.mul<T>(fromHub, stays), inverse));
        hubMass = Lanes.add<T>(hubMass, Lanes.mul<T>(Lanes.mul<T>(toHub, mass), inverse));
      }
      let around = zero;
      if (circle) {
        around = Lanes.div<T>(hubMass, hubPivot);
        store<T>(f + hub, around);
      }
      let returned = zero;
      for (let o = hub; o > 0;) {
        o -= width;
        q -= 3 * width;
        const own = Lanes.add<T>(load<T>(q), Lanes.mul<T>(load<T>(q + 2 * width), around));
        const x = Lanes.add<T>(own, returned);
        store<T>(f + o, x);
        returned = Lanes.mul<T>(load<T>(q + width), x);
      }
      up += size;
      down += size;
      f += size;
    }
  }
}

/**
 * Solves for values on all lines. Arguments, as 64-bit floats from `at` on: 0 rows of a line, 1 groups of lines, 2 whether
 * lines are circles, 3 step, 4 kept, 5 up, 6 down, 7 given values, replaced by the solution, 8 scratch for 3 rows' numbers
 * for each row of a group. `pairs`: whether groups are pairs of lines.
 */
export function gridValues(at: usize, pairs: bool): void {
  if (pairs) Sweep.values<v128>(at);
  else Sweep.values<f64>(at);
}

/** Solves for masses; arguments as for values, 4 not read. */
export function gridMasses(at: usize, pairs: bool): void {
  if (pairs) Sweep.masses<v128>(at);
  else Sweep.masses<f64>(at);
}
