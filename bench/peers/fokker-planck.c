/*
 * Implicit upwind steps of the Fokker-Planck equation of dX = (-x + mean / 2) dt + dW on [-5, 5], no flux through the ends:
 * assembly and Thomas's sweep, previous rows in registers (through memory it takes twice as long).
 *
 * Arguments: cells, steps, dt.
 */
#include "protocol.h"
#include <math.h>
#include <stdlib.h>

int main(int count, char **argument) {
  if (count != 4) return 2;
  int n = atoi(argument[1]), steps = atoi(argument[2]);
  double dt = atof(argument[3]), dx = 10.0 / n, ratio = dt / dx, diffusion = 0.5 / dx;
  double *all = malloc(sizeof *all * 6 * (size_t)n);
  double *restrict x = all, *restrict m = all + n, *restrict drift = all + 2 * n;
  double *restrict lower = all + 3 * n, *restrict diagonal = all + 4 * n, *restrict upper = all + 5 * n;
  while (asked()) {
    double total = 0;
    for (int i = 0; i < n; i++) {
      x[i] = -5 + (i + 0.5) * dx;
      drift[i] = -(x[i] + 0.5 * dx);
      m[i] = exp(-2 * (x[i] - 1) * (x[i] - 1));
      total += m[i];
    }
    for (int i = 0; i < n; i++) m[i] /= total * dx;
    double mean = 0, start = seconds();
    for (int k = 0; k < steps; k++) {
      mean = 0;
      for (int i = 0; i < n; i++) mean += x[i] * m[i];
      mean *= dx;
      for (int i = 0; i < n; i++) diagonal[i] = 1;
      for (int i = 0; i < n - 1; i++) {
        double b = drift[i] + 0.5 * mean;
        double right = ratio * ((b > 0 ? b : 0) + diffusion), left = ratio * ((b < 0 ? -b : 0) + diffusion);
        diagonal[i] += right;
        diagonal[i + 1] += left;
        upper[i] = -left;
        lower[i + 1] = -right;
      }
      double pivot = 1 / diagonal[0], share = upper[0] * pivot, value = m[0] * pivot;
      upper[0] = share;
      m[0] = value;
      for (int i = 1; i < n; i++) {
        pivot = 1 / (diagonal[i] - lower[i] * share);
        upper[i] = share = upper[i] * pivot;
        m[i] = value = (m[i] - lower[i] * value) * pivot;
      }
      for (int i = n - 2; i >= 0; i--) m[i] = value = m[i] - upper[i] * value;
    }
    answer(seconds() - start, mean, m[n / 2]);
  }
  free(all);
}
