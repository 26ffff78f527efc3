import type { I18n } from "../../i18n/I18n";
import type { Identifier } from "../../api/types";
import type { Errors } from "./fields";
import type { Proposal, Request } from "./proposal";

/** How many letters the service wants at least, and takes at most. */
export const LEAST_REASON = 3;
export const MOST_REASON = 500;

/** What stands in the form. */
export interface Filled {
  a: Identifier | undefined;
  b: Identifier | undefined;
  reason: string;
}

/** What to ask the service for, or what is still missing and where. */
export function requestOf(proposal: Proposal, filled: Filled, t: I18n["t"]): { request: Request } | { errors: Errors } {
  const reason = filled.reason.trim();
  const because = reason.length < LEAST_REASON ? { reason: t("decide.reason.missing") } : {};
  if (proposal.kind === "withdraw") {
    if (because.reason) return { errors: because };
    return { request: { kind: "withdraw", decision: proposal.decision.id, reason } };
  }
  const { a, b } = filled;
  const ends = a && b?.value.trim() ? null : { b: t("decide.b.missing") };
  if (ends || because.reason) return { errors: { ...ends, ...because } };
  return { request: { kind: proposal.kind, a: bare(a), b: bare(b), reason } };
}

function bare(identifier: Identifier | undefined): Identifier {
  return { namespace: identifier?.namespace ?? "", value: identifier?.value.trim() ?? "" };
}
