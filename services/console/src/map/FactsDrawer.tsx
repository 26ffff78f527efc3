import { Anchor, Button, Drawer, Skeleton, Table, Text } from "@mantine/core";
import { Link } from "wouter";

import { useFactsBehind, type Fact } from "../api/behind";
import { useDefinition } from "../api/queries";
import { happening } from "../i18n/happenings";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { isChannel } from "../look/channels";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { shown } from "../plans/units";
import { Time } from "../text/Time";
import type { Figure } from "./opened";
import { saidKey, unitOf } from "./said";
import { wayPath } from "./kinds";
import type { Span } from "../api/since";

interface FactsDrawerProps {
  journey: string;
  span: Span;
  /** Whose numbers are shown; without it, everybody's. */
  segment?: string | null;
  /** Null closes it. */
  figure: Figure | null;
  onClose: () => void;
}

/** The customers and interactions behind a figure; each leads to the customer's own way. */
export function FactsDrawer({ journey, span, segment = null, figure, onClose }: FactsDrawerProps) {
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
      {figure && <Facts journey={journey} span={span} segment={segment} figure={figure} />}
    </Drawer>
  );
}

interface FactsProps extends Omit<FactsDrawerProps, "figure" | "onClose"> {
  segment: string | null;
  figure: Figure;
}

function Facts({ journey, span, segment, figure }: FactsProps) {
  const { t } = useI18n();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useFactsBehind(journey, span, segment, figure);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  const facts = data.pages.flatMap(({ items }) => items);
  if (facts.length === 0) return <Text c="dimmed">{t("facts.none")}</Text>;
  return (
    <>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("facts.customer")}</Table.Th>
            <Table.Th>{t("way.when")}</Table.Th>
            <Table.Th>{t(saidKey(figure))}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {facts.map((fact) => (
            <Table.Tr key={`${fact.profile} ${fact.number} ${fact.interaction}`}>
              <Table.Td>
                <Anchor component={Link} href={wayPath(journey, fact.profile, fact.number)} fz="sm">
                  {t("facts.way", { id: fact.profile.slice(-8) })}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Time iso={fact.at} />
              </Table.Td>
              <Table.Td className="numbers">
                <Said journey={journey} fact={fact} unit={unitOf(figure)} />
              </Table.Td>
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

/** What a line says of itself, beside whose it is. */
function Said({ journey, fact, unit }: { journey: string; fact: Fact; unit: string }) {
  const { t, language } = useI18n();
  const definition = useDefinition(journey);
  if (fact.value !== undefined) return shown(fact.value, unit, language);
  if (fact.touchpoint !== undefined) return happening(fact.touchpoint, language);
  if (fact.stage !== undefined) {
    const title = titleIn(language, definition?.stages.find(({ key }) => key === fact.stage)?.title, fact.stage);
    return fact.status === "abandoned" ? `${title} · ${t("live.abandoned")}` : title;
  }
  return fact.channel && isChannel(fact.channel) ? t(`channel.${fact.channel}`) : "–";
}
