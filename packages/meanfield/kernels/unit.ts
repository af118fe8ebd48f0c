// From 64 random bits to numbers.

const TO_UNIT: f64 = 1.1102230246251565e-16; // 2^-53

/** 53 bits as a number in [0, 1). */
export function unit(bits: u64): f64 {
  return <f64>(bits >> 11) * TO_UNIT;
}

/** A unit exponential, -log(1 - u): 1 - u lies in (0, 1], is exact, and its logarithm finite. */
export function exponentialOf(bits: u64): f64 {
  return 0.0 - Math.log(1.0 - unit(bits)); // not -log: that makes a zero negative
}
