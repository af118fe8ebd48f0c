/** What a neuron answers to its input; a user's own needs a value and a derivative and nothing else. */
export interface Activation {
  readonly name: string;
  readonly value: (z: number) => number;
  readonly derivative: (z: number) => number;
  /** Where it is a polynomial; averages over Gaussian data are then exact sums in any dimension. */
  readonly degree?: number;
  /** Whether the derivative jumps: then many neurons are integrated with equal steps. */
  readonly kinked?: boolean;
}

/** Those that the kernels know; their order is that of the kernels' numbers. */
export const activationNames = ["identity", "square", "relu", "tanh", "sigmoid"] as const;

export type ActivationName = (typeof activationNames)[number];

/** The activations with names; the derivative of ReLU at 0 is taken as 0. */
export const activations: Readonly<Record<ActivationName, Activation>> = {
  identity: { name: "identity", value: (z) => z, derivative: () => 1, degree: 1 },
  square: { name: "square", value: (z) => z * z, derivative: (z) => 2 * z, degree: 2 },
  relu: { name: "relu", value: (z) => (z > 0 ? z : 0), derivative: (z) => (z > 0 ? 1 : 0), kinked: true },
  tanh: {
    name: "tanh",
    value: Math.tanh,
    derivative: (z) => {
      const s = Math.tanh(z);
      return 1 - s * s;
    },
  },
  sigmoid: {
    name: "sigmoid",
    value: (z) => 0.5 + 0.5 * Math.tanh(0.5 * z),
    derivative: (z) => {
      const s = Math.tanh(0.5 * z);
      return 0.25 * (1 - s * s);
    },
  },
};
