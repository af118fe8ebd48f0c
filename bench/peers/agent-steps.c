/*
 * Discounted returns of agents of the malware game with its continuous state at a hard threshold: the same counter-based
 * generator and the same draws as the kernels, as a C programmer would write them. y = 1 - x; a draw serves two agents.
 *
 * Arguments: k, lambda, gamma, threshold, mean of the field, agents, horizon, rounds, seed.
 */
#include "protocol.h"
#include <stdint.h>
#include <stdlib.h>

#define WEYL 0x9e3779b97f4a7c15ull
#define START 0xb5c0fbcfec4d3b2full
#define NOISE 0xa54ff53a5f1d36f1ull

static inline uint64_t finalise(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

static inline uint64_t scramble(uint64_t z, uint64_t key1) {
  return finalise(((z ^ (z >> 32)) * 0xd6e8feb86659fd93ull) ^ key1);
}

static inline double unit(uint32_t bits) { return (bits + 0.5) * 0x1p-32; }

int main(int count, char **argument) {
  if (count != 10) return 2;
  double k = atof(argument[1]), lambda = atof(argument[2]), gamma = atof(argument[3]);
  double edge = 1 - atof(argument[4]), mean = atof(argument[5]);
  int n = atoi(argument[6]), horizon = atoi(argument[7]), rounds = atoi(argument[8]);
  uint64_t seed = finalise(strtoull(argument[9], NULL, 10) + WEYL);
  if (n % 2) return 2;
  double *y = malloc(sizeof *y * (size_t)n), *g = malloc(sizeof *g * (size_t)n);
  while (asked()) {
    double start = seconds(), sum = 0;
    for (int round = 0; round < rounds; round++) {
      uint64_t key0 = finalise(seed + ((uint64_t)round + 1) * 0xda942042e4dd58b5ull);
      uint64_t key1 = finalise(key0 ^ finalise(seed + 0xd1342543de82ef95ull));
      for (int i = 0; i < n; i += 2) {
        uint64_t bits = scramble(key0 + (uint64_t)(i / 2) * WEYL, key1 ^ START);
        y[i] = 1 - unit((uint32_t)bits);
        y[i + 1] = 1 - unit((uint32_t)(bits >> 32));
        g[i] = g[i + 1] = 0;
      }
      double c = k + mean, l = lambda;
      for (int t = 0; t < horizon; t++, c *= gamma, l *= gamma) {
        uint64_t z = key0 + ((uint64_t)t << 32) * WEYL;
        for (int i = 0; i < n; i += 2, z += WEYL) {
          uint64_t bits = scramble(z, key1 ^ NOISE);
          // 0 or 1, and no branch: half of the guesses at one would be wrong.
          double first = y[i] < edge, second = y[i + 1] < edge;
          g[i] -= c * (1 - y[i]) + l * first;
          g[i + 1] -= c * (1 - y[i + 1]) + l * second;
          y[i] = first + (1 - first) * (y[i] * unit((uint32_t)bits));
          y[i + 1] = second + (1 - second) * (y[i + 1] * unit((uint32_t)(bits >> 32)));
        }
      }
      double total = 0;
      for (int i = 0; i < n; i++) total += g[i];
      sum += total / n;
    }
    answer(seconds() - start, sum / rounds, 0);
  }
  return 0;
}
