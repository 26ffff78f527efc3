import { Anchor, Button, Skeleton, Table, Text } from "@mantine/core";
import { Link } from "wouter";

import { useAlert } from "../api/queries";
import type { Alert } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { figure } from "../live/alerts";
import { AlertPicture } from "../live/AlertPicture";
import { wayPath } from "../map/kinds";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
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
          <Customers journey={journey} alert={alert} />
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

function Customers({ journey, alert }: { journey: string; alert: Alert }) {
  const { t, language } = useI18n();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useBehindAlert(journey, alert.id);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  const customers = data.pages.flatMap(({ items }) => items);
  if (customers.length === 0) return <Text c="dimmed">{t("alerts.nobody")}</Text>;
  return (
    <>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {(["facts.customer", "way.when", "facts.value"] as const).map((column) => (
              <Table.Th key={column} scope="col">
                {t(column)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {customers.map(({ profile_id: profile, at, value }, place) => (
            <Table.Tr key={place}>
              <Table.Td>
                <Anchor component={Link} href={wayPath(journey, profile)} fz="sm">
                  {t("facts.way", { id: profile.slice(-8) })}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Time iso={at} />
              </Table.Td>
              <Table.Td className="numbers">{value.toLocaleString(language, { maximumFractionDigits: 1 })}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {hasNextPage && (
        <Button mt="md" variant="light" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("duplicates.more")}
        </Button>
      )}
    </>
  );
}
