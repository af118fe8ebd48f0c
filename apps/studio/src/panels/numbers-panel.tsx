import { layers } from "../state/studio.ts";
import type { GameDescription } from "../engine/protocol.ts";
import { digits, power } from "../text/words.ts";
import { Mathematics } from "../text/mathematics.tsx";

/** The named numbers of each answer, with closed forms and their distance where known. */
export function NumbersPanel({ description }: { readonly description: GameDescription }) {
  const shown = layers.value;
  const names = description.quantities
    .map(({ name }) => name)
    .filter((name) => shown.some(({ answer }) => answer.fields[name]?.axes.length === 0));
  if (names.length === 0) return <p class="note">computing…</p>;
  const exact = shown[0]?.answer.fields;
  const known = names.some((name) => exact?.[name]?.exact !== undefined);
  return (
    <div class="scroll" role="group" aria-label="Table of numbers" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">quantity</th>
            {shown.map(({ label }) => (
              <th key={label} scope="col" class="number">
                {label}
              </th>
            ))}
            {known && (
              <>
                <th scope="col" class="number">
                  exact
                </th>
                <th scope="col" class="number">
                  error
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const definition = description.quantities.find((quantity) => quantity.name === name);
            const closed = exact?.[name]?.exact?.[0];
            const own = exact?.[name]?.value[0];
            return (
              <tr key={name} title={definition?.story}>
                <th scope="row">
                  {definition?.title ?? name}{" "}
                  {definition?.symbol !== undefined && <Mathematics tex={definition.symbol} />}
                  {definition?.unit !== undefined && <span class="unit"> {definition.unit}</span>}
                </th>
                {shown.map(({ label, answer }) => {
                  const value = answer.fields[name]?.value[0];
                  return (
                    <td key={label} class="number">
                      {value === undefined ? (answer.document === null ? "…" : "—") : digits(value, 8)}
                    </td>
                  );
                })}
                {known && (
                  <>
                    <td class="number">{closed === undefined ? "" : digits(closed, 8)}</td>
                    <td class="number">
                      {closed === undefined || own === undefined ? "" : power(Math.abs(own - closed))}
                    </td>
                  </>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
