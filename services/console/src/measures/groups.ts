import type { components } from "../api/schema";
import type { Definition, DefinitionInFull, Measure } from "../api/types";
import { happening } from "../i18n/happenings";
import type { I18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { isChannel } from "../look/channels";
import { titles } from "../plans/subject";

type Schemas = components["schemas"];
export type Dimension = Schemas["Dimension"];
export type Figure = Schemas["FigureView"];
export type Touchpoint = Schemas["TouchpointView"];
type Groups = Schemas["MeasuresView"]["groups"];
type Segment = Schemas["SegmentsView"]["items"][number];

export const DIMENSIONS = ["stage", "channel", "segment", "persona", "campaign", "reason", "queue", "touchpoint", "day"] as const satisfies readonly Dimension[];

/** A figure that opens to what it is made of. */
export interface Opened {
  title: string;
  measure: Measure;
  by: Dimension;
  group: string | null;
}

export interface Row {
  group: string | null;
  figure: Figure;
}

/** One measure's figure of each group: days as they came, stages as they are written, all others by what is behind them. */
export function rowsOf(groups: Groups, measure: Measure, by: Dimension, stages: readonly string[]): Row[] {
  const rows = groups.flatMap(({ group, measures }) => {
    const figure = measures[measure];
    return figure ? [{ group, figure }] : [];
  });
  if (by === "day") return rows;
  if (by === "stage") return rows.sort((a, b) => place(stages, a.group) - place(stages, b.group));
  return rows.sort((a, b) => b.figure.count - a.figure.count);
}

function place(stages: readonly string[], group: string | null): number {
  const found = stages.indexOf(group ?? "");
  return found < 0 ? stages.length : found;
}

/** Where a bar begins and how long it is, in percent of a scale that holds all values and nought. */
export interface Bar {
  start: number;
  size: number;
}

export function barsOf(values: readonly number[]): Bar[] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const whole = high - low || 1;
  return values.map((value) => ({ start: (100 * (Math.min(0, value) - low)) / whole, size: (100 * Math.abs(value)) / whole }));
}

export interface Names {
  definition: Definition;
  full: DefinitionInFull | undefined;
  segments: readonly Segment[];
}

/** What a group is called. */
export function groupName(by: Dimension, group: string | null, { definition, full, segments }: Names, { t, language }: Pick<I18n, "t" | "language">): string {
  if (group === null) return t("measures.none");
  if (by === "stage") return titleIn(language, definition.stages.find(({ key }) => key === group)?.title, group);
  if (by === "segment") return titleIn(language, segments.find(({ key }) => key === group)?.title, group);
  if (by === "persona") return titleIn(language, titles(full?.personas?.find(({ key }) => key === group)?.title), group);
  if (by === "channel") return isChannel(group) ? t(`channel.${group}`) : group;
  return by === "touchpoint" ? happening(group, language) : group;
}
