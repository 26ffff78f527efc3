import { Anchor, Badge, Collapse, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowRight, IconBolt, IconCheck } from "@tabler/icons-react";
import { Link } from "wouter";

import { useDefinition } from "../api/queries";
import type { Definition, ProfileJourney } from "../api/types";
import { useI18n, type I18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { wayPath } from "../map/kinds";
import { Time } from "../text/Time";
import classes from "./JourneyStepper.module.css";

const STATUSES: Readonly<Record<string, string>> = {
  active: "kesher",
  completed: "teal",
  exited: "gray",
  stalled: "orange",
  overdue: "red",
  abandoned: "red",
};

function statusInWords(status: string, t: I18n["t"]): string {
  switch (status) {
    case "active":
    case "completed":
    case "exited":
    case "stalled":
    case "overdue":
    case "abandoned":
      return t(`status.${status}`);
    default:
      return status;
  }
}

interface StageView {
  key: string;
  title: string;
  visits: number;
  lastEntered: string | undefined;
}

/** The stages of the definition, then those on the path that an older version had. */
function stagesOf(journey: ProfileJourney, definition: Definition | undefined, language: I18n["language"]): StageView[] {
  const defined = definition?.stages ?? [];
  const titles = new Map(defined.map(({ key, title }) => [key, titleIn(language, title, key)]));
  const all = [...new Set([...titles.keys(), ...journey.path.map(({ stage }) => stage)])];
  return all.map((key) => {
    const visits = journey.path.filter(({ stage }) => stage === key);
    return { key, title: titles.get(key) ?? key, visits: visits.length, lastEntered: visits.at(-1)?.entered_at };
  });
}

interface PainsOfOneKind {
  key: string;
  title: Record<string, string>;
  times: number;
}

function painsOf(journey: ProfileJourney): PainsOfOneKind[] {
  const kinds = new Map<string, PainsOfOneKind>();
  for (const { key, title } of journey.pain_points) {
    kinds.set(key, { key, title, times: (kinds.get(key)?.times ?? 0) + 1 });
  }
  return [...kinds.values()];
}

export function JourneyStepper({ profile, journey }: { profile: string; journey: ProfileJourney }) {
  const { t, language } = useI18n();
  const definition = useDefinition(journey.journey);
  const stages = stagesOf(journey, definition, language);
  const pains = painsOf(journey);
  return (
    <div>
      <Group gap="sm" mb="sm">
        <Text fw={600}>
          <bdi>{titleIn(language, definition?.title, journey.journey)}</bdi>
        </Text>
        <Badge variant="light" tt="none" color={STATUSES[journey.status] ?? "gray"}>
          {statusInWords(journey.status, t)}
        </Badge>
        <Badge variant="default" tt="none" fw={500} className="numbers">
          {t("journeys.effort", { n: journey.effort })}
        </Badge>
        <Anchor component={Link} href={wayPath(journey.journey, profile, journey.number)} fz="sm">
          {t("way.open")}
        </Anchor>
        {journey.persona && (
          <Badge variant="light" color="grape" tt="none" fw={500} title={t("journeys.persona")}>
            <bdi>{titleIn(language, journey.persona.title, journey.persona.key)}</bdi>
          </Badge>
        )}
      </Group>
      <ol className={classes.stages}>
        {stages.map((stage) => (
          <Stage key={stage.key} stage={stage} here={stage.key === journey.stage} />
        ))}
      </ol>
      {pains.length > 0 && (
        <Group gap={6} mt="sm" aria-label={t("journeys.pain")} role="group">
          {pains.map((pain) => (
            <Badge
              key={pain.key}
              variant="light"
              color="red"
              tt="none"
              fw={500}
              leftSection={<IconBolt size={13} aria-hidden />}
            >
              {titleIn(language, pain.title, pain.key.replaceAll("_", " "))}
              {pain.times > 1 && ` ×${pain.times}`}
            </Badge>
          ))}
        </Group>
      )}
      {journey.path.length > 1 && <Path journey={journey} stages={stages} />}
    </div>
  );
}

function Stage({ stage, here }: { stage: StageView; here: boolean }) {
  const { t } = useI18n();
  const state = here ? classes.here : stage.visits > 0 ? classes.done : classes.ahead;
  return (
    <li className={`${classes.stage ?? ""} ${state ?? ""}`} aria-current={here ? "step" : undefined}>
      <span className={classes.dot} aria-hidden>
        {!here && stage.visits > 0 && <IconCheck size={14} stroke={2.6} />}
      </span>
      <span className={classes.title}>{stage.title}</span>
      <span className={classes.when}>
        {stage.lastEntered && <Time iso={stage.lastEntered} form={here ? "relative" : "date"} />}
        {stage.visits > 1 && ` ×${stage.visits}`}
      </span>
      {stage.visits > 1 && <span className={classes.hidden}>{t("journeys.visited", { n: stage.visits })}</span>}
    </li>
  );
}

function Path({ journey, stages }: { journey: ProfileJourney; stages: StageView[] }) {
  const { t } = useI18n();
  const [open, { toggle }] = useDisclosure(false);
  const title = (key: string) => stages.find((stage) => stage.key === key)?.title ?? key;
  return (
    <>
      <Anchor component="button" type="button" fz="sm" mt="xs" onClick={toggle} aria-expanded={open}>
        {t("journeys.path")}
      </Anchor>
      <Collapse expanded={open}>
        <Group component="ol" gap={6} m={0} mt={6} p={0} className={classes.path}>
          {journey.path.map((step, index) => (
            <Group component="li" gap={6} key={`${step.entered_at} ${step.stage}`}>
              {index > 0 && <IconArrowRight size={14} aria-hidden className={classes.arrow} />}
              <Badge variant="default" tt="none" fw={500}>
                {title(step.stage)} · <Time iso={step.entered_at} />
              </Badge>
            </Group>
          ))}
        </Group>
      </Collapse>
    </>
  );
}
