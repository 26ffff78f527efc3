import { VisuallyHidden } from "@mantine/core";

import { useOpenAlerts } from "../api/queries";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { Section } from "../shell/Section";
import { AlertItem } from "./AlertItem";
import classes from "./Alerts.module.css";
import type { Titles } from "./titles";

/** The stages in trouble; whoever cannot see them is told when they change. Nothing takes place where there are none. */
export function Alerts({ journey, titles }: { journey: string; titles: Titles }) {
  const { t, language } = useI18n();
  const { data } = useOpenAlerts(journey);
  const open = data?.items ?? [];
  const told = open.map(({ title, key }) => titleIn(language, title, key)).join(", ");
  return (
    <>
      <VisuallyHidden role="status">
        {data && (open.length === 0 ? t("alerts.none") : t("alerts.told", { n: open.length, told }))}
      </VisuallyHidden>
      {open.length > 0 && (
        <Section title={t("alerts.title")}>
          <ul className={classes.alerts}>
            {open.map((alert) => (
              <AlertItem key={alert.id} journey={journey} alert={alert} titles={titles} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
