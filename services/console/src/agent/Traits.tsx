import { ActionIcon, Anchor, Collapse, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPin, IconPinned, IconPinnedOff } from "@tabler/icons-react";
import { useState } from "react";

import type { LostValue, Profile, Trait, TraitValue } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Section } from "../shell/Section";
import { plain } from "../text/plain";
import { useMayDecide } from "./identity/steward";
import { PinDialog } from "./PinDialog";
import type { Pinning } from "./pinning";
import { Provenance } from "./Provenance";
import { byImportance, traitTitle } from "./traitTitles";
import classes from "./Traits.module.css";

/** Null for those who may not pin. */
type Propose = ((pinning: Pinning) => void) | null;

export function Traits({ id, traits }: { id: string; traits: Profile["traits"] }) {
  const { t } = useI18n();
  const mayPin = useMayDecide();
  const [pinning, setPinning] = useState<Pinning | null>(null);
  const names = Object.keys(traits).toSorted(byImportance);
  return (
    <Section title={t("traits.title")}>
      {names.length === 0 && <Text c="dimmed">{t("traits.empty")}</Text>}
      <dl className={classes.list}>
        {names.map((name) => {
          const trait = traits[name];
          return trait && <TraitRow key={name} name={name} trait={trait} propose={mayPin ? setPinning : null} />;
        })}
      </dl>
      <PinDialog id={id} pinning={pinning} onClose={() => setPinning(null)} />
    </Section>
  );
}

function TraitRow({ name, trait, propose }: { name: string; trait: Trait; propose: Propose }) {
  const { t } = useI18n();
  const [open, { toggle }] = useDisclosure(false);
  const others = trait.others;
  return (
    <div className={classes.row}>
      <dt>{traitTitle(name, t)}</dt>
      <dd>
        <Value name={name} value={trait} shown propose={propose} />
        {others.length > 0 && (
          <>
            <Anchor component="button" type="button" fz="xs" onClick={toggle} aria-expanded={open}>
              {t("traits.others", { n: others.length })}
            </Anchor>
            <Collapse expanded={open}>
              <Stack gap={8} mt={6} component="ul" className={classes.others}>
                {others.map((other) => (
                  <li key={`${other.source} ${other.interaction}`}>
                    <Value name={name} value={other} propose={propose} />
                    <Lost other={other} shown={trait} />
                  </li>
                ))}
              </Stack>
            </Collapse>
          </>
        )}
      </dd>
    </div>
  );
}

interface ValueProps {
  name: string;
  value: TraitValue;
  shown?: boolean;
  propose: Propose;
}

function Value({ name, value, shown = false, propose }: ValueProps) {
  const { t } = useI18n();
  const { pin } = value;
  return (
    <>
      <Group gap={6} justify="space-between" align="flex-start" wrap="nowrap">
        <Text {...(shown ? { fw: 550 } : { fz: "sm" })} className="whole">
          <bdi>{plain(value.value)}</bdi>
        </Text>
        {propose && <PinButton name={name} value={value} shown={shown} propose={propose} />}
      </Group>
      <Provenance value={value} />
      {pin && (
        <Text fz="xs" mt={2} className={classes.pin}>
          <IconPinned size={14} aria-hidden />
          <span>
            {t("pin.by", { author: pin.author })} <q dir="auto">{pin.reason}</q>
          </span>
        </Text>
      )}
    </>
  );
}

function PinButton({ name, value, shown, propose }: ValueProps & { propose: NonNullable<Propose> }) {
  const { t } = useI18n();
  const words = { value: plain(value.value) };
  const start = (withdraws: string | null) => propose({ trait: name, value, withdraws });
  const { pin } = value;
  return (
    <Group gap={2} wrap="nowrap">
      {pin && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          title={t("pin.withdraw")}
          aria-label={t("pin.withdraw.this", words)}
          onClick={() => start(pin.id)}
        >
          <IconPinnedOff size={16} aria-hidden />
        </ActionIcon>
      )}
      {!(pin && shown) && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          title={t("pin.do")}
          aria-label={t("pin.this", words)}
          onClick={() => start(null)}
        >
          <IconPin size={16} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}

function Lost({ other, shown }: { other: LostValue; shown: Trait }) {
  const { t } = useI18n();
  const agrees = plain(other.value) === plain(shown.value);
  return (
    <Text fz="xs" mt={2}>
      {t(agrees ? "traits.agrees" : `traits.lost.${other.lost_by}`)}
    </Text>
  );
}
