import type { Family, Model, Wing } from "../core/index.ts";

/** A model that tells its kind within its family. */
export type KindModel = Model & { readonly kind: string };

/**
 * One wing for a family whose models are of several kinds, each with a wing of its own: everything is asked of the wing of the
 * model's kind.
 *
 * What some of them lack is absent for their models only: `flow` gives nothing, `arrays` none.
 */
export function wingByKind(family: Family, kinds: Readonly<Record<string, Wing>>): Wing<KindModel> {
  const of = ({ kind }: KindModel): Wing => {
    const wing = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (wing === undefined) throw new Error(`no wing of the family ${family} knows models of kind ${kind}`);
    return wing;
  };
  return {
    family,
    certify: (model, question, candidate) => of(model).certify(model, question, candidate),
    flow: (model, players, candidate) => of(model).flow?.(model, players, candidate),
    arrays: (model, candidate) => of(model).arrays?.(model, candidate) ?? {},
  };
}
