// Normal draws by the ziggurat of 256 layers, with Doornik's correction ("An improved ziggurat method", 2005): layer and
// abscissa come from disjoint bits. Everything a rejected draw needs comes from a sub-sequence of its own address.
import { REJECTED, scramble, WEYL } from "./hash";
import { exponentialOf, unit } from "./unit";
import { EDGES, HEIGHTS, TAIL } from "./ziggurat-table";

/** Draw number j = 1, 2, ... of the sub-sequence that belongs to one rejected normal, whose bits were `origin`. */
function again(origin: u64, j: u64, key1: u64): u64 {
  return scramble(origin + j * WEYL, key1 ^ REJECTED);
}

/** The 1.2 % of normals that the rectangles do not settle: wedges, tail, and fresh attempts after a rejection. */
function normalBeyond(bits: u64, key1: u64): f64 {
  const origin = bits;
  let j: u64 = 0;
  while (true) {
    const layer = <usize>(bits & 255);
    const edge = EDGES + (layer << 4);
    const x = <f64>((<i64>bits >> 10) | 1) * load<f64>(edge);
    if (Math.abs(x) < load<f64>(edge, 8)) return x;
    if (layer == 255) {
      // Marsaglia's tail: exponential proposals, accepted by the remaining Gaussian factor.
      let a: f64, b: f64;
      do {
        a = exponentialOf(again(origin, ++j, key1)) / TAIL;
        b = exponentialOf(again(origin, ++j, key1));
      } while (b + b < a * a);
      return x < 0 ? -(TAIL + a) : TAIL + a;
    }
    const top = load<f64>(HEIGHTS + (layer << 3));
    const bottom = load<f64>(HEIGHTS + (layer << 3), 8);
    if (bottom + (top - bottom) * unit(again(origin, ++j, key1)) < Math.exp(-0.5 * x * x)) return x;
    bits = again(origin, ++j, key1);
  }
}

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
export class Ziggurat {
  /**
   * The normal draw at Weyl position `z`; `key1` already carries the NORMAL mark. 8 low bits choose the layer, 54 high
   * ones the abscissa: an odd multiple of its unit, so that the law is symmetric to the last bit.
   */
  @inline
  static normal(z: u64, key1: u64): f64 {
    const bits = scramble(z, key1);
    const edge = EDGES + ((<usize>(bits & 255)) << 4);
    const x = <f64>((<i64>bits >> 10) | 1) * load<f64>(edge);
    return Math.abs(x) < load<f64>(edge, 8) ? x : normalBeyond(bits, key1);
  }
}
