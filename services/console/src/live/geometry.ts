/** Where the stages stand in the map and along which lines customers move; in pixels, left to right. */
export interface Geometry {
  width: number;
  stages: readonly string[];
  mirrored: boolean;
}

export interface Point {
  x: number;
  y: number;
}

export const MAP_HEIGHT = 300;
const MIDDLE = 150;
const EDGE = 26;
const LEAST = 52;
const MOST = 104;
const LOOP = 70;
const THICKEST = 10;
const FARTHEST_BEND = 2 * (MIDDLE - THICKEST);
const NEAREST_BEND_BACK = 200;

/** The place of a stage; before the first is where journeys start, behind the last is where they end. */
export function pointOf(stage: string | null, end: "from" | "to", { width, stages, mirrored }: Geometry): Point {
  const across = width - 2 * EDGE;
  const index = stage === null ? (end === "from" ? -1 : stages.length) : Math.max(0, stages.indexOf(stage));
  const share = index < 0 ? 0 : index >= stages.length ? 1 : (index + 0.75) / (stages.length + 0.5);
  const x = EDGE + share * across;
  return { x: mirrored ? width - x : x, y: MIDDLE };
}

/** The diameter of a stage: its area grows with how many are there. */
export function sizeOf(now: number, most: number): number {
  return LEAST + (MOST - LEAST) * Math.sqrt(most > 0 ? now / most : 0);
}

/** The line of a movement, as an SVG path: onwards straight or above, back below, again a loop. */
export function lineOf(from: string | null, to: string | null, geometry: Geometry): string {
  const a = pointOf(from, "from", geometry);
  const b = pointOf(to, "to", geometry);
  if (from !== null && from === to) {
    return `M ${a.x} ${a.y} C ${a.x - LOOP} ${a.y - 1.9 * LOOP}, ${a.x + LOOP} ${a.y - 1.9 * LOOP}, ${a.x} ${a.y}`;
  }
  const steps = stepsBetween(from, to, geometry.stages);
  const bend = steps === 1 ? 0 : steps > 1 ? -above(steps) : below(-steps, geometry.stages.length);
  return `M ${a.x} ${a.y} Q ${(a.x + b.x) / 2} ${MIDDLE + bend}, ${b.x} ${b.y}`;
}

function stepsBetween(from: string | null, to: string | null, stages: readonly string[]): number {
  const start = from === null ? -1 : stages.indexOf(from);
  const end = to === null ? stages.length : stages.indexOf(to);
  return end - start;
}

// An arc reaches half as far as it bends, and has to stay on the map with half its thickness.
function above(steps: number): number {
  return Math.min(60 + 50 * steps, FARTHEST_BEND);
}

function below(steps: number, stages: number): number {
  const share = Math.min(steps / Math.max(1, stages - 1), 1);
  return NEAREST_BEND_BACK + share * (FARTHEST_BEND - NEAREST_BEND_BACK);
}

/** How thick the line of so many movements is. */
export function thicknessOf(count: number, most: number): number {
  return 1.5 + (THICKEST - 1.5) * Math.sqrt(most > 0 ? count / most : 0);
}
