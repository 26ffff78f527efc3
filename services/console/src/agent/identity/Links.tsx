import { Anchor, Button, Group, Text, Title } from "@mantine/core";
import { IconLink, IconUnlink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link as PageLink } from "wouter";

import type { HeldLink, Identity, Link as JoinedLink } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { Time } from "../../text/Time";
import { HELD } from "../HeldLinks";
import { IdentifierChip } from "../IdentifierChip";
import { reasonInWords } from "../reasons";
import classes from "./Identity.module.css";
import type { Proposal } from "./proposal";
import { keyOf } from "./tree";

interface LinksProps {
  identity: Identity;
  /** Null for those who may not decide. */
  propose: ((proposal: Proposal) => void) | null;
}

/** The picture as a list, with everything that the picture has no room for. */
export function Links({ identity, propose }: LinksProps) {
  const { t } = useI18n();
  const { links, held, held_total: total } = identity;
  return (
    <>
      <div>
        <Title order={3} size="h6" mb={4}>
          {t("identity.links")}
        </Title>
        {links.length === 0 && identity.identifiers.length < 2 && <Text c="dimmed">{t("identity.links.none")}</Text>}
        <ul className={classes.rows}>
          {links.map((link) => (
            <Row
              key={`${keyOf(link.a)} ${keyOf(link.b)} ${link.interaction}`}
              link={link}
              icon={<IconLink size={16} color="var(--mantine-color-teal-filled)" aria-hidden />}
              why={!link.joins && <Text fz="sm">{t("identity.agrees")}</Text>}
            >
              {propose && (
                <Button size="compact-sm" variant="default" onClick={() => propose({ kind: "separate", a: link.a, b: link.b })}>
                  {t("decide.separate")}
                </Button>
              )}
            </Row>
          ))}
        </ul>
      </div>
      {held.length > 0 && (
        <div {...(propose && { id: HELD })}>
          <Title order={3} size="h6" mb={4}>
            {t("held.title")}
          </Title>
          <ul className={classes.rows}>
            {held.map((link) => (
              <Row
                key={`${keyOf(link.a)} ${keyOf(link.b)} ${link.interaction}`}
                link={link}
                icon={<IconUnlink size={16} color="var(--mantine-color-orange-filled)" aria-hidden />}
                why={<Why link={link} />}
              >
                {propose && link.reason !== "separated" && (
                  <Button size="compact-sm" variant="default" onClick={() => propose({ kind: "confirm", a: link.a, b: link.b })}>
                    {t("decide.confirm")}
                  </Button>
                )}
              </Row>
            ))}
          </ul>
          {total > held.length && (
            <Text fz="sm" c="dimmed">
              {t("held.more", { n: total - held.length })}
            </Text>
          )}
        </div>
      )}
    </>
  );
}

interface RowProps {
  link: Omit<JoinedLink, "joins">;
  icon: ReactNode;
  why?: ReactNode;
  children: ReactNode;
}

function Row({ link, icon, why, children }: RowProps) {
  const { t } = useI18n();
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <Group gap={6}>
          <IdentifierChip identifier={link.a} />
          {icon}
          <IdentifierChip identifier={link.b} />
        </Group>
        {why}
        <Text fz="xs" c="dimmed" mt={3} className="whole">
          <bdi>{link.source}</bdi> · {t("identity.interaction", { id: link.interaction })} ·{" "}
          <Time iso={link.first_seen} form="date" /> · {t(link.verified ? "assurance.verified" : "assurance.claimed")}
        </Text>
      </div>
      {children}
    </li>
  );
}

function Why({ link }: { link: HeldLink }) {
  const { t } = useI18n();
  return (
    <Text fz="sm" mt={4}>
      {reasonInWords(link, t)}{" "}
      {link.profile_id && (
        <Anchor component={PageLink} href={`/agent/${link.profile_id}`}>
          {t("held.other")}
        </Anchor>
      )}
    </Text>
  );
}
