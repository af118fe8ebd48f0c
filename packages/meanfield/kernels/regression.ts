// Least squares of simulated paths on polynomials: values of the polynomials, sums of their products, fitted functions.
//
// Rows are players, copy after copy, with `width` polynomials each, one after another. Sums are taken copy by copy and in
// the order of the rows, in blocks that stay in the nearest cache. Two columns share a vector; where it reaches beyond a row its
// second half is not used, and beyond the last row there must be room for four numbers.

/** Numbers of a block. */
const BLOCK: i32 = 4096;

class Tile {
  /** Sum of left[r][a] own[r][b] over the rows, for two a and four b; out holds what was summed before. */
  @inline
  static add(left: usize, p: usize, end: usize, row: usize, a: usize, b: usize, out: usize): void {
    let s00 = f64x2.splat(0.0);
    let s01 = f64x2.splat(0.0);
    let s10 = f64x2.splat(0.0);
    let s11 = f64x2.splat(0.0);
    for (; p < end; p += row) {
      const low = v128.load(p + b);
      const high = v128.load(p + b, 16);
      const first = v128.load64_splat(left + a);
      const second = v128.load64_splat(left + a, 8);
      s00 = f64x2.add(s00, f64x2.mul(first, low));
      s01 = f64x2.add(s01, f64x2.mul(first, high));
      s10 = f64x2.add(s10, f64x2.mul(second, low));
      s11 = f64x2.add(s11, f64x2.mul(second, high));
      left += row;
    }
    v128.store(out, f64x2.add(v128.load(out), s00));
    v128.store(out, f64x2.add(v128.load(out, 16), s01), 16);
    v128.store(out, f64x2.add(v128.load(out, 32), s10), 32);
    v128.store(out, f64x2.add(v128.load(out, 48), s11), 48);
  }

  /** out[a (a + 1) / 2 + b] = sum of left[r][a] own[r][b] over the rows, b <= a. */
  static sums(rows: i32, width: i32, left: usize, own: usize, scratch: usize, out: usize): void {
    const row = (<usize>width) << 3;
    const block = <usize>max(1, BLOCK / width) * row;
    const end = own + <usize>rows * row;
    const offset = left - own;
    let at = scratch;
    for (let a = 0; a < width; a += 2) for (let b = 0; b <= a + 1; b += 4) at += 64;
    memory.fill(scratch, 0, at - scratch);
    for (let p = own; p < end; p += block) {
      const last = min(end, p + block);
      let tile = scratch;
      for (let a = 0; a < width; a += 2) {
        for (let b = 0; b <= a + 1; b += 4) {
          Tile.add(p + offset, p, last, row, (<usize>a) << 3, (<usize>b) << 3, tile);
          tile += 64;
        }
      }
    }
    let tile = scratch;
    for (let a = 0; a < width; a += 2) {
      for (let b = 0; b <= a + 1; b += 4) {
        for (let i = 0; i < 2; i++) {
          const k = a + i;
          if (k >= width) continue;
          for (let j = 0; j < 4 && b + j <= k; j++) {
            const index = <usize>(((k * (k + 1)) >> 1) + b + j);
            store<f64>(out + (index << 3), load<f64>(tile + ((<usize>(4 * i + j)) << 3)));
          }
        }
        tile += 64;
      }
    }
  }
}

/**
 * own[r][k] = he_k((x[r] - centre) / scale), k = 0 ... degree: Hermite polynomials that are orthonormal under the normal law.
 * `roots` holds the square roots of 0, 1, ..., `inverses` the inverses of these.
 */
export function hermiteRows(
  rows: i32,
  degree: i32,
  x: usize,
  centre: f64,
  scale: f64,
  roots: usize,
  inverses: usize,
  own: usize,
): void {
  const row = (<usize>(degree + 1)) << 3;
  const middle = f64x2.splat(centre);
  const unit = f64x2.splat(scale);
  for (let r = 0; r < rows; r += 2) {
    const pair = r + 1 < rows;
    const raw = pair ? v128.load(x) : v128.load64_splat(x);
    const z = f64x2.div(f64x2.sub(raw, middle), unit);
    let before = f64x2.splat(1.0);
    let now = z;
    // Of a last row alone both halves are the same.
    let p = own;
    let q = pair ? own + row : own;
    store<f64>(p, 1.0);
    store<f64>(q, 1.0);
    for (let k: usize = 8; k < row; k += 8) {
      store<f64>(p + k, f64x2.extract_lane(now, 0));
      store<f64>(q + k, f64x2.extract_lane(now, 1));
      const product = f64x2.sub(f64x2.mul(z, now), f64x2.mul(v128.load64_splat(roots + k), before));
      before = now;
      now = f64x2.mul(product, v128.load64_splat(inverses + k, 8));
    }
    own += row << 1;
    x += 16;
  }
}

/**
 * out[copy][a (a + 1) / 2 + b] = sum of own[r][a] own[r][b] over the rows of a copy, b <= a. `scratch` has room for 8
 * numbers for every two a and four b.
 */
export function squareSums(copies: i32, players: i32, width: i32, own: usize, scratch: usize, out: usize): void {
  const length = (<usize>(players * width)) << 3;
  for (let copy = 0; copy < copies; copy++) {
    Tile.sums(players, width, own, own, scratch, out);
    own += length;
    out += (<usize>((width * (width + 1)) >> 1)) << 3;
  }
}

/** The same of own[r][a] own[r][b] u[r] w[r]; `scratch` has room for the rows of a copy besides. */
export function mixedSums(
  copies: i32,
  players: i32,
  width: i32,
  own: usize,
  u: usize,
  w: usize,
  scratch: usize,
  out: usize,
): void {
  const row = (<usize>width) << 3;
  const length = <usize>players * row;
  // Four numbers are read beyond the last row.
  const tiles = scratch + length + 32;
  for (let copy = 0; copy < copies; copy++) {
    let p = scratch;
    for (const end = own + length; own < end; own += row) {
      const weight = load<f64>(u) * load<f64>(w);
      for (let a: usize = 0; a < row; a += 8) store<f64>(p + a, load<f64>(own + a) * weight);
      p += row;
      u += 8;
      w += 8;
    }
    Tile.sums(players, width, scratch, own - length, tiles, out);
    out += (<usize>((width * (width + 1)) >> 1)) << 3;
  }
}

/**
 * Adds to gram[k][l], l <= k, the sums over all pairs i != j of a copy of products of the functions k and l of a pair.
 *
 * Such a product is a square sum of the first player times one of the second, whose numbers m count + n, with count
 * = width (width + 1) / 2, lie in `index` from (0, 0) on, row after row of the lower triangle; times shared[copy][product[k]] and
 * that of l. `moments` are the square sums of the copies. `scratch` has room for count numbers a player, count^2, count (count + 1) / 2,
 * size, and tiles as for `squareSums` of `count` columns, with four numbers between them.
 */
export function pairGram(
  copies: i32,
  players: i32,
  width: i32,
  own: usize,
  size: i32,
  index: usize,
  product: usize,
  products: i32,
  shared: usize,
  moments: usize,
  scratch: usize,
  gram: usize,
): void {
  const count = (width * (width + 1)) >> 1;
  const row = (<usize>width) << 3;
  const packed = scratch + ((<usize>(players * count + 4)) << 3);
  const all = packed + ((<usize>((count * (count + 1)) >> 1)) << 3);
  const share = all + ((<usize>(count * count)) << 3);
  const tiles = share + ((<usize>size) << 3);
  for (let copy = 0; copy < copies; copy++) {
    let p = scratch;
    for (const end = own + <usize>players * row; own < end; own += row) {
      for (let a: usize = 0; a < row; a += 8) {
        for (let b: usize = 0; b <= a; b += 8) {
          store<f64>(p, load<f64>(own + a) * load<f64>(own + b));
          p += 8;
        }
      }
    }
    // Of players paired with themselves.
    Tile.sums(players, count, scratch, scratch, tiles, packed);
    let q = packed;
    for (let k = 0; k < count; k++) {
      const first = load<f64>(moments + ((<usize>k) << 3));
      for (let l = 0; l <= k; l++) {
        const pairs = first * load<f64>(moments + ((<usize>l) << 3)) - load<f64>(q);
        store<f64>(all + ((<usize>(k * count + l)) << 3), pairs);
        store<f64>(all + ((<usize>(l * count + k)) << 3), pairs);
        q += 8;
      }
    }
    for (let k = 0; k < size; k++) {
      const at = <usize>load<i32>(product + ((<usize>k) << 2));
      store<f64>(share + ((<usize>k) << 3), load<f64>(shared + (at << 3)));
    }
    let i = index;
    for (let k = 0; k < size; k++) {
      const mine = load<f64>(share + ((<usize>k) << 3));
      let target = gram + ((<usize>(k * size)) << 3);
      for (let s = share; s <= share + ((<usize>k) << 3); s += 8) {
        const pairs = load<f64>(all + ((<usize>load<i32>(i)) << 3));
        store<f64>(target, load<f64>(target) + pairs * mine * load<f64>(s));
        i += 4;
        target += 8;
      }
    }
    moments += (<usize>count) << 3;
    shared += (<usize>products) << 3;
  }
}

/**
 * Adds to out[r] the sum over a, b of own[r][a] weights[copy][a][b] (sums[copy][b] - own[r][b] w[r]): that of v(x_i, x_j) w_j over
 * all j but i, with `sums` those of own[r][b] w[r]. Rows of `weights` and `sums` lie `stride` bytes apart, an even number of numbers
 * of which the last is 0 where `width` is odd; `scratch` has room for one.
 */
export function pairRows(
  copies: i32,
  players: i32,
  width: i32,
  own: usize,
  weights: usize,
  sums: usize,
  stride: usize,
  w: usize,
  scratch: usize,
  out: usize,
): void {
  const row = (<usize>width) << 3;
  for (let copy = 0; copy < copies; copy++) {
    for (const end = own + <usize>players * row; own < end; own += row) {
      const move = v128.load64_splat(w);
      for (let b: usize = 0; b < row; b += 16) {
        v128.store(scratch + b, f64x2.sub(v128.load(sums + b), f64x2.mul(v128.load(own + b), move)));
      }
      let total: f64 = 0;
      let line = weights;
      for (let a: usize = 0; a < row; a += 8) {
        let slope = f64x2.mul(v128.load(line), v128.load(scratch));
        for (let b: usize = 16; b < row; b += 16) {
          slope = f64x2.add(slope, f64x2.mul(v128.load(line + b), v128.load(scratch + b)));
        }
        total += load<f64>(own + a) * (f64x2.extract_lane(slope, 0) + f64x2.extract_lane(slope, 1));
        line += stride;
      }
      store<f64>(out, load<f64>(out) + total);
      w += 8;
      out += 8;
    }
    weights += <usize>width * stride;
    sums += stride;
  }
}

/** out[copy][a] = sum of own[r][a] u[r] w[r] over the rows of a copy; without w where that is 0. */
export function rightSums(copies: i32, players: i32, width: i32, own: usize, u: usize, w: usize, out: usize): void {
  const row = (<usize>width) << 3;
  for (let copy = 0; copy < copies; copy++) {
    for (let a: usize = 0; a < row; a += 32) {
      let even0 = f64x2.splat(0.0);
      let even1 = f64x2.splat(0.0);
      let odd0 = f64x2.splat(0.0);
      let odd1 = f64x2.splat(0.0);
      let p = own + a;
      let r = 0;
      for (; r + 1 < players; r += 2) {
        const at = (<usize>r) << 3;
        let first = v128.load64_splat(u + at);
        let second = v128.load64_splat(u + at, 8);
        if (w != 0) {
          first = f64x2.mul(first, v128.load64_splat(w + at));
          second = f64x2.mul(second, v128.load64_splat(w + at, 8));
        }
        even0 = f64x2.add(even0, f64x2.mul(first, v128.load(p)));
        even1 = f64x2.add(even1, f64x2.mul(first, v128.load(p, 16)));
        p += row;
        odd0 = f64x2.add(odd0, f64x2.mul(second, v128.load(p)));
        odd1 = f64x2.add(odd1, f64x2.mul(second, v128.load(p, 16)));
        p += row;
      }
      if (r < players) {
        const at = (<usize>r) << 3;
        let first = v128.load64_splat(u + at);
        if (w != 0) first = f64x2.mul(first, v128.load64_splat(w + at));
        even0 = f64x2.add(even0, f64x2.mul(first, v128.load(p)));
        even1 = f64x2.add(even1, f64x2.mul(first, v128.load(p, 16)));
      }
      const both0 = f64x2.add(even0, odd0);
      const both1 = f64x2.add(even1, odd1);
      const target = out + a;
      store<f64>(target, f64x2.extract_lane(both0, 0));
      if (a + 8 < row) store<f64>(target, f64x2.extract_lane(both0, 1), 8);
      if (a + 16 < row) store<f64>(target, f64x2.extract_lane(both1, 0), 16);
      if (a + 24 < row) store<f64>(target, f64x2.extract_lane(both1, 1), 24);
    }
    const length = (<usize>players) << 3;
    own += <usize>players * row;
    u += length;
    if (w != 0) w += length;
    out += row;
  }
}

/** out[r] = sum of weights[copy][a] own[r][a] over a, `weights` with one number of room beyond each odd row: they lie `stride` bytes apart. */
export function fittedRows(
  copies: i32,
  players: i32,
  width: i32,
  own: usize,
  weights: usize,
  stride: usize,
  out: usize,
): void {
  const row = (<usize>width) << 3;
  for (let copy = 0; copy < copies; copy++) {
    const end = out + ((<usize>players) << 3);
    for (; out < end; out += 8) {
      let sum = f64x2.mul(v128.load(own), v128.load(weights));
      for (let a: usize = 16; a < row; a += 16) {
        sum = f64x2.add(sum, f64x2.mul(v128.load(own + a), v128.load(weights + a)));
      }
      store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
      own += row;
    }
    weights += stride;
  }
}
