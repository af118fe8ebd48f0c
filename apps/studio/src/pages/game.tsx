import type { ComponentType, VNode } from "preact";
import { useMemo } from "preact/hooks";
import { Method } from "../controls/method.tsx";
import { ParameterField } from "../controls/parameter-field.tsx";
import { Question } from "../controls/question.tsx";
import { StartEditor } from "../controls/start-editor.tsx";
import { Transport } from "../controls/transport.tsx";
import type { GameDescription } from "../engine/protocol.ts";
import { AgentsPanel } from "../panels/agents-panel.tsx";
import { BarsPanel } from "../panels/bars-panel.tsx";
import { picturesOf } from "../panels/choose.ts";
import type { Picture, PictureKind } from "../panels/choose.ts";
import { ConvergencePanel } from "../panels/convergence-panel.tsx";
import { HeatPanel } from "../panels/heat-panel.tsx";
import { LinesPanel } from "../panels/lines-panel.tsx";
import { NumbersPanel } from "../panels/numbers-panel.tsx";
import { Panel } from "../panels/panel.tsx";
import { PlanePanel } from "../panels/plane-panel.tsx";
import { PlayedPanel } from "../panels/played-panel.tsx";
import { RoadsPanel } from "../panels/roads-panel.tsx";
import { SimplexPanel } from "../panels/simplex-panel.tsx";
import { StackPanel } from "../panels/stack-panel.tsx";
import { address, answer, description, fault, go, refusal, setParameter, started, usualOf } from "../state/studio.ts";
import { Editor } from "../own/editor.tsx";
import { Mathematics } from "../text/mathematics.tsx";
import { Share } from "./share.tsx";
import { Verdict } from "./verdict.tsx";

const panels: Readonly<Record<PictureKind, ComponentType<{ picture: Picture }>>> = {
  lines: LinesPanel,
  bars: BarsPanel,
  heat: HeatPanel,
  plane: PlanePanel,
  stack: StackPanel,
  simplex: SimplexPanel,
  roads: RoadsPanel,
};

/** Pictures that stand on the page at once; more are a click away. */
const first = 6;

export function GamePage() {
  const known = description.value;
  const own = address.value.page === "own" && address.value.embed === undefined;
  if (known === null) {
    const no = refusal.value;
    // A game that cannot be read yet can still be mended.
    if (own) {
      return (
        <div class="game">
          <aside class="controls" aria-label="Controls">
            <Editor />
          </aside>
          <div class="stage">{no === null && fault.value === null ? <p class="waiting">reading…</p> : <Verdict />}</div>
        </div>
      );
    }
    return no === null ? <p class="waiting">opening the game…</p> : <p class="waiting problem">{no.message}</p>;
  }
  if (address.value.embed !== undefined) return <Embedded description={known} />;
  return (
    <div class="game">
      <aside class="controls" aria-label="Controls">
        {own ? <Editor /> : null}
        <Story description={known} />
        <Presets description={known} />
        <Question description={known} />
        <Parameters description={known} />
        <Method />
      </aside>
      <div class="stage">
        <Verdict />
        <Transport />
        <Pictures description={known} />
        <Share />
      </div>
    </div>
  );
}

function Story({ description }: { readonly description: GameDescription }) {
  const sentences = description.story.match(/.*?[.!?](?=\s|$)/gs) ?? [description.story];
  return (
    <section class="story">
      <h1>{description.title}</h1>
      <p>{withCode(sentences.slice(0, 2).join(" "))}</p>
      <details>
        <summary>Equations and reference</summary>
        {sentences.length > 2 && <p>{withCode(sentences.slice(2).join(" "))}</p>}
        {description.equations.map(({ caption, tex }) => (
          <div key={caption} class="equation" role="group" aria-label={caption} tabIndex={0}>
            <span>{caption}</span>
            <Mathematics tex={tex} display />
          </div>
        ))}
        <p class="note">{description.reference}</p>
      </details>
    </section>
  );
}

/** Names between backticks, as stories write them, in the letters of code. */
function withCode(text: string): readonly (string | VNode)[] {
  return text.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
}

function Presets({ description }: { readonly description: GameDescription }) {
  const names = Object.entries(description.presets);
  if (names.length === 0) return null;
  const chosen = address.value.preset;
  // A link may name anything, `constructor` too.
  const preset = names.find(([name]) => name === chosen)?.[1];
  return (
    <div class="presets" role="group" aria-label="Presets">
      <button
        type="button"
        aria-pressed={chosen === undefined}
        onClick={() => go({ preset: undefined, set: {}, initial: undefined })}
      >
        defaults
      </button>
      {names.map(([name, preset]) => (
        <button
          key={name}
          type="button"
          aria-pressed={chosen === name}
          title={`${preset.title}: ${differences(preset.parameters)}`}
          onClick={() => go({ preset: name, set: {}, initial: undefined })}
        >
          {name}
        </button>
      ))}
      {preset !== undefined && (
        <p class="note">
          {preset.title}: {differences(preset.parameters)}
        </p>
      )}
    </div>
  );
}

/** A preset is its differences from the defaults. */
function differences(parameters: Readonly<Record<string, unknown>>): string {
  return (
    Object.entries(parameters)
      .map(([name, value]) => `${name} = ${shortened(typeof value === "string" ? value : JSON.stringify(value))}`)
      .join(", ") || "the defaults"
  );
}

/** Lists as long as a floor plan are not read as text. */
function shortened(text: string): string {
  return text.length > 48 ? `${text.slice(0, 45)}…` : text;
}

function Parameters({ description }: { readonly description: GameDescription }) {
  const { set } = address.value;
  // What the library made of them stands for what nobody has set.
  void started.value;
  const no = refusal.value;
  return (
    <fieldset class="parameters">
      <legend>Parameters</legend>
      {Object.entries(description.parameters).map(([name, facts]) => (
        <ParameterField
          key={name}
          name={name}
          facts={facts}
          value={Object.hasOwn(set, name) ? set[name] : usualOf(name)}
          usual={usualOf(name)}
          refused={no?.field === name || no?.field?.startsWith(`${name}.`) === true ? no.message : undefined}
          set={(value) => setParameter(name, value)}
        />
      ))}
    </fieldset>
  );
}

function usePictures(description: GameDescription): readonly Picture[] {
  const fields = answer.value?.fields;
  return useMemo(() => (fields === undefined ? [] : picturesOf(fields, description)), [fields, description]);
}

function Pictures({ description }: { readonly description: GameDescription }) {
  const pictures = usePictures(description);
  const [shown, more] = [pictures.slice(0, first), pictures.slice(first)];
  return (
    <>
      <div class="panels">
        {shown.slice(0, 1).map((picture) => (
          <Drawn
            key={picture.id}
            picture={picture}
            start={picture.role === "population" && address.value.page === "game"}
          />
        ))}
        {description.agents && <Agents />}
        {shown.slice(1).map((picture) => (
          <Drawn key={picture.id} picture={picture} />
        ))}
        {standingPanels(description).map(([id, title, body]) => (
          <Panel key={id} id={id} title={title} wide={id !== "convergence"}>
            {body}
          </Panel>
        ))}
      </div>
      {more.length > 0 && (
        <details class="more">
          <summary>{more.length} more quantities</summary>
          <div class="panels">
            {more.map((picture) => (
              <Drawn key={picture.id} picture={picture} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

function Agents() {
  const story = "Players of the limit game, each moving under the policy of the answer on luck of its own.";
  return (
    <Panel id="agents" title="Agents" story={story}>
      <AgentsPanel />
    </Panel>
  );
}

function Drawn({ picture, start = false }: { readonly picture: Picture; readonly start?: boolean }) {
  const Body = panels[picture.kind];
  return (
    <Panel
      id={picture.id}
      title={picture.title}
      symbol={picture.symbol}
      unit={picture.unit}
      story={picture.story}
      picture={picture}
    >
      <Body picture={picture} />
      {start && <StartEditor picture={picture} />}
    </Panel>
  );
}

/** Panels that every game has, or every game that is simulated, whatever its quantities. */
function standingPanels(description: GameDescription): readonly (readonly [id: string, title: string, body: VNode])[] {
  return [
    ["convergence", "Convergence", <ConvergencePanel key="convergence" />],
    ["numbers", "Numbers", <NumbersPanel key="numbers" description={description} />],
    ...(description.simulates
      ? ([["played", "The finite game, played", <PlayedPanel key="played" description={description} />]] as const)
      : []),
  ];
}

/** One panel alone, for frames in other pages. */
function Embedded({ description }: { readonly description: GameDescription }) {
  const pictures = usePictures(description);
  const { embed } = address.value;
  if (embed === "agents" && description.agents) return <Agents />;
  const standing = standingPanels(description).find(([id]) => id === embed);
  if (standing !== undefined) {
    const [id, title, body] = standing;
    return (
      <Panel id={id} title={title} wide>
        {body}
      </Panel>
    );
  }
  const picture = pictures.find(({ id }) => id === embed) ?? pictures[0];
  return picture === undefined ? <p class="waiting">solving…</p> : <Drawn picture={picture} />;
}
