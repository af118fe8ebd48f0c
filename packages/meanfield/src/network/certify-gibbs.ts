import type { Certificate, Question } from "../core/index.ts";
import type { NetworkCandidate } from "./candidate.ts";
import type { NetworkModel } from "./model.ts";

export function certifyGibbs(_model: NetworkModel, _question: Question, _candidate: NetworkCandidate): Certificate {
  throw new RangeError("later");
}
