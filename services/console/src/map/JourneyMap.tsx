import type { ReactNode } from "react";

import type { JourneyMap as Shape, MapStage, StageFigures } from "../api/types";
import { useI18n } from "../i18n/I18n";
import type { Key } from "../i18n/en";
import { titleIn } from "../i18n/language";
import { Behind } from "./Behind";
import { Crowd } from "./Crowd";
import { segments } from "./curve";
import { Emotion } from "./Emotion";
import type { Open } from "./opened";
import classes from "./Map.module.css";
import { Pains, type Act } from "./Pains";
import { StageHead } from "./StageHead";
import { Stay, Wait } from "./Times";
import { Touchpoints } from "./Touchpoints";

interface JourneyMapProps {
  map: Shape;
  /** Percentiles and other figures by stage, once they are there. */
  figures: ReadonlyMap<string, StageFigures>;
  act: Act | null;
  open: Open;
}

type Cell = (stage: MapStage, shown: Omit<JourneyMapProps, "map">) => ReactNode;

const ROWS: readonly { key: Key; cell: Cell }[] = [
  { key: "map.customers", cell: (stage, { open }) => <Crowd stage={stage} open={open} /> },
  { key: "map.touchpoints", cell: (stage, { open }) => <Touchpoints touchpoints={stage.touchpoints} stage={stage} open={open} /> },
  { key: "map.wait", cell: (stage, { figures, open }) => <Wait stage={stage} figures={figures.get(stage.key)} open={open} /> },
  { key: "map.stay", cell: (stage, { figures, open }) => <Stay stage={stage} figures={figures.get(stage.key)} open={open} /> },
  { key: "map.pains", cell: (stage, { act, open }) => <Pains stage={stage} act={act} open={open} /> },
];

/** Stages side by side, in the order of reading; what the customer does not see stands below the line. */
export function JourneyMap({ map, ...shown }: JourneyMapProps) {
  const { t, language } = useI18n();
  const curve = segments(map.stages.map(({ emotion }) => emotion?.mean ?? null));
  return (
    <div className={`card ${classes.scroll}`} role="region" aria-label={titleIn(language, map.title, map.journey)} tabIndex={0}>
      <table className={classes.map}>
        <thead>
          <tr>
            <td />
            {map.stages.map((stage) => (
              <th key={stage.key} scope="col">
                <StageHead stage={stage} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className={classes.curve}>
            <th scope="row">{t("map.emotion")}</th>
            {map.stages.map((stage, place) => (
              <td key={stage.key}>
                <Emotion segment={curve[place] ?? null} words={stage.emotion?.count ?? 0} target={stage.targets?.emotion ?? null} stage={stage} open={shown.open} />
              </td>
            ))}
          </tr>
          {ROWS.map(({ key, cell }) => (
            <tr key={key}>
              <th scope="row">{t(key)}</th>
              {map.stages.map((stage) => (
                <td key={stage.key}>{cell(stage, shown)}</td>
              ))}
            </tr>
          ))}
          <tr className={classes.behind}>
            <th scope="row">{t("map.behind")}</th>
            {map.stages.map((stage) => (
              <td key={stage.key}>
                <Behind stage={stage} open={shown.open} />
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}
