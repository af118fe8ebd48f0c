/** Mirror descent on the fishing grounds, from the primitives of finite games: run it with node. */
import { finite } from "meanfield";
import { fishing } from "./fishing.ts";

const game = finite.compile(fishing.build(fishing.parameters.parse({})));
const policy = finite.emptyProfile(game); // π_t(a|s), one table a population
const sums = finite.emptyProfile(game);
const field = finite.emptyField(game); // laws, rewards and transitions along a flow
const [best, own] = [finite.emptyValues(game), finite.emptyValues(game)];

for (let k = 0; k <= 100; k++) {
  finite.softmax(game, sums, 1, policy);
  finite.induce(field, policy); // the flow of the policy
  finite.respond(field, best); // Q* and V* against it
  finite.evaluate(field, policy, own); // Q^π and V^π along it
  const [exploitability] = finite.forgone(field, policy, best);
  if (k % 20 === 0) console.log(k, exploitability);
  sums.forEach((table, p) => own.Q[p].forEach((value, i) => (table[i] += 0.5 * value)));
}
