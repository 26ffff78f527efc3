/** Equal values in a row, as one: where they begin, and how many there are. */
export interface Stretch {
  value: string;
  from: number;
  length: number;
}

export function stretches(values: readonly string[]): Stretch[] {
  const found: Stretch[] = [];
  values.forEach((value, place) => {
    const last = found.at(-1);
    if (last?.value === value) last.length += 1;
    else found.push({ value, from: place, length: 1 });
  });
  return found;
}
