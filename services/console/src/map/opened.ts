import type { Measure } from "../api/types";

/** A figure on the map that opens to what is behind it: a measure in a stage, or a pain point. */
export type Figure = { title: string } & ({ measure: Measure; stage: string } | { pain: string });

export type Open = (figure: Figure) => void;
