/**
 * By which action a depth-first walk through a game first comes to each state.
 *
 * OpenSpiel's mean-field games keep the last action in a node but name nodes by time and place, and values are kept by name:
 * the cost of a move is therefore charged at t + 1 as that of the first path found to the place, whatever was played. Games
 * that reproduce this find these paths here.
 */

export interface Walk {
  readonly states: number;
  /** Times are 0, …, times − 1. */
  readonly times: number;
  /** States at t = 0, in the order in which chance deals them. */
  readonly starts: readonly number[];
  /** Actions that may be taken in a state, in order. */
  readonly actions: (state: number) => readonly number[];
  /** Where an action leads before chance moves on. */
  readonly aim: (state: number, action: number) => number;
  /** Where chance leads from there, in order. */
  readonly pushed: (aim: number) => readonly number[];
}

/** The first action at t·states + s; −1 at t = 0 and where the walk never comes. */
export function firstMoves({ states, times, starts, actions, aim, pushed }: Walk): Int32Array {
  const first = new Int32Array(times * states).fill(-1);
  const seen = new Uint8Array(times * states);
  const aimed = new Uint8Array(times * states);
  // Nodes to visit with the action that led there: aims of players at 2i + 1, states at 2i.
  const stack: [node: number, action: number][] = [];
  for (const s of starts.toReversed()) stack.push([2 * s, -1]);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [node, action] = top;
    const index = node >> 1;
    const [t, s] = [Math.floor(index / states), index % states];
    if (node % 2 === 0) {
      if (seen[index] === 1) continue;
      seen[index] = 1;
      first[index] = action;
      if (t + 1 === times) continue;
      for (const a of actions(s).toReversed()) stack.push([2 * (t * states + aim(s, a)) + 1, a]);
    } else {
      if (aimed[index] === 1) continue;
      aimed[index] = 1;
      for (const y of pushed(s).toReversed()) stack.push([2 * ((t + 1) * states + y), action]);
    }
  }
  return first;
}
