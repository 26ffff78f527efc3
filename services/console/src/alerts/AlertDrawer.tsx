import { Skeleton } from "@mantine/core";

import { useAlert } from "../api/queries";
import type { Alert } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { figure } from "../live/alerts";
import { AlertPicture } from "../live/AlertPicture";
import { Customers } from "../map/Customers";
import { SideDrawer } from "../shell/SideDrawer";
import { Time } from "../text/Time";
import { useBehindAlert } from "./asking";

interface AlertDrawerProps {
  journey: string;
  /** Null closes it. */
  alert: Alert | null;
  onClose: () => void;
}

/** How the measure went around an alert, and the customers behind it. */
export function AlertDrawer({ journey, alert, onClose }: AlertDrawerProps) {
  const { t, language } = useI18n();
  return (
    <SideDrawer title={alert && t("facts.title", { what: titleIn(language, alert.title, alert.key) })} onClose={onClose}>
      {alert && (
        <>
          <Around journey={journey} alert={alert} />
          <Behind journey={journey} alert={alert} />
        </>
      )}
    </SideDrawer>
  );
}

function Around({ journey, alert }: { journey: string; alert: Alert }) {
  const { t, language } = useI18n();
  const { data } = useAlert(journey, alert.id);
  if (!data) return <Skeleton height={60} mb="md" />;
  const { value, usual } = alert.reading;
  const said = { title: titleIn(language, alert.title, alert.key), now: figure(value, alert.unit, language), usual: figure(usual, alert.unit, language) };
  return <AlertPicture series={data.series} unit={alert.unit} label={t("history.picture", said)} />;
}

function Behind({ journey, alert }: { journey: string; alert: Alert }) {
  const { t, language } = useI18n();
  return (
    <Customers
      journey={journey}
      found={useBehindAlert(journey, alert.id)}
      nobody={t("alerts.nobody")}
      columns={[
        { title: t("way.when"), cell: ({ at }) => <Time iso={at} /> },
        {
          title: t("facts.value"),
          cell: ({ value }) => value.toLocaleString(language, { maximumFractionDigits: 1 }),
          numbers: true,
        },
      ]}
    />
  );
}
