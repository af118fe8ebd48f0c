/*
 * A finite game of one population as flat arrays: backward induction, or online mirror descent with the exploitability of every
 * iterate. Transitions are sparse rows, read again at every time; exponentials and logarithms are the library's.
 *
 * Arguments: what to do (respond, descend), iterations, step size, file. The file holds 64-bit floats: times, states, actions,
 * rows and entries of transitions, pairs from one time to the next in rewards, weight and floor of the logarithm of shares,
 * whether shares are floored or the floor is added; then the initial law, starts of rows, successors, probabilities, rewards.
 */
#include "protocol.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int times, states, actions, least;
static size_t stride;
static double weight, floor_of, *initial, *probability, *reward;
static int *start, *next;
static double *mu, *pairs, *here, *policy, *y, *best_q, *best_v, *own_q, *own_v, *kept;

static void respond(void) {
  for (int t = times - 1; t >= 0; t--) {
    size_t row = (size_t)t * states;
    const double *restrict later = best_v + row + states;
    double *restrict q = best_q + row * actions, *restrict v = best_v + row;
    for (int s = 0, i = 0; s < states; s++) {
      double top = -INFINITY;
      for (int a = 0; a < actions; a++, i++) {
        double value = here[row + s] + reward[t * stride + i];
        if (t + 1 < times)
          for (int k = start[i]; k < start[i + 1]; k++) value += probability[k] * later[next[k]];
        q[i] = value;
        if (value > top) top = value;
      }
      v[s] = top;
    }
  }
}

static void respond_and_evaluate(void) {
  for (int t = times - 1; t >= 0; t--) {
    size_t row = (size_t)t * states;
    const double *restrict later = best_v + row + states, *restrict own_later = own_v + row + states;
    double *restrict q = best_q + row * actions, *restrict v = best_v + row;
    double *restrict own = own_q + row * actions, *restrict w = own_v + row;
    const double *restrict pi = policy + row * actions;
    for (int s = 0, i = 0; s < states; s++) {
      double top = -INFINITY, mean = 0;
      for (int a = 0; a < actions; a++, i++) {
        double value = here[row + s] + reward[t * stride + i], other = value;
        if (t + 1 < times)
          for (int k = start[i]; k < start[i + 1]; k++) {
            value += probability[k] * later[next[k]];
            other += probability[k] * own_later[next[k]];
          }
        q[i] = value;
        own[i] = other;
        if (value > top) top = value;
        mean += pi[i] * other;
      }
      v[s] = top;
      w[s] = mean;
    }
  }
}

static void follow(void) {
  memset(mu, 0, (size_t)times * states * sizeof *mu);
  memcpy(mu, initial, states * sizeof *mu);
  for (int t = 0; t < times; t++) {
    size_t row = (size_t)t * states;
    double *restrict later = mu + row + states, *restrict joint = pairs + row * actions;
    const double *restrict pi = policy + row * actions;
    for (int s = 0, i = 0; s < states; s++)
      for (int a = 0; a < actions; a++, i++) {
        double share = joint[i] = mu[row + s] * pi[i];
        if (t + 1 < times && share != 0)
          for (int k = start[i]; k < start[i + 1]; k++) later[next[k]] += share * probability[k];
      }
  }
  for (size_t i = 0; i < (size_t)times * states; i++)
    here[i] = -weight * log(least ? fmax(mu[i], floor_of) : mu[i] + floor_of);
}

static double score(void) {
  follow();
  respond_and_evaluate();
  double sum = 0;
  size_t i = 0;
  for (size_t s = 0; s < (size_t)times * states; s++)
    for (int a = 0; a < actions; a++, i++) sum += pairs[i] * (best_v[s] - best_q[i]);
  return sum;
}

static void ascend(double alpha) {
  for (size_t s = 0, first = 0; s < (size_t)times * states; s++, first += actions) {
    double top = -INFINITY, sum = 0;
    for (size_t i = first; i < first + actions; i++) {
      y[i] += alpha * (own_q[i] - own_v[s]);
      if (y[i] > top) top = y[i];
    }
    for (size_t i = first; i < first + actions; i++) {
      y[i] -= top;
      sum += policy[i] = exp(y[i]);
    }
    for (size_t i = first; i < first + actions; i++) policy[i] /= sum;
  }
}

static double *take(const double **from, size_t count) {
  double *out = malloc(count * sizeof *out);
  memcpy(out, *from, count * sizeof *out);
  *from += count;
  return out;
}

static int *integers(const double **from, size_t count) {
  int *out = malloc(count * sizeof *out);
  for (size_t i = 0; i < count; i++) out[i] = (*from)[i];
  *from += count;
  return out;
}

int main(int count, char **argument) {
  if (count != 5) return 2;
  int descends = strcmp(argument[1], "descend") == 0, iterations = atoi(argument[2]);
  double alpha = atof(argument[3]);
  FILE *file = fopen(argument[4], "rb");
  if (file == NULL) return 1;
  fseek(file, 0, SEEK_END);
  size_t bytes = ftell(file);
  rewind(file);
  double *all = malloc(bytes);
  if (fread(all, 1, bytes, file) != bytes) return 1;
  fclose(file);
  times = all[0], states = all[1], actions = all[2], stride = all[5], weight = all[6], floor_of = all[7], least = all[8] != 0;
  size_t rows = all[3], entries = all[4], places = (size_t)times * states, size = places * actions;
  const double *from = all + 9;
  initial = take(&from, states);
  start = integers(&from, rows + 1);
  next = integers(&from, entries);
  probability = take(&from, entries);
  reward = take(&from, stride == 0 ? rows : rows * times);
  free(all);
  double **flows[] = {&mu, &here, &best_v, &own_v}, **tables[] = {&pairs, &policy, &y, &best_q, &own_q, &kept};
  for (int i = 0; i < 4; i++) *flows[i] = calloc(places, sizeof(double));
  for (int i = 0; i < 6; i++) *tables[i] = calloc(size, sizeof(double));
  while (asked()) {
    for (size_t i = 0; i < size; i++) policy[i] = 1.0 / actions, y[i] = 0;
    if (!descends) follow();
    double begin = processor_seconds(), first = 0, last = 0;
    if (descends) {
      double best = INFINITY;
      for (int k = 0; k <= iterations; k++) {
        if (k > 0) ascend(alpha);
        last = score();
        if (k == 0) first = last;
        if (last < best) {
          best = last;
          memcpy(kept, policy, size * sizeof *kept);
        }
      }
    } else {
      for (int k = 0; k < iterations; k++) respond();
      first = best_v[0];
      last = best_v[states - 1];
    }
    answer(processor_seconds() - begin, first, last);
  }
  return 0;
}
