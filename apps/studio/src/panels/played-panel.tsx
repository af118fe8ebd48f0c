import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { fromPosition, positions, toPosition } from "../controls/slider-scale.ts";
import type { GameDescription, PlayedGame } from "../engine/protocol.ts";
import {
  address,
  answer,
  askPlay,
  asked,
  playedFault,
  playedFor,
  playedGame,
  playedShare,
  stopPlay,
} from "../state/studio.ts";
import { Mathematics } from "../text/mathematics.tsx";
import { digits } from "../text/words.ts";
import { DefaultLaw } from "./default-law.tsx";
import { LivePlot } from "./live-plot.tsx";
import type { Line } from "./live-plot.tsx";
import { estimateRows } from "./played.ts";
import "../style/panels.css";

const playersRange = { low: 2, high: 1000, log: true, whole: true };
const pathsRange = { low: 10, high: 10_000, log: true, whole: true };
/** Games of a run that nobody asked for. */
const small = 30;
/** Seconds of a solve above which nothing is played unasked, for playing solves again. */
const light = 0.3;
/** Milliseconds after an answer before it is played unasked. */
const pause = 500;

/** Finitely many players who keep the limit's strategy, played many times: what it costs them, and a few of their paths. */
export function PlayedPanel({ description }: { readonly description: GameDescription }) {
  const [players, setPlayers] = useState(20);
  const [paths, setPaths] = useState(200);
  const host = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const whole = answer.value?.effort === "full" && answer.value.seconds < light;
  const question = asked.value;
  useEffect(() => {
    if (!seen || !whole || playedFor.peek() === question) return;
    const timer = setTimeout(() => {
      // What a person asked for meanwhile comes first.
      if (playedShare.peek() === null && playedFor.peek() !== question) askPlay(players, small);
    }, pause);
    return () => clearTimeout(timer);
  }, [seen, whole, question]);

  const played = playedGame.value;
  const share = playedShare.value;
  const fault = playedFault.value;
  return (
    <div ref={host}>
      <div class="numbers-asked">
        <Amount label="players" symbol="N" range={playersRange} value={players} set={setPlayers} />
        <Amount label="games played" symbol="M" range={pathsRange} value={paths} set={setPaths} />
        {share === null ? (
          // Two buttons, not one that changes under a finger.
          <button key="play" type="button" onClick={() => askPlay(players, paths)} disabled={answer.value === null}>
            Play it
          </button>
        ) : (
          <button key="stop" type="button" onClick={stopPlay}>
            Stop playing
          </button>
        )}
        {share !== null && <progress aria-label="Games played" max={1} value={share} />}
        {share === 0 && <span class="note">solving the limit…</span>}
      </div>
      {fault !== null && <p class="problem">not played: {fault}</p>}
      {played === null ? (
        fault === null && <p class="note">Nothing is played yet.</p>
      ) : (
        <Played played={played} description={description} stale={playedFor.value !== question} />
      )}
    </div>
  );
}

interface AmountProps {
  readonly label: string;
  readonly symbol: string;
  readonly range: typeof playersRange;
  readonly value: number;
  readonly set: (value: number) => void;
}

function Amount({ label, symbol, range, value, set }: AmountProps) {
  return (
    <label>
      <span class="meaning">{label}</span>
      <input
        type="range"
        min={0}
        max={positions}
        value={toPosition(range, value)}
        aria-valuetext={`${symbol} = ${value}`}
        onInput={(event) => set(fromPosition(range, Number(event.currentTarget.value)))}
      />
      <output>
        {symbol} = {value}
      </output>
    </label>
  );
}

interface PlayedProps {
  readonly played: PlayedGame;
  readonly description: GameDescription;
  /** Whether the question on the page is another one by now. */
  readonly stale: boolean;
}

function Played({ played, description, stale }: PlayedProps) {
  const { players, paths, defaults, sampleAxis, samples, remarks } = played;
  const limit = !stale && address.value.players === undefined ? answer.value?.fields : undefined;
  const rows = useMemo(() => estimateRows(played, limit), [played, limit]);
  const lines = useMemo(() => linesOf(played), [played]);
  const title = (name: string): string =>
    description.quantities.find((quantity) => quantity.name === name)?.title ?? sentence(name);
  const anyExact = rows.some(({ exact }) => exact !== undefined);
  const anyLimit = rows.some(({ limit }) => limit !== undefined);
  return (
    <div class={stale ? "played stale" : "played"}>
      <p class="note">
        {paths} games of {players} players who keep the strategy of the limit, each seeing what the others do
        {stale ? "; of the question before" : ""}.
      </p>
      <div class="scroll" role="group" aria-label="Table of estimates" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">quantity</th>
              <th scope="col" class="number">
                mean
              </th>
              <th scope="col" class="number">
                95 % interval
              </th>
              {anyExact && (
                <th scope="col" class="number">
                  exact, N = {players}
                </th>
              )}
              {anyLimit && (
                <th scope="col" class="number">
                  limit
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, estimate, exact, limit }) => (
              <tr key={name}>
                <th scope="row">{title(name)}</th>
                <td class="number">{digits(estimate.mean, 5)}</td>
                <td class="number">
                  {digits(estimate.low, 4)} … {digits(estimate.high, 4)}
                </td>
                {anyExact && <td class="number">{exact === undefined ? "" : digits(exact, 6)}</td>}
                {anyLimit && <td class="number">{limit === undefined ? "" : digits(limit, 6)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="beside">
        {lines.length > 0 && (
          <figure>
            <figcaption>
              {sampleAxis.title} <Mathematics tex={sampleAxis.symbol} /> of {lines.length - 1} of {players} players in
              one game, and the mean of all
            </figcaption>
            <LivePlot lines={lines} axis="t" label={`Paths of ${lines.length - 1} players and their mean`} />
          </figure>
        )}
        {defaults !== null && (
          <figure>
            <figcaption>Probability of so many defaults, level {digits(defaults.level, 4)}</figcaption>
            <DefaultLaw count={defaults.count} />
          </figure>
        )}
      </div>
      {samples.length > 0 &&
        remarks.map((remark) => (
          <p class="note" key={remark}>
            {remark}
          </p>
        ))}
    </div>
  );
}

function sentence(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** More paths hide each other. */
const mostPaths = 12;

/** Some players of the first game, and the mean over all of them. */
function linesOf({ t, samples }: PlayedGame): readonly Line[] {
  const [first] = samples;
  if (first === undefined || t.length < 2) return [];
  return [
    ...first.players
      .slice(0, mostPaths)
      .map((y, i): Line => ({ label: `player ${i + 1}`, x: t, y, colour: "muted", thin: true })),
    { label: "mean of all players", x: t, y: first.mean, colour: "#0072B2" },
  ];
}
