import { address, go, refusal, setOption, started } from "../state/studio.ts";
import { ParameterField } from "./parameter-field.tsx";

/** The solver, its options, the seed. */
export function Method() {
  const now = address.value;
  const known = started.value;
  if (known === null) return null;
  const { solver, fitting, options } = known;
  const fault = refusal.value;
  return (
    <details class="method">
      <summary>Method: {solver.title}</summary>
      <label class="row">
        <span class="meaning">solver</span>
        <select
          value={solver.name}
          onChange={(event) => {
            const name = event.currentTarget.value;
            go({ solver: name === fitting[0]?.name ? undefined : name, options: {} });
          }}
        >
          {fitting.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <p class="note">{solver.story}</p>
      <p class="note">{solver.reference}</p>
      {Object.entries(solver.options).map(([name, facts]) => (
        <ParameterField
          key={name}
          name={name}
          facts={facts}
          value={now.options[name] ?? options[name]}
          usual={facts.default}
          refused={fault?.field === `option ${name}` ? fault.message : undefined}
          set={(value) => setOption(name, value)}
        />
      ))}
      <label class="row">
        <span class="meaning">seed of all random numbers</span>
        <input
          type="number"
          min={0}
          step={1}
          value={now.seed}
          onChange={(event) => go({ seed: Math.max(0, Math.trunc(Number(event.currentTarget.value)) || 0) })}
        />
      </label>
      <label class="row">
        <span class="meaning">most iterations</span>
        <input
          type="number"
          min={1}
          step={1}
          placeholder="1000"
          value={now.maximumIterations ?? ""}
          onChange={(event) => {
            const asked = Math.trunc(Number(event.currentTarget.value));
            go({ maximumIterations: asked >= 1 ? asked : undefined });
          }}
        />
      </label>
    </details>
  );
}
