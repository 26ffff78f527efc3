import type { Key } from "../i18n/en";
import { UNITS } from "../plans/subject";
import type { Figure } from "./opened";

/** What the values behind a figure are in. */
export function unitOf(figure: Figure): string {
  if ("measure" in figure) return UNITS[figure.measure];
  return "plan" in figure ? figure.unit : "weight";
}

/** The name of what each line behind a figure says of itself. */
export function saidKey(figure: Figure): Key {
  if ("interactions" in figure) return "way.what";
  if ("funnel" in figure || "dropOff" in figure) return "opens.where";
  return "cameTo" in figure || "from" in figure ? "opens.channel" : "facts.value";
}
