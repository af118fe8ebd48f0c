/*
 * Online training of one hidden layer of tanh neurons: the kernel's algorithm as a C programmer would write it, eight neurons side
 * by side so that the compiler uses whatever vectors this processor has, each step in one pass with the next prediction; tanh by
 * the kernel's series, since the library's is not vectorised.
 *
 * Arguments: neurons (a multiple of 8), inputs, steps, rate, files of neurons and of samples.
 */
#include "protocol.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define L 8

static inline double tanh_of(double z) {
  double size = 2 * fabs(z), q = size < 40.0 ? size : 40.0;
  double shifted = q * 1.4426950408889634 + 6755399441055744.0;
  double k = shifted - 6755399441055744.0;
  double r = q - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  double p = 1.6059043836821613e-10;
  p = p * r + 2.08767569878681e-9;
  p = p * r + 2.505210838544172e-8;
  p = p * r + 2.755731922398589e-7;
  p = p * r + 0.0000027557319223985893;
  p = p * r + 0.0000248015873015873;
  p = p * r + 0.0001984126984126984;
  p = p * r + 0.001388888888888889;
  p = p * r + 0.008333333333333333;
  p = p * r + 0.041666666666666664;
  p = p * r + 0.16666666666666666;
  p = r + r * r * (0.5 + r * p);
  int64_t bits;
  memcpy(&bits, &shifted, 8);
  bits = (int64_t)((uint64_t)bits << 52) + 0x3ff0000000000000ll;
  double power;
  memcpy(&power, &bits, 8);
  double grown = power * p + (power - 1);
  return copysign(grown / (grown + 2), z);
}

/* One step for all neurons, and the average at the next sample. */
static double step(double *n, double *s, int count, int d, const double *x, const double *next, double rate) {
  double sums[L] = {0};
  for (int i = 0; i < count; i += L, n += (1 + d) * L, s += L) {
    double pull[L], z[L] = {0};
    for (int l = 0; l < L; l++) pull[l] = rate * n[l] * (1 - s[l] * s[l]);
    for (int l = 0; l < L; l++) n[l] += rate * s[l];
    for (int j = 0; j < d; j++) {
      double *w = n + (1 + j) * L, a = x[j], b = next[j];
      for (int l = 0; l < L; l++) {
        w[l] += pull[l] * a;
        z[l] += w[l] * b;
      }
    }
    for (int l = 0; l < L; l++) s[l] = tanh_of(z[l]);
    for (int l = 0; l < L; l++) sums[l] += n[l] * s[l];
  }
  double sum = 0;
  for (int l = 0; l < L; l++) sum += sums[l];
  return sum / count;
}

static double *numbers(const char *file, size_t count) {
  double *out = malloc(sizeof *out * count);
  FILE *in = fopen(file, "rb");
  if (out == NULL || in == NULL || fread(out, sizeof *out, count, in) != count) exit(2);
  fclose(in);
  return out;
}

int main(int argc, char **argument) {
  if (argc != 7) return 2;
  int count = atoi(argument[1]), d = atoi(argument[2]), steps = atoi(argument[3]);
  double rate = atof(argument[4]);
  if (count % L) return 2;
  double *theta = numbers(argument[5], (size_t)count * (1 + d));
  double *samples = numbers(argument[6], (size_t)(steps + 1) * (d + 1));
  double *n = malloc(sizeof *n * (size_t)count * (1 + d)), *s = calloc((size_t)count, sizeof *s);
  while (asked()) {
    for (int i = 0; i < count; i++)
      for (int a = 0; a <= d; a++) n[(i / L) * L * (1 + d) + a * L + i % L] = theta[(size_t)i * (1 + d) + a];
    double start = seconds();
    double g = step(n, s, count, d, samples, samples, 0);
    for (int k = 0; k < steps; k++) {
      double *x = samples + (size_t)k * (d + 1);
      g = step(n, s, count, d, x, x + d + 1, rate / count * (x[d] - g));
    }
    double elapsed = seconds() - start;
    answer(elapsed, g, n[(count / L - 1) * L * (1 + d) + d * L + L - 1]);
  }
  return 0;
}
