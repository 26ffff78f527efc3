import { Anchor, Button, Skeleton, Table, Text } from "@mantine/core";
import { Link } from "wouter";

import type { Span } from "../api/since";
import { useI18n } from "../i18n/I18n";
import { wayPath } from "../map/kinds";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { SideDrawer } from "../shell/SideDrawer";
import { Time } from "../text/Time";
import { useActedOn } from "./asking";
import type { Opened } from "./numbers";

interface ActedOnDrawerProps {
  journey: string;
  span: Span;
  /** Null closes it. */
  opened: Opened | null;
  onClose: () => void;
}

/** The customers whom an action was called for; each leads to the customer's own way. */
export function ActedOnDrawer({ journey, span, opened, onClose }: ActedOnDrawerProps) {
  const { t } = useI18n();
  return (
    <SideDrawer title={opened && t("facts.title", { what: `${opened.title} · ${t(`actions.state.${opened.state}`)}` })} onClose={onClose}>
      {opened && <Customers journey={journey} span={span} opened={opened} />}
    </SideDrawer>
  );
}

function Customers({ journey, span, opened }: { journey: string; span: Span; opened: Opened }) {
  const { t } = useI18n();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useActedOn(journey, span, opened);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  const customers = data.pages.flatMap(({ items }) => items);
  if (customers.length === 0) return <Text c="dimmed">{t("facts.none")}</Text>;
  return (
    <>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("facts.customer")}</Table.Th>
            <Table.Th>{t("actions.called")}</Table.Th>
            <Table.Th>{t("actions.decided")}</Table.Th>
            <Table.Th>{t("actions.contact")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {customers.map(({ profile_id: profile, at, decided_at: decided, contacted }, place) => (
            <Table.Tr key={place}>
              <Table.Td>
                <Anchor component={Link} href={wayPath(journey, profile)} fz="sm">
                  {t("facts.way", { id: profile.slice(-8) })}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Time iso={at} />
              </Table.Td>
              <Table.Td>{decided ? <Time iso={decided} /> : "–"}</Table.Td>
              <Table.Td>{contacted === null ? "–" : t(contacted ? "actions.contact.yes" : "actions.contact.no")}</Table.Td>
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
