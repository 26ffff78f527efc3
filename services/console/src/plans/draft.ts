import type { Plan, PlanWish } from "../api/types";
import { sideOf, subjectOf, unitOf, wordOf } from "./subject";
import { toService, toWritten } from "./units";

/** A plan as it is being written: what stands in each field of the form. */
export interface Draft {
  about: string;
  stage: string;
  what: string;
  owner: string;
  side: "at_most" | "at_least";
  value: string | number;
  since: string;
  until: string;
}

export type Field = keyof Draft;
export type Errors = Partial<Record<Field | "whole", string>>;

/** The form for a new plan, perhaps about a pain point in a stage; it begins today. */
export function blank(about: string, stage: string, now: number): Draft {
  return { about, stage, what: "", owner: "", side: sideOf(about), value: "", since: localDay(new Date(now)), until: "" };
}

export function draftOf(plan: Plan): Draft {
  const { at_least: least, at_most: most } = plan.target;
  const value = least ?? most;
  return {
    about: wordOf(plan),
    stage: plan.stage ?? "",
    what: plan.what,
    owner: plan.owner,
    side: least == null ? "at_most" : "at_least",
    value: value == null ? "" : toWritten(value, plan.unit),
    since: localDay(new Date(plan.since)),
    until: plan.until ? localDay(new Date(plan.until)) : "",
  };
}

/** Which fields still have to be filled in. */
export function missing(draft: Draft): Field[] {
  const needed: Field[] = ["about", "what", "owner", "since"];
  const empty = needed.filter((field) => String(draft[field]).trim() === "");
  return toService(draft.value, unitOf(draft.about)) === null ? [...empty, "value"] : empty;
}

/** What is asked of the service; days begin at midnight of the reader's own. A day that was not changed keeps its time. */
export function wishOf(draft: Draft, old: Plan | null): PlanWish {
  const value = toService(draft.value, unitOf(draft.about));
  return {
    ...subjectOf(draft.about),
    stage: draft.stage || null,
    what: draft.what.trim(),
    owner: draft.owner.trim(),
    target: { [draft.side]: value },
    since: moment(draft.since, old?.since),
    until: draft.until ? moment(draft.until, old?.until) : null,
  };
}

const OF_SERVICE: Readonly<Record<string, Field>> = {
  pain_point: "about",
  measure: "about",
  stage: "stage",
  what: "what",
  owner: "owner",
  target: "value",
  since: "since",
  until: "until",
};

/** A refusal at the field that it names, else at the whole. */
export function refusedAt(field: string | null | undefined, detail: string): Errors {
  return { [OF_SERVICE[field?.split(".")[0] ?? ""] ?? "whole"]: detail };
}

function moment(day: string, known: string | null | undefined): string {
  if (known && localDay(new Date(known)) === day) return known;
  return new Date(`${day}T00:00:00`).toISOString();
}

function localDay(date: Date): string {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
}
