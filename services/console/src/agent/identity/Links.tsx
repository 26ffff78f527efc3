import { Button, Text, Title } from "@mantine/core";

import type { Identity } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { HELD } from "../HeldLinks";
import { HeldRow, JoinedRow } from "./EvidenceRow";
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
            <JoinedRow
              key={`${keyOf(link.a)} ${keyOf(link.b)} ${link.interaction}`}
              link={link}
              note={<Text fz="sm">{t(link.joins ? "identity.joins" : "identity.agrees")}</Text>}
            >
              {propose && (
                <Button size="compact-sm" variant="default" onClick={() => propose({ kind: "separate", a: link.a, b: link.b })}>
                  {t("decide.separate")}
                </Button>
              )}
            </JoinedRow>
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
              <HeldRow key={`${keyOf(link.a)} ${keyOf(link.b)} ${link.interaction}`} link={link}>
                {propose && link.reason !== "separated" && (
                  <Button size="compact-sm" variant="default" onClick={() => propose({ kind: "confirm", a: link.a, b: link.b })}>
                    {t("decide.confirm")}
                  </Button>
                )}
              </HeldRow>
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
