// One stage of the derivative of a best response and of the masses that it moves: the values' change backwards, the masses'
// forwards. Arrays are in the grid's order; only the implicit steps themselves are in that of lines (grid-sweeps.ts).

import { gridMasses, gridValues } from "./grid-sweeps";

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
class Field {
  @inline
  static argument(at: usize, i: usize): f64 {
    return load<f64>(at + (i << 3));
  }

  @inline
  static address(at: usize, i: usize): usize {
    return <usize>load<f64>(at + (i << 3));
  }

  @inline
  static read(field: usize, k: usize): f64 {
    return load<f64>(field + (k << 3));
  }

  @inline
  static write(field: usize, k: usize, value: f64): void {
    store<f64>(field + (k << 3), value);
  }

  /** sum += a · b. */
  @inline
  static addProduct(sum: usize, a: usize, b: usize, bytes: usize): void {
    const whole = bytes & ~15;
    for (let o: usize = 0; o < whole; o += 16) {
      const product = f64x2.mul(v128.load(a + o), v128.load(b + o));
      v128.store(sum + o, f64x2.add(v128.load(sum + o), product));
    }
    if (whole < bytes) store<f64>(sum + whole, load<f64>(sum + whole) + load<f64>(a + whole) * load<f64>(b + whole));
  }

  @inline
  static index(table: usize, k: usize): usize {
    return <usize>load<i32>(table + (k << 2));
  }
}

/**
 * Takes the change of the value over one stage, in place, and sets how the change of drifts moves masses.
 *
 * Arguments, as 64-bit floats from `at` on: 0 to 12 those of `gridValues`; 13 its first place and 14 the one after its last, 15
 * the point of each place; 16 points, 17 the next and 18 the previous of each; 19 the change of the value; 20 one over the
 * implicitness; 21 sights, 22 the change of each; 23 coefficients of the stage; 24 whether any difference is central; 25 what
 * comes to each point; 26 scratch for 4 numbers for each point; 28 how many sights, the first ones, move drifts.
 *
 * Coefficients: of what goes up with the difference above, and down with that below; where any is central, of what goes up with
 * that below, and down with that above; then for each sight of the source; for each that moves drifts of what goes up and down.
 */
export function tangentValues(at: usize): void {
  const first = Field.address(at, 13);
  const end = Field.address(at, 14);
  const order = Field.address(at, 15);
  const size = Field.address(at, 16);
  const next = Field.address(at, 17);
  const previous = Field.address(at, 18);
  const given = Field.address(at, 7);
  const level = Field.address(at, 19);
  const over = Field.argument(at, 20);
  const sights = Field.address(at, 21);
  const moving = Field.address(at, 28);
  const seen = Field.address(at, 22);
  const central = Field.argument(at, 24) != 0;
  const arrives = Field.address(at, 25);
  const bytes = size << 3;
  const x = Field.address(at, 26);
  const ahead = x + bytes;
  const up = ahead + bytes;
  const down = up + bytes;
  const slopes = Field.address(at, 23);
  const crossed = slopes + 2 * bytes;
  const sources = central ? crossed + 2 * bytes : crossed;
  const reactions = sources + sights * bytes;

  memory.copy(x, level, bytes);
  for (let n: usize = 0; n < sights; n++) Field.addProduct(x, sources + n * bytes, seen + n * bytes, bytes);
  for (let q = first; q < end; q++) Field.write(given, q, Field.read(x, Field.index(order, q)));
  gridValues(at);
  for (let q = first; q < end; q++) Field.write(x, Field.index(order, q), Field.read(given, q));

  for (let k: usize = 0; k < size; k++) {
    const here = Field.read(x, k);
    const later = Field.read(level, k);
    Field.write(level, k, later + over * (here - later));
    Field.write(ahead, k, Field.read(x, Field.index(next, k)) - here);
  }
  for (let k: usize = 0; k < size; k++) {
    // At an end without a neighbour coefficients are 0.
    const behind = Field.read(ahead, Field.index(previous, k));
    const forth = Field.read(ahead, k);
    let upward = Field.read(slopes, k) * forth;
    let downward = Field.read(slopes, size + k) * behind;
    if (central) {
      upward += Field.read(crossed, k) * behind;
      downward += Field.read(crossed, size + k) * forth;
    }
    Field.write(up, k, upward);
    Field.write(down, k, downward);
  }
  for (let n: usize = 0; n < moving; n++) {
    const amount = seen + n * bytes;
    Field.addProduct(up, reactions + 2 * n * bytes, amount, bytes);
    Field.addProduct(down, reactions + (2 * n + 1) * bytes, amount, bytes);
  }
  for (let k: usize = 0; k < size; k++) {
    const above = Field.index(next, k);
    const below = Field.index(previous, k);
    const fromBelow = below == k ? 0.0 : Field.read(up, below);
    const fromAbove = above == k ? 0.0 : Field.read(down, above);
    Field.write(arrives, k, fromBelow + fromAbove - (Field.read(up, k) + Field.read(down, k)));
  }
}

/**
 * Takes the change of masses over one stage, from 19 to 27; other arguments as for values, 4 and 16 to 18 and 21 to 24 and 28 not read.
 */
export function tangentMasses(at: usize): void {
  const first = Field.address(at, 13);
  const end = Field.address(at, 14);
  const order = Field.address(at, 15);
  const given = Field.address(at, 7);
  const start = Field.address(at, 19);
  const over = Field.argument(at, 20);
  const arrives = Field.address(at, 25);
  const after = Field.address(at, 27);
  for (let q = first; q < end; q++) {
    const k = Field.index(order, q);
    Field.write(given, q, Field.read(start, k) + Field.read(arrives, k));
  }
  gridMasses(at);
  for (let q = first; q < end; q++) {
    const k = Field.index(order, q);
    const before = Field.read(start, k);
    Field.write(after, k, over == 1 ? Field.read(given, q) : before + (Field.read(given, q) - before) * over);
  }
}
