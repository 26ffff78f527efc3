import { Anchor, Badge, Box, Group, SegmentedControl, Skeleton, Table, Title, UnstyledButton } from "@mantine/core";
import { IconBellOff, IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";

import type { Span } from "../api/since";
import type { Alert, Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { figure } from "../live/alerts";
import { stageTitles, type Titles } from "../live/titles";
import { READERS } from "../session/roles";
import { JourneyPicker } from "../shell/JourneyPicker";
import { Note } from "../shell/Note";
import { OfJourney } from "../shell/OfJourney";
import { Refused } from "../shell/Refused";
import { WindowPicker } from "../shell/WindowPicker";
import { useNow } from "../text/now";
import { duration } from "../text/time";
import { Time } from "../text/Time";
import { AlertDrawer } from "./AlertDrawer";
import classes from "./AlertHistory.module.css";
import { useAlertHistory } from "./asking";
import { lasted, openOf, STATES, type State } from "./lasting";

const COLUMNS = ["what", "value", "usual", "raised", "cleared", "lasted"] as const;

export default function AlertsPage({ journey }: { journey: string | undefined }) {
  return <OfJourney journey={journey}>{(chosen, all) => <Chosen key={chosen.key} journey={chosen} all={all} />}</OfJourney>;
}

function Chosen({ journey, all }: { journey: Definition; all: Definition[] }) {
  const { t, language } = useI18n();
  const [, navigate] = useLocation();
  const [span, setSpan] = useState<Span>("30");
  const [state, setState] = useState<State>("all");
  const [opened, setOpened] = useState<Alert | null>(null);
  const { data, error, refetch } = useAlertHistory(journey.key, span, openOf(state));
  const titles = stageTitles(journey, language, t);
  return (
    <Box maw={1200} mx="auto">
      <Group justify="space-between" align="flex-start" mb="md" mih={40}>
        <Group gap="md">
          <Title order={1} fz={28}>
            {t("history.title")}
          </Title>
          <Anchor component={Link} href={`/live/${journey.key}`} fz="sm">
            {t("history.live")}
          </Anchor>
        </Group>
        <Group gap="sm" align="flex-start">
          <SegmentedControl
            aria-label={t("history.state")}
            value={state}
            onChange={setState}
            data={STATES.map((each) => ({ value: each, label: t(`history.state.${each}`) }))}
          />
          <WindowPicker span={span} onChange={setSpan} />
          <JourneyPicker chosen={journey} all={all} onChoose={(key) => navigate(`/live/${key}/alerts`)} />
        </Group>
      </Group>
      {error && <Refused error={error} needed={READERS} again={() => void refetch()} />}
      {!data && !error && <Skeleton height={300} radius="lg" />}
      {data?.items.length === 0 && <Note icon={IconBellOff} title={t("history.none")} hint={t("history.none.hint")} />}
      {data && data.items.length > 0 && (
        <section className="card" aria-label={t("history.title")}>
          <Table.ScrollContainer minWidth={820}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  {COLUMNS.map((column) => (
                    <Table.Th key={column} scope="col">
                      {t(`history.${column}`)}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.items.map((alert) => (
                  <Row key={alert.id} alert={alert} titles={titles} onOpen={() => setOpened(alert)} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </section>
      )}
      <AlertDrawer journey={journey.key} alert={opened} onClose={() => setOpened(null)} />
    </Box>
  );
}

/** One alert: the value that raised it beside what is usual at that time of the week. */
function Row({ alert, titles, onOpen }: { alert: Alert; titles: Titles; onOpen: () => void }) {
  const { t, language } = useI18n();
  const now = useNow();
  const { reading, unit } = alert;
  const text = (value: number) => figure(value, unit, language);
  const title = titleIn(language, alert.title, alert.key);
  const Side = alert.side === "high" ? IconTrendingUp : IconTrendingDown;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={550}>
        {title}
        <div className={classes.fine}>
          {titles.of(alert.stage)} · {t(`alerts.${alert.measure}`)}
        </div>
      </Table.Th>
      <Table.Td className="numbers">
        <UnstyledButton className={classes.opens} aria-label={t("history.open", { what: text(reading.value), title })} onClick={onOpen}>
          <Side size={16} className={classes.side} aria-hidden /> <strong>{text(reading.value)}</strong>
        </UnstyledButton>
        <div className={classes.fine}>{t("history.window", { time: duration(reading.window_seconds, language) })}</div>
      </Table.Td>
      <Table.Td className="numbers">
        {text(reading.usual)}
        <div className={classes.fine}>{t("history.range", { low: text(reading.low), high: text(reading.high) })}</div>
      </Table.Td>
      <Table.Td>
        <Time iso={alert.raised_at} />
      </Table.Td>
      <Table.Td>
        {alert.cleared_at === null ? (
          <Badge variant="light" color="orange" tt="none">
            {t("history.open.yet")}
          </Badge>
        ) : (
          <Time iso={alert.cleared_at} />
        )}
      </Table.Td>
      <Table.Td className="numbers">{duration(lasted(alert, now), language)}</Table.Td>
    </Table.Tr>
  );
}
