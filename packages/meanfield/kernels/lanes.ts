// Arithmetic on one number or on two at once, so that a kernel is written once for both.

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
export class Lanes {
  @inline
  static splat<T>(x: f64): T {
    if (isVector<T>()) return f64x2.splat(x);
    return <T>x;
  }

  @inline
  static add<T>(a: T, b: T): T {
    if (isVector<T>()) return f64x2.add(a, b);
    return a + b;
  }

  @inline
  static sub<T>(a: T, b: T): T {
    if (isVector<T>()) return f64x2.sub(a, b);
    return a - b;
  }

  @inline
  static mul<T>(a: T, b: T): T {
    if (isVector<T>()) return f64x2.mul(a, b);
    return a * b;
  }

  @inline
  static div<T>(a: T, b: T): T {
    if (isVector<T>()) return f64x2.div(a, b);
    return a / b;
  }

  @inline
  static max<T>(a: T, b: T): T {
    if (isVector<T>()) return f64x2.max(a, b);
    return max(a, b);
  }

  @inline
  static abs<T>(a: T): T {
    if (isVector<T>()) return f64x2.abs(a);
    return abs(a);
  }

  /** The larger of the lanes; not a number where one is not. */
  @inline
  static largest<T>(a: T): f64 {
    if (isVector<T>()) return max(f64x2.extract_lane(a, 0), f64x2.extract_lane(a, 1));
    return <f64>a;
  }
}
