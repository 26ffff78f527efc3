import type { Measure } from "../api/types";

/** A figure on the map that opens to what is behind it: a measure or a pain point, in a stage. */
export type Figure = { title: string } & ({ measure: Measure; stage: string } | { pain: string; stage: string });

export type Open = (figure: Figure) => void;
