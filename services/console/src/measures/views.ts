/** Ways to look at measures: told apart by something, or as steps forward and back. */
export const VIEWS = ["figures", "snakes"] as const;
export type View = (typeof VIEWS)[number];

export function viewOf(word: string | undefined): View {
  return VIEWS.find((view) => view === word) ?? "figures";
}

/** Where a view stands in the page; the first needs no word. */
export function measuresPath(journey: string, view: View): string {
  return view === "figures" ? `/measures/${journey}` : `/measures/${journey}/${view}`;
}
