/** Heights of the emotion curve in one stage, from 0 (worst) to 1 (best): where it comes in, stands, and goes out. */
export interface Segment {
  from: number | null;
  at: number;
  to: number | null;
}

/** One segment for each stage that has a value; the curve meets half-way between neighbours, and stops where nothing is known. */
export function segments(values: readonly (number | null)[]): (Segment | null)[] {
  const between = (one: number | null | undefined, other: number) => (one == null ? null : (one + other) / 2);
  return values.map((at, place) => at === null ? null : { from: between(values[place - 1], at), at, to: between(values[place + 1], at) });
}

/** As an SVG path in a box of 100 by 100. */
export function path({ from, at, to }: Segment): string {
  const y = (height: number) => Math.round(1000 * (1 - height)) / 10;
  const start = from === null ? `M50 ${y(at)}` : `M0 ${y(from)} L50 ${y(at)}`;
  return to === null ? start : `${start} L100 ${y(to)}`;
}
