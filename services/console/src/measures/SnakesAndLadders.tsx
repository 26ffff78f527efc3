import { Badge, Skeleton, Table, Text, UnstyledButton } from "@mantine/core";
import { IconArrowsDiff, IconStairsUp, IconTrendingDown, type TablerIcon } from "@tabler/icons-react";

import type { Measure } from "../api/types";
import { happening } from "../i18n/happenings";
import { useI18n } from "../i18n/I18n";
import { signed } from "../plans/units";
import { UNITS } from "../plans/subject";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Section } from "../shell/Section";
import { useSnakesAndLadders } from "./asking";
import type { ShownProps } from "./ByDimension";
import type { Figure } from "./groups";
import classes from "./Measures.module.css";
import { asKind, barOf, farthest, ranked, type Kind } from "./steps";

const LOOKS: Record<Kind, [TablerIcon, string]> = {
  ladder: [IconStairsUp, "teal"],
  snake: [IconTrendingDown, "orange"],
  mixed: [IconArrowsDiff, "gray"],
};
const COLUMNS = ["progress", "satisfaction"] as const;
const MEASURED: Record<(typeof COLUMNS)[number], Measure> = { progress: "progress", satisfaction: "satisfaction_change" };

/** Which touchpoints take customers forward, and which back; the bars grow both ways from the middle. */
export function SnakesAndLadders({ journey, span, open }: ShownProps) {
  const { t, language } = useI18n();
  const { data, error, refetch } = useSnakesAndLadders(journey.key, span);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={420} radius="lg" />;
  const items = ranked(data.items);
  return (
    <Section title={t("snakes.title")}>
      <Text fz="sm" c="dimmed" mb="sm">
        {t("snakes.hint")}
      </Text>
      {items.length === 0 && <Text c="dimmed">{t("measures.empty")}</Text>}
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t("measures.by.touchpoint")}</Table.Th>
                <Table.Th scope="col">{t("snakes.kind")}</Table.Th>
                {COLUMNS.map((column) => (
                  <Table.Th key={column} scope="col">
                    {t(`snakes.${column}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((one) => {
                const name = happening(one.touchpoint, language);
                return (
                  <Table.Tr key={one.touchpoint}>
                    <Table.Th scope="row" fw={550}>
                      {name}
                    </Table.Th>
                    <Table.Td>
                      <KindBadge kind={asKind(one.kind)} />
                    </Table.Td>
                    {COLUMNS.map((column) => {
                      const measure = MEASURED[column];
                      const title = `${t(`measure.${measure}`)} · ${name}`;
                      return (
                        <Table.Td key={column}>
                          <Step
                            figure={one[column]}
                            measure={measure}
                            most={farthest(items, column)}
                            onOpen={() => open({ title, measure, by: "touchpoint", group: one.touchpoint, question: data.question })}
                          />
                        </Table.Td>
                      );
                    })}
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}

function KindBadge({ kind }: { kind: Kind }) {
  const { t } = useI18n();
  const [Icon, color] = LOOKS[kind];
  return (
    <Badge variant="light" size="lg" tt="none" color={color} leftSection={<Icon size={15} className={classes.along} aria-hidden />}>
      {t(`snakes.kind.${kind}`)}
    </Badge>
  );
}

function Step({ figure, measure, most, onOpen }: { figure: Figure | null; measure: Measure; most: number; onOpen: () => void }) {
  const { t, language } = useI18n();
  if (figure === null) return <span className={classes.fine}>{t("map.unknown.yet")}</span>;
  const { start, size } = barOf(figure.mean, most);
  return (
    <div className={classes.step}>
      <div className={classes.track} data-middle aria-hidden>
        <i data-below={figure.mean < 0 || undefined} style={{ insetInlineStart: `${start}%`, inlineSize: `${size}%` }} />
      </div>
      <UnstyledButton className={`${classes.opens ?? ""} numbers`} title={t("facts.open")} onClick={onOpen}>
        <strong>{signed(figure.mean, UNITS[measure], language)}</strong> {t("snakes.count", { n: figure.count })}
      </UnstyledButton>
    </div>
  );
}
