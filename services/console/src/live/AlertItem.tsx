import { Anchor, Skeleton, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown } from "@tabler/icons-react";
import { useId, useState } from "react";
import { Link } from "wouter";

import { useAlert, useAlertCustomers } from "../api/queries";
import type { Alert } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { duration } from "../text/time";
import { Time } from "../text/Time";
import { AlertPicture } from "./AlertPicture";
import { figure } from "./alerts";
import classes from "./Alerts.module.css";
import type { Titles } from "./titles";

const SHOWN = 8;

/** One open alert: what is far from usual, since when, and who is behind it. */
export function AlertItem({ journey, alert, titles }: { journey: string; alert: Alert; titles: Titles }) {
  const { t, language } = useI18n();
  const [opened, setOpened] = useState(false);
  const { data } = useAlert(journey, alert.id);
  const details = useId();
  const now = data?.series.at(-1) ?? alert.reading;
  const title = titleIn(language, alert.title, alert.key);
  const said = {
    now: figure(now.value, alert.unit, language),
    usual: figure(now.usual, alert.unit, language),
    window: duration(now.window_seconds, language),
  };
  return (
    <li className={classes.alert} data-side={alert.side}>
      <div className={classes.head}>
        <IconAlertTriangle size={20} className={classes.icon} aria-hidden />
        <div className={classes.what}>
          <Text fw={600}>{title}</Text>
          <Text fz="sm" c="dimmed">
            {titles.of(alert.stage)} · {t(`alerts.${alert.measure}`)} · {t("alerts.since")} <Time iso={alert.since} form="moment" />
          </Text>
          <Text fz="sm" className="numbers">
            <strong>{t(`alerts.now.${alert.unit}`, said)}</strong> {t("alerts.usual", said)}
          </Text>
        </div>
        {data && <AlertPicture series={data.series} unit={alert.unit} label={t("alerts.picture", { title, ...said })} />}
        <UnstyledButton
          className={classes.more}
          aria-expanded={opened}
          aria-controls={details}
          aria-label={t("alerts.customers.of", { title })}
          onClick={() => setOpened(!opened)}
        >
          {t("alerts.customers")} <IconChevronDown size={15} className={classes.chevron} aria-hidden />
        </UnstyledButton>
      </div>
      <div id={details} hidden={!opened}>
        {opened && <Customers journey={journey} alert={alert.id} />}
      </div>
    </li>
  );
}

function Customers({ journey, alert }: { journey: string; alert: string }) {
  const { t, language } = useI18n();
  const { data } = useAlertCustomers(journey, alert, SHOWN);
  if (!data) return <Skeleton height={60} mt="xs" />;
  if (data.items.length === 0) return <Text fz="sm">{t("alerts.nobody")}</Text>;
  return (
    <ul className={classes.customers}>
      {data.items.map(({ profile_id, at, value }, place) => (
        <li key={place}>
          <Anchor component={Link} href={`/agent/${profile_id}`} fz="sm">
            {t("alerts.customer", { id: profile_id.slice(-6) })}
          </Anchor>{" "}
          <Text span fz="xs" c="dimmed" className="numbers">
            <Time iso={at} form="moment" /> · {value.toLocaleString(language, { maximumFractionDigits: 1 })}
          </Text>
        </li>
      ))}
      {data.next !== null && <li>{t("alerts.more")}</li>}
    </ul>
  );
}
