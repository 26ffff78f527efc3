import { Anchor, Collapse, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

import type { Profile, Trait, TraitValue } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Section } from "../shell/Section";
import { Time } from "../text/Time";
import { plain } from "../text/plain";
import { byImportance, traitTitle } from "./traitTitles";
import classes from "./Traits.module.css";

export function Traits({ traits }: { traits: Profile["traits"] }) {
  const { t } = useI18n();
  const names = Object.keys(traits).toSorted(byImportance);
  return (
    <Section title={t("traits.title")}>
      {names.length === 0 && <Text c="dimmed">{t("traits.empty")}</Text>}
      <dl className={classes.list}>
        {names.map((name) => {
          const trait = traits[name];
          return trait && <TraitRow key={name} name={name} trait={trait} />;
        })}
      </dl>
    </Section>
  );
}

function TraitRow({ name, trait }: { name: string; trait: Trait }) {
  const { t } = useI18n();
  const [open, { toggle }] = useDisclosure(false);
  const others = trait.others;
  return (
    <div className={classes.row}>
      <dt>{traitTitle(name, t)}</dt>
      <dd>
        <Text fw={550} className="whole">
          <bdi>{plain(trait.value)}</bdi>
        </Text>
        <Provenance value={trait} />
        {others.length > 0 && (
          <>
            <Anchor component="button" type="button" fz="xs" onClick={toggle} aria-expanded={open}>
              {t("traits.others", { n: others.length })}
            </Anchor>
            <Collapse expanded={open}>
              <Stack gap={6} mt={6} className={classes.others}>
                {others.map((other) => (
                  <div key={`${other.source} ${other.observed_at}`}>
                    <Text fz="sm" className="whole">
                      <bdi>{plain(other.value)}</bdi>
                    </Text>
                    <Provenance value={other} />
                  </div>
                ))}
              </Stack>
            </Collapse>
          </>
        )}
      </dd>
    </div>
  );
}

function Provenance({ value }: { value: TraitValue }) {
  const { t } = useI18n();
  return (
    <Text fz="xs" c="dimmed">
      <bdi>{t("traits.from", { source: value.source })}</bdi> · <Time iso={value.observed_at} form="date" />
    </Text>
  );
}
