import { Group, Select, Skeleton, Text } from "@mantine/core";
import { useState } from "react";

import { useDefinitionInFull, useSegments } from "../api/queries";
import { opening, type Answering } from "../api/question";
import type { Span } from "../api/since";
import type { Definition, Measure } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { MEASURES } from "../plans/subject";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { useMeasures } from "./asking";
import { DayChart } from "./DayChart";
import { FigureTable } from "./FigureTable";
import { DIMENSIONS, groupName, rowsOf, type Dimension, type Opened } from "./groups";

export interface ShownProps {
  journey: Definition;
  span: Span;
  open: (opened: Answering<Opened>) => void;
}

/** One measure, told apart by one thing: a picture, and the same as a table whose figures open. */
export function ByDimension({ journey, span, open }: ShownProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const [measure, setMeasure] = useState<Measure>("wait");
  const [by, setBy] = useState<Dimension>("stage");
  const { data, error, refetch } = useMeasures(journey.key, span, by);
  const { data: full } = useDefinitionInFull(journey.key);
  const { data: segments } = useSegments();
  const names = { definition: journey, full, segments: segments?.items ?? [] };
  const stages = journey.stages.map(({ key }) => key);
  const rows = data && rowsOf(data.groups, measure, by, stages).map((row) => ({ ...row, name: groupName(by, row.group, names, i18n) }));
  return (
    <section className="card" aria-label={t("measures.of", { measure: t(`measure.${measure}`), by: t(`measures.by.${by}`) })}>
      <Group gap="sm" mb="md">
        <Select
          label={t("measures.measure")}
          w={260}
          searchable
          allowDeselect={false}
          data={MEASURES.map((each) => ({ value: each, label: t(`measure.${each}`) }))}
          value={measure}
          onChange={(next) => next && setMeasure(next)}
        />
        <Select
          label={t("measures.by")}
          w={220}
          allowDeselect={false}
          data={DIMENSIONS.map((each) => ({ value: each, label: t(`measures.by.${each}`) }))}
          value={by}
          onChange={(next) => next && setBy(next)}
        />
      </Group>
      {error && <Refused error={error} needed={READERS} again={() => void refetch()} />}
      {!rows && !error && <Skeleton height={300} />}
      {rows?.length === 0 && <Text c="dimmed">{t("measures.empty")}</Text>}
      {rows && rows.length > 0 && (
        <>
          {by === "day" && <DayChart rows={rows} measure={measure} />}
          <FigureTable rows={rows} measure={measure} by={by} open={opening(data, open)} />
        </>
      )}
    </section>
  );
}
