import { IconClockHour4, IconHeadset, IconServer2 } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Blueprint as Shape } from "../api/types";
import { useI18n } from "../i18n/I18n";
import type { Key } from "../i18n/en";
import { titleIn } from "../i18n/language";
import { duration } from "../text/time";
import { Figure } from "./Figure";
import { Interactions } from "./Interactions";
import classes from "./Map.module.css";
import type { Open } from "./opened";
import { StageHead } from "./StageHead";
import { Touchpoints } from "./Touchpoints";

type Stage = Shape["stages"][number];

const LANES: readonly { key: Key; line?: Key; cell: (stage: Stage, open: Open) => ReactNode }[] = [
  { key: "blueprint.customer", cell: (stage, open) => <Touchpoints touchpoints={stage.customer} stage={stage} open={open} /> },
  { key: "blueprint.front", line: "blueprint.interaction", cell: (stage, open) => <Front stage={stage} open={open} /> },
  { key: "blueprint.back", line: "blueprint.visibility", cell: (stage, open) => <Back stage={stage} open={open} /> },
  { key: "blueprint.systems", line: "blueprint.internal", cell: (stage, open) => <Systems stage={stage} open={open} /> },
];

/** Lanes from the customer down to the systems, with the three lines that part them. */
export function Blueprint({ map, open }: { map: Shape; open: Open }) {
  const { t, language } = useI18n();
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
        {LANES.map(({ key, line, cell }) => (
          <tbody key={key}>
            {line && (
              <tr className={classes.parting}>
                <td colSpan={map.stages.length + 1}>{t(line)}</td>
              </tr>
            )}
            <tr>
              <th scope="row">{t(key)}</th>
              {map.stages.map((stage) => (
                <td key={stage.key}>{cell(stage, open)}</td>
              ))}
            </tr>
          </tbody>
        ))}
      </table>
    </div>
  );
}

interface LaneProps {
  stage: Stage;
  open: Open;
}

/** Who serves customers face to face, and what we send them. */
function Front({ stage, open }: LaneProps) {
  const { served, front_stage: told } = stage;
  const { t, language } = useI18n();
  const serving = served.filter(({ handle }) => handle);
  return (
    <>
      {serving.map(({ queue, handle, transfers }) => (
        <div key={queue} className={classes.backstage}>
          <IconHeadset size={15} aria-label={t("map.agents")} />
          <span className="whole">
            <bdi>{queue ?? t("map.agents")}</bdi> ·{" "}
            <Figure measure="handle" stage={stage} cell={{ queue }} open={open}>
              {t("blueprint.served", { n: handle?.count ?? 0, time: duration(handle?.mean ?? 0, language) })}
            </Figure>
            {transfers !== null && transfers.mean > 0 && (
              <>
                {" · "}
                <Figure measure="transfers" stage={stage} cell={{ queue }} open={open}>
                  {t("blueprint.transfers", { n: Math.round(transfers.mean * transfers.count) })}
                </Figure>
              </>
            )}
          </span>
        </div>
      ))}
      {(told.length > 0 || serving.length === 0) && <Touchpoints touchpoints={told} stage={stage} open={open} />}
    </>
  );
}

/** Where customers queue, and what happens without their seeing it. */
function Back({ stage, open }: LaneProps) {
  const { served, back_stage: done } = stage;
  const { t, language } = useI18n();
  const waiting = served.filter(({ wait }) => wait);
  return (
    <>
      {waiting.map(({ queue, wait }) => (
        <div key={queue} className={classes.backstage}>
          <IconClockHour4 size={15} aria-label={t("map.wait")} />
          <span className="whole">
            <bdi>{queue ?? t("blueprint.queue")}</bdi> ·{" "}
            <Figure measure="wait" stage={stage} cell={{ queue }} open={open}>
              {t("blueprint.waited", { n: wait?.count ?? 0, time: duration(wait?.mean ?? 0, language) })}
            </Figure>
          </span>
        </div>
      ))}
      {(done.length > 0 || waiting.length === 0) && <Touchpoints touchpoints={done} stage={stage} open={open} />}
    </>
  );
}

function Systems({ stage, open }: LaneProps) {
  const { t } = useI18n();
  const { systems } = stage;
  if (systems.length === 0) return <span className={classes.fine}>–</span>;
  return systems.map(({ system, interactions }) => (
    <div key={system} className={classes.backstage}>
      <IconServer2 size={15} aria-label={t("map.systems")} />
      <span className={`whole ${classes.what ?? ""}`}>
        <bdi>{system}</bdi>
      </span>
      <Interactions what={system} stage={stage} cell={{ system }} n={interactions} open={open} />
    </div>
  ));
}
