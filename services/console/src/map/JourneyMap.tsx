import type { ReactNode } from "react";

import type { JourneyMap as Shape, MapStage } from "../api/types";
import { useI18n } from "../i18n/I18n";
import type { Key } from "../i18n/en";
import { titleIn } from "../i18n/language";
import { Behind } from "./Behind";
import { Crowd } from "./Crowd";
import { segments } from "./curve";
import { Emotion } from "./Emotion";
import classes from "./Map.module.css";
import { Pains } from "./Pains";
import { StageHead } from "./StageHead";
import { Stay, Wait } from "./Times";
import { Touchpoints } from "./Touchpoints";

const ROWS: readonly { key: Key; cell: (stage: MapStage) => ReactNode }[] = [
  { key: "map.customers", cell: (stage) => <Crowd stage={stage} /> },
  { key: "map.touchpoints", cell: (stage) => <Touchpoints touchpoints={stage.touchpoints} /> },
  { key: "map.wait", cell: (stage) => <Wait stage={stage} /> },
  { key: "map.stay", cell: (stage) => <Stay stage={stage} /> },
  { key: "map.pains", cell: (stage) => <Pains stage={stage} /> },
];

/** Stages side by side, in the order of reading; what the customer does not see stands below the line. */
export function JourneyMap({ map }: { map: Shape }) {
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
                <Emotion segment={curve[place] ?? null} words={stage.emotion?.count ?? 0} target={stage.targets?.emotion ?? null} />
              </td>
            ))}
          </tr>
          {ROWS.map(({ key, cell }) => (
            <tr key={key}>
              <th scope="row">{t(key)}</th>
              {map.stages.map((stage) => (
                <td key={stage.key}>{cell(stage)}</td>
              ))}
            </tr>
          ))}
          <tr className={classes.behind}>
            <th scope="row">{t("map.behind")}</th>
            {map.stages.map((stage) => (
              <td key={stage.key}>
                <Behind stage={stage} />
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}
