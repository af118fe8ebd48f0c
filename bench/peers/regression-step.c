/*
 * One step of least-squares Monte Carlo: Hermite polynomials of the states, normal equations for two right-hand sides, fitted values.
 * Columns of blocks of rows that stay in the nearest cache, eight rows side by side so that the compiler uses whatever vectors this
 * processor has.
 *
 * Arguments: paths (a multiple of 512), degree (below 16), steps, file with states, values and noises one after the other.
 */
#include "protocol.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define L 8
#define B 512
#define MOST 16

static double root[MOST + 1], inverse[MOST + 1];

/* The polynomials of a block, column after column. */
static void columns(const double *x, int width, double (*h)[B]) {
  for (int i = 0; i < B; i++) h[0][i] = 1;
  if (width > 1) memcpy(h[1], x, sizeof h[1]);
  for (int k = 1; k + 1 < width; k++)
    for (int i = 0; i < B; i++) h[k + 1][i] = (x[i] * h[k][i] - root[k] * h[k - 1][i]) * inverse[k + 1];
}

static double dot(const double *a, const double *b) {
  double sums[L] = {0}, sum = 0;
  for (int i = 0; i < B; i += L)
    for (int l = 0; l < L; l++) sums[l] += a[i + l] * b[i + l];
  for (int l = 0; l < L; l++) sum += sums[l];
  return sum;
}

/* Cholesky's factor in place of the lower triangle. */
static void factor(double g[MOST][MOST], int n) {
  for (int i = 0; i < n; i++) {
    for (int j = 0; j <= i; j++) {
      double sum = g[i][j];
      for (int k = 0; k < j; k++) sum -= g[i][k] * g[j][k];
      g[i][j] = i == j ? sqrt(sum) : sum / g[j][j];
    }
  }
}

static void solve(double g[MOST][MOST], int n, double *b) {
  for (int i = 0; i < n; i++) {
    for (int k = 0; k < i; k++) b[i] -= g[i][k] * b[k];
    b[i] /= g[i][i];
  }
  for (int i = n - 1; i >= 0; i--) {
    for (int k = i + 1; k < n; k++) b[i] -= g[k][i] * b[k];
    b[i] /= g[i][i];
  }
}

int main(int argc, char **argument) {
  if (argc != 5) return 2;
  int paths = atoi(argument[1]), width = atoi(argument[2]) + 1, steps = atoi(argument[3]);
  if (paths % B || width > MOST) return 2;
  for (int k = 0; k <= MOST; k++) {
    root[k] = sqrt(k);
    inverse[k] = 1 / root[k];
  }
  double *data = malloc(sizeof *data * 3 * (size_t)paths), *fitted = malloc(sizeof *fitted * 2 * (size_t)paths);
  double(*h)[MOST][B] = malloc(sizeof *h * (size_t)(paths / B));
  FILE *in = fopen(argument[4], "rb");
  if (data == NULL || fitted == NULL || h == NULL || in == NULL || fread(data, sizeof *data, 3 * (size_t)paths, in) != 3 * (size_t)paths) return 2;
  fclose(in);
  const double *x = data, *y = data + paths, *w = data + 2 * (size_t)paths;
  double *first = fitted, *second = fitted + paths;
  while (asked()) {
    double start = seconds();
    for (int step = 0; step < steps; step++) {
      double g[MOST][MOST] = {{0}}, b[2][MOST] = {{0}}, product[B];
      for (int block = 0; block < paths / B; block++) {
        int from = block * B;
        columns(x + from, width, h[block]);
        for (int i = 0; i < B; i++) product[i] = y[from + i] * w[from + i];
        for (int a = 0; a < width; a++) {
          for (int c = 0; c <= a; c++) g[a][c] += dot(h[block][a], h[block][c]);
          b[0][a] += dot(h[block][a], y + from);
          b[1][a] += dot(h[block][a], product);
        }
      }
      factor(g, width);
      solve(g, width, b[0]);
      solve(g, width, b[1]);
      for (int block = 0; block < paths / B; block++) {
        double *p = first + block * B, *q = second + block * B;
        memset(p, 0, sizeof *p * B);
        memset(q, 0, sizeof *q * B);
        for (int a = 0; a < width; a++) {
          for (int i = 0; i < B; i++) {
            p[i] += b[0][a] * h[block][a][i];
            q[i] += b[1][a] * h[block][a][i];
          }
        }
      }
    }
    answer(seconds() - start, first[17], second[paths - 1]);
  }
  return 0;
}
