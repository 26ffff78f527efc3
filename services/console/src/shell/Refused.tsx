import { Button, Group, Text } from "@mantine/core";
import { IconCloudOff, IconLock, IconMoodSad } from "@tabler/icons-react";

import { Problem } from "../api/problem";
import { useI18n } from "../i18n/I18n";
import { useSession } from "../session/Session";
import type { Role } from "../session/roles";
import { Note } from "./Note";

interface RefusedProps {
  error: Error;
  /** The roles that this place is for, the least first. */
  needed: readonly [Role, ...Role[]];
  again: () => void;
}

export function Refused({ error, needed, again }: RefusedProps) {
  const problem = error instanceof Problem ? error : new Problem(-1, error.message);
  return (
    <div role="alert">
      {problem.denied ? <Denied problem={problem} needed={needed} /> : <Failed problem={problem} again={again} />}
    </div>
  );
}

function Denied({ problem, needed }: { problem: Problem; needed: RefusedProps["needed"] }) {
  const { t } = useI18n();
  const { role, roles, choose } = useSession();
  const own = role === null ? t("session.own") : t(`role.${role}`);
  const hint =
    problem.status === 401
      ? t("error.401.hint")
      : t("error.403.hint", { role: own, needed: needed.map((each) => t(`role.${each}`)).join(", ") });
  return (
    <Note icon={IconLock} color="orange" title={t(problem.status === 401 ? "error.401" : "error.403")} hint={hint}>
      <Group gap="xs" justify="center">
        {problem.status === 403 &&
          needed
            .filter((each) => roles.includes(each) && each !== role)
            .slice(0, 1)
            .map((each) => (
              <Button key={each} variant="light" onClick={() => choose(each)}>
                {t("error.switch", { role: t(`role.${each}`) })}
              </Button>
            ))}
      </Group>
    </Note>
  );
}

function Failed({ problem, again }: { problem: Problem; again: () => void }) {
  const { t } = useI18n();
  const what = problem.status === 0 ? "error.unreachable" : problem.status === 503 ? "error.busy" : "error.other";
  const hint = what === "error.other" ? problem.detail : t(`${what}.hint`);
  return (
    <Note icon={problem.status === 0 ? IconCloudOff : IconMoodSad} color="red" title={t(what)} hint={hint}>
      {problem.status > 0 && (
        <Text size="xs" c="dimmed">
          {t("error.code", { status: String(problem.status) })}
        </Text>
      )}
      <Button variant="light" onClick={again}>
        {t("retry")}
      </Button>
    </Note>
  );
}
