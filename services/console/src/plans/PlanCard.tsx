import { Button, Group, Text, Title } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useId, useState } from "react";

import type { DefinitionInFull, Plan } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Time } from "../text/Time";
import { Outcome } from "./Outcome";
import { useDropping } from "./planning";
import classes from "./Plans.module.css";
import { aboutOf } from "./subject";

interface PlanCardProps {
  plan: Plan;
  definition: DefinitionInFull | undefined;
  onEdit: () => void;
}

export function PlanCard({ plan, definition, onEdit }: PlanCardProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const heading = useId();
  const { what, owner, since, until } = plan;
  return (
    <article className="card" aria-labelledby={heading}>
      <div className={classes.head}>
        <div>
          <Title order={2} size="h4" id={heading} className="said">
            {what}
          </Title>
          <Text className={classes.about}>
            {aboutOf(plan, definition, i18n)} · <bdi>{owner}</bdi> · <Time iso={since} form="date" />
            {until && (
              <>
                {" – "}
                <Time iso={until} form="date" />
              </>
            )}
          </Text>
        </div>
        <Group gap={6} wrap="nowrap">
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPencil size={15} aria-hidden />}
            aria-label={t("plans.edit.this", { what })}
            onClick={onEdit}
          >
            {t("plans.edit")}
          </Button>
          <Drop plan={plan} />
        </Group>
      </div>
      <Outcome plan={plan} />
    </article>
  );
}

/** Asks once more in its own place. */
function Drop({ plan }: { plan: Plan }) {
  const { t } = useI18n();
  const [sure, setSure] = useState(false);
  const dropping = useDropping(plan.journey);
  if (!sure) {
    return (
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<IconTrash size={15} aria-hidden />}
        aria-label={t("plans.drop.this", { what: plan.what })}
        onClick={() => setSure(true)}
      >
        {t("plans.drop")}
      </Button>
    );
  }
  return (
    <Group gap={6} role="group" aria-label={t("plans.drop.sure")}>
      <Text fz="sm">{t("plans.drop.sure")}</Text>
      <Button color="red" variant="light" size="compact-sm" autoFocus loading={dropping.isPending} onClick={() => dropping.mutate(plan)}>
        {t("plans.drop")}
      </Button>
      <Button variant="default" size="compact-sm" onClick={() => setSure(false)}>
        {t("decide.cancel")}
      </Button>
    </Group>
  );
}
