import { IconHeadset, IconServer2 } from "@tabler/icons-react";

import type { MapStage } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { duration } from "../text/time";
import { Figure } from "./Figure";
import classes from "./Map.module.css";
import type { Open } from "./opened";

/** The service blueprint's other half: who serves, for how long, and which systems stand behind. */
export function Behind({ stage, open }: { stage: MapStage; open: Open }) {
  const { queues, systems, handle } = stage;
  const { t, language } = useI18n();
  return (
    <>
      {(queues.length > 0 || handle) && (
        <div className={classes.backstage}>
          <IconHeadset size={15} aria-label={t("map.agents")} />
          <span className="whole">
            {queues.join(", ") || t("map.agents")}
            {handle && " · "}
            {handle && (
              <Figure measure="handle" stage={stage} open={open}>
                {t("map.handle", { time: duration(handle.mean, language) })}
              </Figure>
            )}
          </span>
        </div>
      )}
      {systems.length > 0 && (
        <div className={classes.backstage}>
          <IconServer2 size={15} aria-label={t("map.systems")} />
          <bdi className="whole">{systems.join(", ")}</bdi>
        </div>
      )}
    </>
  );
}
