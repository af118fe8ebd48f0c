/*
 * Euler-Maruyama of dX = a (mean - X) dt + sigma dW for many particles: the same counter-based generator and ziggurat as the
 * kernels, as a C programmer would write them. Four sums, as in the kernel: with one, the additions wait for each other
 * and it takes a fifth longer.
 *
 * Arguments: particles, steps, dt, a, sigma, and the stream's two keys.
 */
#include "protocol.h"
#include "ziggurat-table.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define WEYL 0x9e3779b97f4a7c15ull
#define NORMAL 0x8cb92ba72f3d8dd7ull
#define REJECTED 0xaef17502108ef2d9ull

static inline uint64_t scramble(uint64_t z, uint64_t key1) {
  z = ((z ^ (z >> 32)) * 0xd6e8feb86659fd93ull) ^ key1;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

static inline double unit(uint64_t bits) { return (double)(bits >> 11) * 0x1p-53; }

static __attribute__((noinline)) double normal_beyond(uint64_t bits, uint64_t key1) {
  uint64_t origin = bits, j = 0;
  key1 ^= REJECTED;
  for (;;) {
    int layer = bits & 255;
    double x = (double)(((int64_t)bits >> 10) | 1) * ziggurat_edges[2 * layer];
    if (fabs(x) < ziggurat_edges[2 * layer + 1]) return x;
    if (layer == 255) {
      double r = ziggurat_edges[2 * 255 + 1], a, b;
      do {
        a = -log(1 - unit(scramble(origin + ++j * WEYL, key1))) / r;
        b = -log(1 - unit(scramble(origin + ++j * WEYL, key1)));
      } while (b + b < a * a);
      return x < 0 ? -(r + a) : r + a;
    }
    double top = ziggurat_heights[layer], bottom = ziggurat_heights[layer + 1];
    if (bottom + (top - bottom) * unit(scramble(origin + ++j * WEYL, key1)) < exp(-0.5 * x * x)) return x;
    bits = scramble(origin + ++j * WEYL, key1);
  }
}

static inline double normal(uint64_t z, uint64_t key1) {
  uint64_t bits = scramble(z, key1);
  int layer = bits & 255;
  double x = (double)(((int64_t)bits >> 10) | 1) * ziggurat_edges[2 * layer];
  return fabs(x) < ziggurat_edges[2 * layer + 1] ? x : normal_beyond(bits, key1);
}

int main(int count, char **argument) {
  if (count != 8) return 2;
  int n = atoi(argument[1]), steps = atoi(argument[2]);
  double dt = atof(argument[3]), a = atof(argument[4]), sigma = atof(argument[5]);
  uint64_t key0 = strtoull(argument[6], NULL, 10), key1 = strtoull(argument[7], NULL, 10) ^ NORMAL;
  if (n % 4) return 2;
  double *x = malloc(sizeof *x * (size_t)n);
  while (asked()) {
    for (int i = 0; i < n; i++) x[i] = 0;
    double mean = 0, start = seconds();
    for (int k = 0; k < steps; k++) {
      double factor = 1 - a * dt, shift = a * mean * dt, noise = sigma * sqrt(dt);
      double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
      uint64_t z = key0 + (uint64_t)k * (uint64_t)n * WEYL;
      for (int i = 0; i < n; i += 4) {
        sum0 += x[i] = factor * x[i] + shift + noise * normal(z, key1);
        sum1 += x[i + 1] = factor * x[i + 1] + shift + noise * normal(z + WEYL, key1);
        sum2 += x[i + 2] = factor * x[i + 2] + shift + noise * normal(z + 2 * WEYL, key1);
        sum3 += x[i + 3] = factor * x[i + 3] + shift + noise * normal(z + 3 * WEYL, key1);
        z += 4 * WEYL;
      }
      mean = ((sum0 + sum1) + (sum2 + sum3)) / n;
    }
    answer(seconds() - start, mean, x[n - 1]);
  }
  free(x);
}
