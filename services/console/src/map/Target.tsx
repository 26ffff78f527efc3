import { IconCheck, IconTargetArrow } from "@tabler/icons-react";

import { useI18n } from "../i18n/I18n";
import classes from "./Map.module.css";

/** What is wanted, and whether it is so. */
export function Target({ text, met, plain }: { text: string; met: boolean; plain?: boolean }) {
  const { t } = useI18n();
  const Icon = met ? IconCheck : IconTargetArrow;
  return (
    <span className={classes.goal} data-met={met || undefined} title={t(met ? "map.met" : "map.missed")}>
      <Icon size={13} aria-label={t(met ? "map.met" : "map.missed")} />
      {plain ? text : t("map.target", { what: text })}
    </span>
  );
}
