/** How players answer a flow: by a best response, or by a soft one that also takes less good actions. */

import { choice, real } from "../core/index.ts";
import { greedy, softmax } from "./best-response.ts";
import type { Ties } from "./best-response.ts";
import type { Profile } from "./model.ts";
import type { Search } from "./search.ts";

export interface Reply {
  /** 0 for best responses; otherwise the softmax of Q*⁄temperature. */
  readonly temperature: number;
  readonly ties: Ties;
}

export const replyOptions = {
  temperature: real(
    0,
    "Temperature of the responses: 0 for best ones, otherwise the softmax of action values over it",
    {
      minimum: 0,
      maximum: 1e6,
    },
  ),
  ties: choice(
    ["spread", "first"],
    "spread",
    "Where several actions are best up to rounding: spread over all of them, or take the first",
  ),
} as const;

/** Answers the flow of the current iterate, which has been scored. */
export function replyTo({ game, response }: Search, { temperature, ties }: Reply, out: Profile): void {
  if (temperature > 0) softmax(game, response.Q, 1 / temperature, out);
  else greedy(game, response.Q, out, ties);
}
