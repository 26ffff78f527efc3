import { useReducedMotion } from "@mantine/hooks";

import { CHANNELS } from "../look/channels";
import { lineOf, pointOf, type Geometry } from "./geometry";
import classes from "./StageMap.module.css";
import { travels, type Moved } from "./transition";

const AT_ONCE = 24;

/** A dot in the channel's colour that runs along the way, for each of the latest movements. */
export function Travellers({ moves, geometry }: { moves: Moved[]; geometry: Geometry }) {
  const still = useReducedMotion();
  return (
    <div aria-hidden>
      {moves
        .filter(travels)
        .slice(0, AT_ONCE)
        .map((moved) => (
          <Traveller key={moved.id} moved={moved} geometry={geometry} still={still} />
        ))}
    </div>
  );
}

interface TravellerProps {
  moved: Moved;
  geometry: Geometry;
  still: boolean;
}

function Traveller({ moved, geometry, still }: TravellerProps) {
  const color = `var(--mantine-color-${moved.channel ? CHANNELS[moved.channel].color : "gray"}-filled)`;
  const { x, y } = pointOf(moved.to, "to", geometry);
  return (
    <>
      {!still && (
        <span
          className={classes.traveller}
          data-correction={moved.corrects ? true : undefined}
          style={{ background: color, offsetPath: `path("${lineOf(moved.from, moved.to, geometry)}")` }}
        />
      )}
      <span className={classes.ripple} style={{ left: x, top: y, borderColor: color }} />
    </>
  );
}
