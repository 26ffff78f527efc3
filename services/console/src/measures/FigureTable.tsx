import { Table, UnstyledButton } from "@mantine/core";

import type { Measure } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { UNITS } from "../plans/subject";
import { shown } from "../plans/units";
import { Time } from "../text/Time";
import { barsOf, type Dimension, type Opened, type Row } from "./groups";
import classes from "./Measures.module.css";

export type NamedRow = Row & { name: string };

interface FigureTableProps {
  rows: readonly NamedRow[];
  measure: Measure;
  by: Dimension;
  open: (opened: Opened) => void;
}

/** Each group with its mean as a bar and in figures; times say what half and nine tenths do not exceed, too. */
export function FigureTable({ rows, measure, by, open }: FigureTableProps) {
  const { t, language } = useI18n();
  const unit = UNITS[measure];
  const bars = barsOf(rows.map(({ figure }) => figure.mean));
  const text = (value: number | null | undefined) => (value == null ? "–" : shown(value, unit, language));
  const isTime = rows.some(({ figure }) => figure.p50 != null);
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <caption className={classes.caption}>{t("measures.of", { measure: t(`measure.${measure}`), by: t(`measures.by.${by}`) })}</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t(`measures.by.${by}`)}</Table.Th>
            <Table.Td className={classes.wide} />
            <Table.Th scope="col">{t("measures.mean")}</Table.Th>
            {isTime && <Table.Th scope="col">{t("measures.half")}</Table.Th>}
            {isTime && <Table.Th scope="col">{t("measures.most")}</Table.Th>}
            <Table.Th scope="col">{t("measures.count")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ group, figure, name }, place) => (
            <Table.Tr key={group ?? "\u0000"}>
              <Table.Th scope="row" fw={550} className="whole">
                {by === "day" && group !== null ? <Time iso={`${group}T12:00:00Z`} form="date" /> : <bdi>{name}</bdi>}
              </Table.Th>
              <Table.Td>
                <div className={classes.track} aria-hidden>
                  <i
                    data-below={figure.mean < 0 || undefined}
                    style={{ insetInlineStart: `${bars[place]?.start ?? 0}%`, inlineSize: `${bars[place]?.size ?? 0}%` }}
                  />
                </div>
              </Table.Td>
              <Table.Td>
                <UnstyledButton
                  className={`${classes.opens ?? ""} numbers`}
                  title={t("facts.open")}
                  onClick={() => open({ title: `${t(`measure.${measure}`)} · ${name}`, measure, by, group })}
                >
                  <strong>{text(figure.mean)}</strong>
                </UnstyledButton>
              </Table.Td>
              {isTime && <Table.Td className="numbers">{text(figure.p50)}</Table.Td>}
              {isTime && <Table.Td className="numbers">{text(figure.p90)}</Table.Td>}
              <Table.Td className="numbers">{figure.count.toLocaleString(language)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
