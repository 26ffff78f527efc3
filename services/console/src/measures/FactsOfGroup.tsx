import { Anchor, Button, Skeleton, Table, Text } from "@mantine/core";
import { Link } from "wouter";

import type { Span } from "../api/since";
import { happening } from "../i18n/happenings";
import { useI18n } from "../i18n/I18n";
import { wayPath } from "../map/kinds";
import { UNITS } from "../plans/subject";
import { shown } from "../plans/units";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { SideDrawer } from "../shell/SideDrawer";
import { Time } from "../text/Time";
import { useFactsOfGroup } from "./asking";
import type { Opened } from "./groups";

interface FactsOfGroupProps {
  journey: string;
  span: Span;
  /** Null closes it. */
  opened: Opened | null;
  onClose: () => void;
}

/** The customers and interactions behind a figure; each leads to the customer's own way. */
export function FactsOfGroup({ journey, span, opened, onClose }: FactsOfGroupProps) {
  const { t } = useI18n();
  return (
    <SideDrawer title={opened && t("facts.title", { what: opened.title })} onClose={onClose}>
      {opened && <Facts journey={journey} span={span} opened={opened} />}
    </SideDrawer>
  );
}

function Facts({ journey, span, opened }: { journey: string; span: Span; opened: Opened }) {
  const { t, language } = useI18n();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useFactsOfGroup(journey, span, opened);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  const facts = data.pages.flatMap(({ items }) => items);
  if (facts.length === 0) return <Text c="dimmed">{t("facts.none")}</Text>;
  return (
    <>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {(["facts.customer", "way.what", "way.when", "facts.value"] as const).map((column) => (
              <Table.Th key={column} scope="col">
                {t(column)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {facts.map((fact) => (
            <Table.Tr key={`${fact.profile_id} ${fact.interaction}`}>
              <Table.Td>
                <Anchor component={Link} href={wayPath(journey, fact.profile_id)} fz="sm">
                  {t("facts.way", { id: fact.profile_id.slice(-8) })}
                </Anchor>
              </Table.Td>
              <Table.Td>{happening(fact.touchpoint, language)}</Table.Td>
              <Table.Td>
                <Time iso={fact.at} />
              </Table.Td>
              <Table.Td className="numbers">{shown(fact.value, UNITS[opened.measure], language)}</Table.Td>
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
