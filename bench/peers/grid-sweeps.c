/*
 * A best response and a transport of masses of the game H = p^2 / 2, F = (x - 1/2)^2 (+ (y - 1/2)^2) + m on [0, 1] or its
 * square with reflecting ends: implicit upwind steps (in the plane x then y, each along one axis at a time), Newton's method
 * on each line to rounding, masses by the transposed systems. Thomas's elimination, previous rows in registers; columns are
 * copied into a line and back.
 *
 * Arguments: dimensions (1 or 2), points along each axis, steps.
 */
#include "protocol.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int n;
static double h, nu, *restrict out_up, *restrict out_down, *restrict pivots;

static double width(int i) { return i == 0 || i == n - 1 ? 0.5 * h : h; }

/* Solves (v - later) / step + H(v) - nu v'' = source on one line; v holds a guess, rise and fall get the drifts. */
static void respond(double step, const double *restrict later, const double *restrict source, double *restrict v,
                    double *restrict rise, double *restrict fall) {
  double inverse = 1 / h, moved = DBL_MAX;
  double *restrict given = out_up, *restrict share = out_down;
  for (int round = 0; round < 50; round++) {
    double largest = 0, size = 0, rates = 0, costs = 0, value = 0, ratio = 0, slope = 0;
    for (int i = 0; i < n; i++) {
      double back = slope, forth = i < n - 1 ? (v[i + 1] - v[i]) * inverse : 0;
      slope = forth;
      double r = forth < 0 ? -forth : 0, f = back > 0 ? back : 0, end = i == 0 || i == n - 1 ? 2 : 1;
      double cost = 0.5 * (r * r + f * f);
      double residual = v[i] - later[i] + step * (cost - nu * end * inverse * (forth - back) - source[i]);
      double up = i < n - 1 ? step * inverse * (nu * end * inverse + r) : 0;
      double down = i > 0 ? step * inverse * (nu * end * inverse + f) : 0;
      rise[i] = r;
      fall[i] = f;
      largest = fmax(largest, fabs(residual));
      size = fmax(size, fabs(v[i]));
      rates = fmax(rates, up + down);
      costs = fmax(costs, fabs(cost) + fabs(source[i]));
      double pivot = 1 / (1 + up + down - down * ratio);
      given[i] = value = (residual + down * value) * pivot;
      share[i] = ratio = up * pivot;
    }
    double noise = 4 * DBL_EPSILON * (size * (2 + rates) + step * costs);
    if (largest <= noise || (moved <= 1e-10 && largest <= 64 * noise)) return;
    double x = 0, far = 0, most = 0;
    for (int i = n - 1; i >= 0; i--) {
      x = given[i] + share[i] * x;
      v[i] -= x;
      far = fmax(far, fabs(x));
      most = fmax(most, fabs(v[i]));
    }
    moved = far / most;
  }
  exit(1);
}

/* Moves masses by the transposed step. */
static void transport(double step, const double *restrict rise, const double *restrict fall, double *restrict mass) {
  double inverse = 1 / h, value = 0, ratio = 0, before = 0;
  double *restrict share = out_up;
  for (int i = 0; i < n; i++) {
    double end = i == 0 || i == n - 1 ? 2 : 1;
    double up = i < n - 1 ? step * inverse * (nu * end * inverse + rise[i]) : 0;
    double down = i > 0 ? step * inverse * (nu * end * inverse + fall[i]) : 0;
    /* ratio = down[i] / pivot of the row before. */
    ratio = i > 0 ? down * pivots[i - 1] : 0;
    if (i > 0) share[i - 1] = ratio;
    double pivot = 1 / (1 + up + down - before * ratio);
    pivots[i] = pivot;
    mass[i] = value = (mass[i] + before * value) * pivot;
    before = up;
  }
  for (int i = n - 2; i >= 0; i--) mass[i] = value = mass[i] + share[i] * value;
}

static void fetch(int dimensions, int axis, int line, const double *from, double *into) {
  if (dimensions == 1 || axis == 1) memcpy(into, from + (size_t)line * n, n * sizeof *into);
  else for (int i = 0; i < n; i++) into[i] = from[(size_t)i * n + line];
}

static void put(int dimensions, int axis, int line, const double *from, double *into) {
  if (dimensions == 1 || axis == 1) memcpy(into + (size_t)line * n, from, n * sizeof *into);
  else for (int i = 0; i < n; i++) into[(size_t)i * n + line] = from[i];
}

static double bump(double x) { return 30 * x * x * (1 - x) * (1 - x); }

int main(int count, char **argument) {
  if (count != 4) return 2;
  int dimensions = atoi(argument[1]), steps = atoi(argument[3]);
  n = atoi(argument[2]);
  h = 1.0 / (n - 1);
  nu = 0.5 * 0.3 * 0.3;
  int plane = dimensions == 2, lines = plane ? n : 1, stages = plane ? 2 * steps : steps;
  size_t size = (size_t)n * lines;
  double step = 1.0 / steps;
  double *all = calloc(size * (4 * (size_t)stages + 6) + 12 * (size_t)n, sizeof *all);
  if (all == NULL) return 1;
  double *value = all, *mass = value + size * (stages + 1), *rise = mass + size * (stages + 1);
  double *fall = rise + size * stages, *source = fall + size * stages, *moved = source + size, *weight = moved + 2 * size;
  double *line = weight + size;
  double *later = line, *paid = line + n, *v = line + 2 * n, *r = line + 3 * n, *f = line + 4 * n, *gone = line + 5 * n;
  out_up = line + 6 * n;
  out_down = line + 7 * n;
  pivots = line + 8 * n;
  double *start = malloc(size * sizeof *start), total = 0;
  for (size_t k = 0; k < size; k++) {
    int i = plane ? k / n : k, j = plane ? k % n : 0;
    weight[k] = plane ? width(i) * width(j) : width(i);
    start[k] = weight[k] * bump(i * h) * (plane ? bump(j * h) : 1);
    total += start[k];
  }
  for (size_t k = 0; k < size; k++) start[k] /= total;
  while (asked()) {
    double begin = seconds();
    for (size_t k = 0; k < size; k++) {
      double x = (plane ? k / n : k) * h, y = plane ? k % n * h : 0;
      value[size * stages + k] = x * x + y;
      moved[k] = moved[size + k] = 0;
    }
    for (int s = stages - 1; s >= 0; s--) {
      int axis = plane ? s % 2 : 0, carries = !plane || axis == 1;
      for (size_t k = 0; k < size; k++) {
        double x = (plane ? k / n : k) * h - 0.5, y = plane ? k % n * h - 0.5 : 0;
        source[k] = carries ? x * x + y * y + start[k] / weight[k] : 0;
      }
      for (int l = 0; l < lines; l++) {
        fetch(dimensions, axis, l, value + size * (s + 1), later);
        fetch(dimensions, axis, l, source, paid);
        double *went = moved + size * axis + (size_t)l * n;
        for (int i = 0; i < n; i++) v[i] = later[i] + went[i];
        respond(step, later, paid, v, r, f);
        for (int i = 0; i < n; i++) went[i] = v[i] - later[i];
        put(dimensions, axis, l, v, value + size * s);
        put(dimensions, axis, l, r, rise + size * s);
        put(dimensions, axis, l, f, fall + size * s);
      }
    }
    memcpy(mass, start, size * sizeof *mass);
    for (int s = 0; s < stages; s++) {
      int axis = plane ? s % 2 : 0;
      for (int l = 0; l < lines; l++) {
        fetch(dimensions, axis, l, mass + size * s, gone);
        fetch(dimensions, axis, l, rise + size * s, r);
        fetch(dimensions, axis, l, fall + size * s, f);
        transport(step, r, f, gone);
        put(dimensions, axis, l, gone, mass + size * (s + 1));
      }
    }
    size_t middle = plane ? (size_t)(n >> 1) * (n + 1) : n >> 1;
    answer(seconds() - begin, value[middle], mass[size * stages + middle] / weight[middle]);
  }
  free(start);
  free(all);
}
