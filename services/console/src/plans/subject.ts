import type { DefinitionInFull, Measure, PlanWish } from "../api/types";
import type { I18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";

export const UNITS = {
  wait: "seconds",
  handle: "seconds",
  transfers: "transfers",
  reidentified: "share",
  channel_switches: "share",
  repeat_contacts: "share",
  first_contact_resolution: "share",
  containment: "share",
  leakage: "share",
  preventable: "share",
  promise_gap: "share",
  nps: "points",
  csat: "percent",
  ces: "points",
  emotion: "share",
  churn_risk: "share",
  satisfaction_change: "share",
  time_in_stage: "seconds",
  effort: "weight",
  progress: "stages",
} as const satisfies Record<Measure, string>;

export const MEASURES = Object.keys(UNITS) as Measure[];

/** Those of which more is better; of all others, less. */
const MORE: readonly string[] = [
  ...(["first_contact_resolution", "containment", "nps", "csat", "ces", "emotion", "satisfaction_change", "progress"] satisfies Measure[]),
];

/** A subject as one word: `pain:long_wait` or `measure:wait`. */
export function wordOf({ pain_point, measure }: Pick<PlanWish, "pain_point" | "measure">): string {
  return pain_point ? `pain:${pain_point}` : measure ? `measure:${measure}` : "";
}

export function subjectOf(word: string): Pick<PlanWish, "pain_point" | "measure"> {
  const [kind, key = ""] = word.split(":");
  return kind === "pain" ? { pain_point: key, measure: null } : { pain_point: null, measure: key as Measure };
}

export function unitOf(word: string): string {
  const { measure } = subjectOf(word);
  return measure ? UNITS[measure] : "share";
}

export function sideOf(word: string): "at_most" | "at_least" {
  return MORE.includes(subjectOf(word).measure ?? "") ? "at_least" : "at_most";
}

/** What a plan is about, in words. */
export function aboutOf(
  wish: Pick<PlanWish, "pain_point" | "measure" | "stage">,
  definition: DefinitionInFull | undefined,
  { t, language }: Pick<I18n, "t" | "language">,
): string {
  const pain = definition?.pain_points?.find(({ key }) => key === wish.pain_point);
  const what = wish.measure
    ? t(`measure.${wish.measure}`)
    : titleIn(language, titles(pain?.title), named(wish.pain_point ?? ""));
  const stage = definition?.stages.find(({ key }) => key === wish.stage);
  return wish.stage ? `${what} · ${titleIn(language, titles(stage?.title), named(wish.stage))}` : what;
}

type Title = DefinitionInFull["title"];

export function titles(title: Title | null | undefined): Record<string, string> | undefined {
  if (!title) return undefined;
  return { en: title.en, ...(title.he ? { he: title.he } : {}) };
}

/** A key as words, as the service does it for what has no title. */
export function named(key: string): string {
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
