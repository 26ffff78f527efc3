import type { Decision, DecisionRequest, Identifier, WithdrawalTrial } from "../../api/types";

/** What a steward is about to decide; an end that is null is to be chosen first. */
export type Proposal =
  | { kind: "confirm" | "separate"; a: Identifier | null; b: Identifier | null }
  | { kind: "withdraw"; decision: Decision };

export type Request = DecisionRequest | WithdrawalTrial;
