import { Alert, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useEffect, useRef } from "react";

import { useDefinitions } from "../../api/queries";
import type { Effect as EffectShape } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { titleIn } from "../../i18n/language";
import { NamespaceIcon } from "../../look/NamespaceIcon";
import { namespaceTitle } from "../../look/namespaces";
import { byUrgency, purposeTitle } from "../consents";
import { Face } from "../Face";
import { nameOf } from "../name";
import { movedKeys, shapeOf } from "./effect";
import classes from "./Effect.module.css";
import { keyOf } from "./tree";

interface EffectProps {
  effect: EffectShape;
  /** Whether something else was shown before. */
  again: boolean;
  busy: boolean;
  onBack: () => void;
  onDo: () => void;
}

/** The people before and after, side by side; nothing is decided yet. */
export function Effect({ effect, again, busy, onBack, onDo }: EffectProps) {
  const { t } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Stack gap="md">
      <Title order={3} size="h5" ref={heading} tabIndex={-1} className={classes.heading}>
        {t(`effect.${shapeOf(effect)}`, { n: effect.moves.length })}
      </Title>
      {again && (
        <Alert role="alert" color="yellow" variant="light">
          {t("decide.again")}
        </Alert>
      )}
      <div className={classes.sides}>
        <Side title={t("effect.before")} people={effect.before} moved={movedKeys(effect)} moves="leaves" />
        <IconArrowRight className={classes.arrow} size={26} aria-hidden style={{ transform: "scaleX(var(--mirror, 1))" }} />
        <Side title={t("effect.after")} people={effect.after} moved={movedKeys(effect)} moves="comes" />
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          {t("decide.back")}
        </Button>
        <Button onClick={onDo} loading={busy}>
          {t("decide.do")}
        </Button>
      </Group>
    </Stack>
  );
}

type SomebodyShape = EffectShape["after"][number];

interface Moving {
  moved: ReadonlySet<string>;
  moves: "leaves" | "comes";
}

function Side({ title, people, ...moving }: Moving & { title: string; people: SomebodyShape[] }) {
  return (
    <section className={classes.side} aria-label={title}>
      <Text fz="sm" c="dimmed" fw={600}>
        {title}
      </Text>
      {people.map((person, index) => (
        <Somebody key={person.id ?? `new ${index}`} person={person} {...moving} />
      ))}
    </section>
  );
}

function Somebody({ person, moved, moves }: Moving & { person: SomebodyShape }) {
  const { t } = useI18n();
  const name = nameOf(person.traits);
  return (
    <div className={classes.person}>
      <Group gap="sm" wrap="nowrap">
        <Face id={person.id ?? ""} name={name} size="md" />
        <div>
          <Text fw={650}>
            <bdi>{name ?? t("person.unnamed")}</bdi>
          </Text>
          <Text fz="xs" c="dimmed" className="numbers">
            {t("figures.contacts", { n: person.figures.interactions })}
          </Text>
        </div>
        {person.id === null && (
          <Badge variant="light" color="teal" tt="none" ms="auto">
            {t("effect.new")}
          </Badge>
        )}
      </Group>
      <ul className={classes.ids}>
        {person.identifiers.map((each) => {
          const goes = moved.has(keyOf(each));
          return (
            <li key={keyOf(each)} className={classes.id} data-moves={goes ? moves : undefined}>
              <NamespaceIcon namespace={each.namespace} size={15} title={namespaceTitle(each.namespace, t)} />
              <bdi dir="ltr">{each.value}</bdi>
              {goes && <span className={classes.moves}>{t(`effect.${moves}`)}</span>}
            </li>
          );
        })}
      </ul>
      <Stages journeys={person.journeys} />
      <Allowed consents={person.consents} />
    </div>
  );
}

function Allowed({ consents }: Pick<SomebodyShape, "consents">) {
  const { t } = useI18n();
  return (
    <Stack gap={2} mt={8}>
      {byUrgency(consents).map(([purpose, { state }]) => (
        <Text key={purpose} fz="xs">
          <Text span c="dimmed" fz="xs">
            <bdi>{purposeTitle(purpose, t)}</bdi>:{" "}
          </Text>
          {t(`consents.${state}`)}
        </Text>
      ))}
    </Stack>
  );
}

function Stages({ journeys }: Pick<SomebodyShape, "journeys">) {
  const { t, language } = useI18n();
  const definitions = useDefinitions().data?.items ?? [];
  if (journeys.length === 0) {
    return (
      <Text fz="xs" c="dimmed" mt={8}>
        {t("journeys.empty")}
      </Text>
    );
  }
  return (
    <Stack gap={2} mt={8}>
      {journeys.map(({ journey, stage }) => {
        const definition = definitions.find(({ key }) => key === journey);
        const stageTitle = definition?.stages.find(({ key }) => key === stage)?.title;
        return (
          <Text key={journey} fz="xs">
            <Text span c="dimmed" fz="xs">
              <bdi>{titleIn(language, definition?.title, journey)}</bdi>:{" "}
            </Text>
            <bdi>{titleIn(language, stageTitle, stage)}</bdi>
          </Text>
        );
      })}
    </Stack>
  );
}
