import { Anchor, Collapse, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId } from "react";

import type { Consent, ConsentWord, Profile } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Section } from "../shell/Section";
import { Time } from "../text/Time";
import { byUrgency, purposeTitle, whyNot } from "./consents";
import classes from "./Consents.module.css";
import { ConsentState } from "./ConsentState";
import { IdentifierChip } from "./IdentifierChip";

/** What the person allowed and refused. */
export function Consents({ consents }: Pick<Profile, "consents">) {
  const { t } = useI18n();
  const rows = byUrgency(consents);
  return (
    <Section title={t("consents.title")}>
      {rows.length === 0 ? (
        <Text c="dimmed">{t("consents.empty")}</Text>
      ) : (
        <ul className={classes.list}>
          {rows.map(([purpose, consent]) => (
            <Row key={purpose} title={purposeTitle(purpose, t)} consent={consent} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Row({ title, consent }: { title: string; consent: Consent }) {
  const { t } = useI18n();
  const [open, { toggle }] = useDisclosure(false);
  const more = useId();
  const word = consent.decided_by;
  return (
    <li>
      <Group justify="space-between" gap={6} wrap="nowrap" align="flex-start">
        <Text fw={550} className="whole">
          <bdi>{title}</bdi>
        </Text>
        <ConsentState state={consent.state} />
      </Group>
      <Text fz="xs" c="dimmed" className="whole">
        {word ? (
          <>
            {t("consents.since")} <Time iso={word.at} form="date" /> · <bdi>{t("traits.from", { source: word.source })}</bdi>
          </>
        ) : (
          t("consents.unknown.hint")
        )}
      </Text>
      <Anchor
        component="button"
        type="button"
        fz="xs"
        onClick={toggle}
        aria-expanded={open}
        aria-controls={more}
        aria-label={`${t(open ? "consents.less" : "consents.more")}: ${title}`}
      >
        {t(open ? "consents.less" : "consents.more")}
      </Anchor>
      <Collapse expanded={open} id={more}>
        <Stack gap="xs" mt={6} className={classes.details}>
          {word && <Word word={word} />}
          {consent.others.length > 0 && <Others others={consent.others} />}
        </Stack>
      </Collapse>
    </li>
  );
}

function Others({ others }: Pick<Consent, "others">) {
  const { t } = useI18n();
  const heading = useId();
  return (
    <div>
      <Text id={heading} fz="xs" fw={600} c="dimmed" mb={4}>
        {t("consents.others", { n: others.length })}
      </Text>
      <ul aria-labelledby={heading} className={classes.others}>
        {others.map((other) => (
          <li key={`${other.source} ${other.interaction}`}>
            <Group gap={6}>
              <ConsentState state={other.granted ? "granted" : "refused"} />
              <Text fz="xs" c="dimmed">
                <Time iso={other.at} form="date" /> · <bdi>{t("traits.from", { source: other.source })}</bdi>
              </Text>
            </Group>
            <Word word={other} />
            <Text fz="xs" mt={2}>
              {whyNot(other, t)}
            </Text>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** As whom somebody said something, how, and in which words. */
function Word({ word }: { word: ConsentWord }) {
  const { t } = useI18n();
  return (
    <div>
      <Group gap={6} mt={4}>
        <IdentifierChip identifier={word.identifier} />
        <Text fz="xs" c="dimmed">
          {t(word.assurance === "verified" ? "assurance.verified" : "assurance.claimed")}
        </Text>
      </Group>
      {word.wording && (
        <Text fz="xs" mt={4} className="whole">
          <q dir="auto">{word.wording}</q>
        </Text>
      )}
      <Text fz="xs" c="dimmed" mt={2} className="whole">
        {word.method && (
          <>
            <bdi>{t("consents.method", { method: word.method })}</bdi> ·{" "}
          </>
        )}
        <bdi>{t("identity.interaction", { id: word.interaction })}</bdi>
      </Text>
    </div>
  );
}
