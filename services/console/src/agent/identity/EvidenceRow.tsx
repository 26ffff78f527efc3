import { Anchor, Group, Text } from "@mantine/core";
import { IconLink, IconUnlink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link as PageLink } from "wouter";

import type { HeldLink, Link } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { Time } from "../../text/Time";
import { IdentifierChip } from "../IdentifierChip";
import { reasonInWords } from "../reasons";
import classes from "./Identity.module.css";

type Shown = Omit<Link, "joins" | "rule">;

interface JoinedRowProps {
  link: Shown;
  note?: ReactNode;
  children?: ReactNode;
}

/** A connection that joined, with the contact that first showed it; what may be done about it stands beside it. */
export function JoinedRow({ link, note, children }: JoinedRowProps) {
  return (
    <Row link={link} icon={<IconLink size={16} color="var(--mantine-color-teal-filled)" aria-hidden />} why={note}>
      {children}
    </Row>
  );
}

/** A connection that was not trusted, with its reason and whose its other end is. */
export function HeldRow({ link, children }: { link: HeldLink; children?: ReactNode }) {
  const { t } = useI18n();
  return (
    <Row
      link={link}
      icon={<IconUnlink size={16} color="var(--mantine-color-orange-filled)" aria-hidden />}
      why={
        <Text fz="sm" mt={4}>
          {reasonInWords(link, t)}{" "}
          {link.profile_id && (
            <Anchor component={PageLink} href={`/agent/${link.profile_id}`} inherit underline="always">
              {t("held.other")}
            </Anchor>
          )}
        </Text>
      }
    >
      {children}
    </Row>
  );
}

interface RowProps {
  link: Shown;
  icon: ReactNode;
  why: ReactNode;
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
