import type { AgentSettings } from "./agents.ts";
import { RefusalError } from "./errors.ts";
import type { Family, Model } from "./model.ts";
import type { ChaosSettings, Wing } from "./wing.ts";

/** A model that tells its kind within its family. */
export type KindModel = Model & { readonly kind: string };

/**
 * One wing for a family whose models are of several kinds, each with a wing of its own: everything is asked of the wing of the
 * model's kind.
 *
 * What some of them lack is absent for their models only: `flow` gives nothing, `arrays` none, `simulate` and named strategies
 * refuse, and so do `chaos`, `agents` and `startingFrom`. Games of finitely many players are `simulated` if they are for any of them.
 */
export function wingByKind(family: Family, kinds: Readonly<Record<string, Wing>>): Wing<KindModel> {
  const of = ({ kind }: KindModel): Wing => {
    const wing = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (wing === undefined) throw new Error(`no wing of the family ${family} knows models of kind ${kind}`);
    return wing;
  };
  const names = new Set(Object.values(kinds).flatMap(({ strategies }) => Object.keys(strategies ?? {})));
  const refusal = (what: string, { kind }: KindModel): RefusalError =>
    new RefusalError(`${what} is known for ${family} games of kind ${kind}`);
  const chaotic = Object.values(kinds).some(({ chaos }) => chaos !== undefined);
  const simulated = Object.values(kinds).some(({ finiteGames }) => finiteGames === "simulated");
  const starting = Object.values(kinds).some(({ startingFrom }) => startingFrom !== undefined);
  const moving = Object.values(kinds).some(({ agents }) => agents !== undefined);
  return {
    family,
    ...(simulated ? { finiteGames: "simulated" as const } : {}),
    certify: (model, question, candidate) => of(model).certify(model, question, candidate),
    flow: (model, players, candidate) => of(model).flow?.(model, players, candidate),
    exploitability: (model, question, strategy) => of(model).exploitability?.(model, question, strategy),
    ownSteps: (model) => of(model).ownSteps?.(model),
    grounds: (model, candidate) => of(model).grounds?.(model, candidate) ?? [],
    arrays: (model, candidate) => of(model).arrays?.(model, candidate) ?? {},
    simulates: (model) => of(model).simulate !== undefined,
    simulate: (model, strategy, events, settings) => {
      const { simulate } = of(model);
      if (simulate === undefined) throw refusal("no simulation", model);
      return simulate(model, strategy, events, settings);
    },
    ...(starting
      ? {
          startingFrom: (model: KindModel) => {
            const { startingFrom } = of(model);
            if (startingFrom === undefined)
              throw new RefusalError(
                `initial: ${family} games of kind ${model.kind} start from a law that parameters set`,
              );
            return startingFrom(model) as (formula: string) => KindModel;
          },
        }
      : {}),
    ...(moving
      ? {
          agents: (model: KindModel, candidate: unknown, settings: AgentSettings) => {
            const { agents } = of(model);
            if (agents === undefined) throw refusal("no movement of agents", model);
            return agents(model, candidate, settings);
          },
        }
      : {}),
    ...(chaotic
      ? {
          chaos: (model: KindModel, settings: ChaosSettings) => {
            const { chaos } = of(model);
            if (chaos === undefined) throw refusal("no propagation of chaos", model);
            return chaos(model, settings);
          },
          chaosDefaults: (model: KindModel) => {
            const { chaosDefaults } = of(model);
            if (chaosDefaults === undefined) throw refusal("no propagation of chaos", model);
            return chaosDefaults(model);
          },
        }
      : {}),
    strategies: Object.fromEntries(
      [...names].map((name) => [
        name,
        (model: KindModel) => {
          const make = of(model).strategies?.[name];
          if (make === undefined) throw refusal(`no strategy ${name}`, model);
          return make(model);
        },
      ]),
    ),
  };
}
