/*
 * Newton's method in space and time for the game H = p^2 / (2 (1 + m)), F = sin(2 pi x) / 2 + 0.3 cos(4 pi x) + m / 2 on a
 * circle: nu = 0.1, T = 1/2, g = cos(2 pi x) / 5, m(0) = 1 + 0.6 cos(2 pi x), by the implicit upwind scheme. Each step solves
 * (1 - S L) y = S r by GMRES, L being a linear sweep backwards and one forwards; each iteration also evaluates its policy and
 * the best response to its own flow, to know its exploitability. Derivatives are written out by hand, costs of places are read once.
 *
 * Arguments: points, steps, tolerance.
 */
#include "protocol.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 60 };
static int n, steps;
static double h, step, diffuse, *place, *terminal, *start;
static double *up, *down, *ratio, *hubward, *inverse, *given, *scale, *source, *went;

/* kept f + up (f - next) + down (f - previous) = f on a circle: the last row, the hub, goes last. */
static void solve_values(double *restrict f) {
  int last = n - 1;
  double from = up[last], pivot = 1 + up[last] + down[last], sum = f[last], ahead = 0, hub = 1, value = 0, over = 1;
  for (int i = 0; i < last; i++) {
    double back = down[i];
    if (i > 0) from *= ahead;
    value = f[i] + back * value * over;
    over = 1 / (1 + up[i] + back - (i > 0 ? back * ahead : 0));
    hub = back * hub;
    if (i == last - 1) hub += up[i], from += down[last], ahead = 0;
    else ahead = up[i] * over;
    hub *= over;
    given[i] = value * over;
    ratio[i] = ahead;
    hubward[i] = hub;
    pivot -= from * hub;
    sum += from * given[i];
  }
  double around = f[last] = sum / pivot, x = 0;
  for (int i = last - 1; i >= 0; i--) f[i] = x = given[i] + hubward[i] * around + ratio[i] * x;
}

/* The transpose. */
static void solve_masses(double *restrict f) {
  int last = n - 1;
  double from = up[last], pivot = 1 + up[last] + down[last], sum = f[last], ahead = 0, hub = 1, value = 0;
  for (int i = 0; i < last; i++) {
    double back = down[i];
    if (i > 0) from *= ahead;
    value = f[i] + (i > 0 ? ahead * value : 0);
    double over = 1 / (1 + up[i] + back - (i > 0 ? back * ahead : 0));
    hub = back * hub;
    if (i == last - 1) hub += up[i], from += down[last], ahead = 0;
    else ahead = up[i] * over;
    hub *= over;
    given[i] = value * over;
    inverse[i] = over;
    hubward[i] = from * over;
    pivot -= from * hub;
    sum += hub * value;
  }
  double around = f[last] = sum / pivot, x = 0;
  for (int i = last - 1; i >= 0; i--) {
    f[i] = x = given[i] + hubward[i] * around + (i < last - 1 ? down[i + 1] * inverse[i] * x : 0);
  }
}

static void rates(const double *restrict rise, const double *restrict fall) {
  double width = step / h;
  for (int i = 0; i < n; i++) up[i] = diffuse + width * rise[i], down[i] = diffuse + width * fall[i];
}

static void look(const double *restrict mass) {
  for (int i = 0; i < n; i++) {
    double m = mass[i] / h;
    scale[i] = 1 / (1 + m);
    source[i] = place[i] + 0.5 * m;
  }
}

/* Newton's method for one stage; v holds a guess. */
static void respond(const double *restrict later, double *restrict v, double *restrict rise, double *restrict fall) {
  double moved = DBL_MAX, width = 1 / h, *restrict residual = went + n;
  for (int round = 0; round < 50; round++) {
    double largest = 0, size = 0, rate = 0, costs = 0, slope = (v[0] - v[n - 1]) * width;
    for (int i = 0; i < n; i++) {
      double back = slope, forth = ((i < n - 1 ? v[i + 1] : v[0]) - v[i]) * width;
      slope = forth;
      double r = scale[i] * (forth < 0 ? -forth : 0), f = scale[i] * (back > 0 ? back : 0);
      double cost = 0.5 * (r * r + f * f) / scale[i];
      residual[i] = v[i] - later[i] + step * (cost - source[i]) - diffuse * h * (forth - back);
      rise[i] = r;
      fall[i] = f;
      largest = fmax(largest, fabs(residual[i]));
      size = fmax(size, fabs(v[i]));
      rate = fmax(rate, 2 * diffuse + step * width * (r + f));
      costs = fmax(costs, fabs(cost) + fabs(source[i]));
    }
    double noise = 4 * DBL_EPSILON * (size * (2 + rate) + step * costs);
    if (largest <= noise || (moved <= 1e-10 && largest <= 64 * noise)) return;
    rates(rise, fall);
    solve_values(residual);
    double far = 0, most = 0;
    for (int i = 0; i < n; i++) {
      v[i] -= residual[i];
      far = fmax(far, fabs(residual[i]));
      most = fmax(most, fabs(v[i]));
    }
    moved = far / most;
  }
  exit(1);
}

/* Fields have one row for each level or stage. */
static void best_response(const double *mass, double *value, double *rise, double *fall) {
  memcpy(value + (size_t)steps * n, terminal, n * sizeof *value);
  memset(went, 0, n * sizeof *went);
  for (int s = steps - 1; s >= 0; s--) {
    double *v = value + (size_t)s * n, *later = v + n;
    look(mass + (size_t)(s + 1) * n);
    for (int i = 0; i < n; i++) v[i] = later[i] + went[i];
    respond(later, v, rise + (size_t)s * n, fall + (size_t)s * n);
    for (int i = 0; i < n; i++) went[i] = v[i] - later[i];
  }
}

static void transport(const double *rise, const double *fall, double *mass) {
  memcpy(mass, start, n * sizeof *mass);
  for (int s = 0; s < steps; s++) {
    double *next = mass + (size_t)(s + 1) * n;
    memcpy(next, next - n, n * sizeof *next);
    rates(rise + (size_t)s * n, fall + (size_t)s * n);
    solve_masses(next);
  }
}

static double cost_of(const double *mass, const double *rise, const double *fall, double *v) {
  memcpy(v, terminal, n * sizeof *v);
  for (int s = steps - 1; s >= 0; s--) {
    const double *r = rise + (size_t)s * n, *f = fall + (size_t)s * n;
    look(mass + (size_t)(s + 1) * n);
    for (int i = 0; i < n; i++) v[i] += step * (source[i] + 0.5 * (r[i] * r[i] + f[i] * f[i]) / scale[i]);
    rates(r, f);
    solve_values(v);
  }
  double sum = 0;
  for (int i = 0; i < n; i++) sum += start[i] * v[i];
  return sum;
}

/* change = L y: the change of the flow induced, levels 1 and on. */
static void linear(const double *y, const double *flow, const double *mass, const double *rise, const double *fall,
                   double *rises, double *falls, double *change, double *work) {
  double width = 1 / h, *v = work;
  memset(v, 0, n * sizeof *v);
  for (int s = steps - 1; s >= 0; s--) {
    size_t at = (size_t)s * n;
    const double *r = rise + at, *f = fall + at, *seen = y + at, *assumed = flow + at + n;
    double *dr = rises + at, *df = falls + at;
    for (int i = 0; i < n; i++) v[i] += step * (0.5 + 0.5 * (r[i] * r[i] + f[i] * f[i])) * seen[i] * width;
    rates(r, f);
    solve_values(v);
    double slope = (v[0] - v[n - 1]) * width;
    for (int i = 0; i < n; i++) {
      double back = slope, forth = ((i < n - 1 ? v[i + 1] : v[0]) - v[i]) * width;
      slope = forth;
      double a = 1 / (1 + assumed[i] / h), m = seen[i] * width;
      dr[i] = r[i] > 0 ? -a * (forth + r[i] * m) : 0;
      df[i] = f[i] > 0 ? a * (back - f[i] * m) : 0;
    }
  }
  memset(work, 0, n * sizeof *work);
  for (int s = 0; s < steps; s++) {
    size_t at = (size_t)s * n;
    const double *dr = rises + at, *df = falls + at, *m = mass + at + n;
    double *next = change + at, last = 0, first = 0;
    memcpy(next, s == 0 ? work : next - n, n * sizeof *next);
    for (int i = 0; i < n; i++) {
      double above = step * width * m[i] * dr[i], below = step * width * m[i] * df[i];
      next[i] -= above + below;
      if (i < n - 1) next[i + 1] += above;
      else first = above;
      if (i > 0) next[i - 1] += below;
      else last = below;
    }
    next[0] += first;
    next[n - 1] += last;
    rates(rise + at, fall + at);
    solve_masses(next);
  }
}

static double dot(const double *restrict a, const double *restrict b, size_t size) {
  double sum[4] = {0, 0, 0, 0};
  for (size_t i = 0; i + 3 < size; i += 4)
    for (int k = 0; k < 4; k++) sum[k] += a[i + k] * b[i + k];
  for (size_t i = size & ~(size_t)3; i < size; i++) sum[0] += a[i] * b[i];
  return sum[0] + sum[1] + sum[2] + sum[3];
}

int main(int count, char **argument) {
  if (count != 4) return 2;
  n = atoi(argument[1]);
  steps = atoi(argument[2]);
  double tolerance = atof(argument[3]);
  h = 1.0 / n;
  step = 0.5 / steps;
  diffuse = 0.1 * step / (h * h);
  size_t field = (size_t)n * (steps + 1), seen = (size_t)n * steps;
  double *all = calloc(15 * (size_t)n + (14 + MOST) * field, sizeof *all), *at = all;
  if (all == NULL) return 1;
  double **parts[] = {&place, &terminal, &start, &up, &down, &ratio, &hubward, &inverse, &given, &scale, &source};
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) *parts[k] = at, at += n;
  went = at, at += 2 * n;
  double *work = at;
  at += 2 * n;
  double *flow, *value, *rise, *fall, *mass, *others[3], *rises, *falls, *image, *y, *basis;
  double **fields[] = {&flow, &value, &rise, &fall, &mass, &others[0], &others[1], &others[2], &rises, &falls, &image, &y};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) *fields[k] = at, at += field;
  basis = at;
  double tau = 2 * acos(-1.0);
  for (int i = 0; i < n; i++) {
    double x = i * h;
    place[i] = 0.5 * sin(tau * x) + 0.3 * cos(2 * tau * x);
    terminal[i] = 0.2 * cos(tau * x);
    start[i] = h * (1 + 0.6 * cos(tau * x));
  }
  while (asked()) {
    double begin = seconds(), exploitability = 0;
    memset(rise, 0, seen * sizeof *rise);
    memset(fall, 0, seen * sizeof *fall);
    transport(rise, fall, flow);
    for (int round = 0;; round++) {
      if (round == 20) return 1;
      best_response(flow, value, rise, fall);
      transport(rise, fall, mass);
      double distance = 0;
      for (int s = 1; s <= steps; s++) {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += fabs(mass[(size_t)s * n + i] - flow[(size_t)s * n + i]);
        distance = fmax(distance, sum);
      }
      best_response(mass, others[0], others[1], others[2]);
      exploitability = cost_of(mass, rise, fall, work) - dot(start, others[0], n);
      if (distance <= tolerance && exploitability <= tolerance) break;
      double accepted = fmin(1e-2, fmax(1e-12, fmax(0.1 * distance, 0.1 * tolerance / distance)));
      double matrix[MOST][MOST + 1], cosine[MOST], sine[MOST], rotated[MOST + 1], size = 0;
      for (size_t i = 0; i < seen; i++) basis[i] = mass[n + i] - flow[n + i];
      size = sqrt(dot(basis, basis, seen));
      for (size_t i = 0; i < seen; i++) basis[i] /= size;
      rotated[0] = size;
      int k = 0;
      for (; k < MOST - 1 && fabs(rotated[k]) > accepted * size; k++) {
        double *v = basis + k * seen, *w = v + seen, *column = matrix[k];
        linear(v, flow, mass, rise, fall, rises, falls, w, work);
        for (size_t i = 0; i < seen; i++) w[i] = v[i] - w[i];
        for (int j = 0; j <= k; j++) {
          double *u = basis + j * seen, part = column[j] = dot(u, w, seen);
          for (size_t i = 0; i < seen; i++) w[i] -= part * u[i];
        }
        double norm = sqrt(dot(w, w, seen));
        for (size_t i = 0; i < seen; i++) w[i] /= norm;
        for (int j = 0; j < k; j++) {
          double upper = cosine[j] * column[j] + sine[j] * column[j + 1];
          column[j + 1] = cosine[j] * column[j + 1] - sine[j] * column[j];
          column[j] = upper;
        }
        double length = hypot(column[k], norm);
        cosine[k] = column[k] / length;
        sine[k] = norm / length;
        column[k] = length;
        rotated[k + 1] = -sine[k] * rotated[k];
        rotated[k] *= cosine[k];
      }
      memset(y, 0, seen * sizeof *y);
      double weight[MOST];
      for (int j = k - 1; j >= 0; j--) {
        weight[j] = rotated[j];
        for (int l = j + 1; l < k; l++) weight[j] -= matrix[l][j] * weight[l];
        weight[j] /= matrix[j][j];
        for (size_t i = 0; i < seen; i++) y[i] += weight[j] * basis[j * seen + i];
      }
      linear(y, flow, mass, rise, fall, rises, falls, image, work);
      for (size_t i = 0; i < seen; i++) flow[n + i] = mass[n + i] + image[i];
    }
    answer(seconds() - begin, value[n / 2], mass[(size_t)steps * n + n / 2] / h);
  }
  free(all);
}
