import { Anchor, Button, Drawer, Skeleton, Table, Text } from "@mantine/core";
import { Link } from "wouter";

import { useFactsBehind } from "../api/queries";
import { useI18n } from "../i18n/I18n";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { shown } from "../plans/units";
import { UNITS } from "../plans/subject";
import { Time } from "../text/Time";
import type { Figure } from "./opened";
import { wayPath } from "./kinds";
import type { Span } from "../api/since";

interface FactsDrawerProps {
  journey: string;
  span: Span;
  /** Null closes it. */
  figure: Figure | null;
  onClose: () => void;
}

/** The customers and interactions behind a figure; each leads to the customer's own way. */
export function FactsDrawer({ journey, span, figure, onClose }: FactsDrawerProps) {
  const { t } = useI18n();
  return (
    <Drawer
      opened={figure !== null}
      onClose={onClose}
      position="right"
      size="lg"
      transitionProps={{ duration: 0 }}
      title={figure && t("facts.title", { what: figure.title })}
      closeButtonProps={{ "aria-label": t("decide.close") }}
    >
      {figure && <Facts journey={journey} span={span} figure={figure} />}
    </Drawer>
  );
}

function Facts({ journey, span, figure }: { journey: string; span: Span; figure: Figure }) {
  const { t, language } = useI18n();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useFactsBehind(journey, span, figure);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  const facts = data.pages.flatMap(({ items }) => items);
  const unit = "measure" in figure ? UNITS[figure.measure] : "weight";
  if (facts.length === 0) return <Text c="dimmed">{t("facts.none")}</Text>;
  return (
    <>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("facts.customer")}</Table.Th>
            <Table.Th>{t("way.when")}</Table.Th>
            <Table.Th>{t("facts.value")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {facts.map((fact) => (
            <Table.Tr key={`${fact.profile} ${fact.interaction}`}>
              <Table.Td>
                <Anchor component={Link} href={wayPath(journey, fact.profile)} fz="sm">
                  {t("facts.way", { id: fact.profile.slice(-8) })}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Time iso={fact.at} />
              </Table.Td>
              <Table.Td className="numbers">{shown(fact.value, unit, language)}</Table.Td>
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
