import { Button, Skeleton, Table, Text, VisuallyHidden } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";

import { useI18n } from "../i18n/I18n";
import { STEWARDS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Section } from "../shell/Section";
import { Time } from "../text/Time";
import { useDeadWebhooks, useSendingAgain } from "./asking";
import type { DeadWebhook } from "./numbers";

/** What no receiver took after many attempts; it can be sent again. */
export function DeadWebhooks() {
  const { t } = useI18n();
  const { data, error, refetch } = useDeadWebhooks();
  const sending = useSendingAgain();
  return (
    <Section title={t("actions.dead")}>
      <VisuallyHidden role="status">{sending.isSuccess && t("actions.dead.sent")}</VisuallyHidden>
      {sending.error && <Refused error={sending.error} needed={STEWARDS} again={() => void refetch()} />}
      {error && <Refused error={error} needed={STEWARDS} again={() => void refetch()} />}
      {!data && !error && <Skeleton height={80} />}
      {data?.items.length === 0 && (
        <Text fz="sm" c="dimmed">
          {t("actions.dead.none")}
        </Text>
      )}
      {data && data.items.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                {(["about", "target", "attempts", "error", "at"] as const).map((column) => (
                  <Table.Th key={column} scope="col">
                    {t(`actions.dead.${column}`)}
                  </Table.Th>
                ))}
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map((one) => (
                <Row key={one.id} one={one} waits={sending.isPending && sending.variables === one.id} onSend={() => sending.mutate(one.id)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}

function Row({ one, waits, onSend }: { one: DeadWebhook; waits: boolean; onSend: () => void }) {
  const { t, language } = useI18n();
  return (
    <Table.Tr>
      <Table.Td>
        <bdi>{one.about}</bdi> · <bdi>{one.journey}</bdi>
      </Table.Td>
      <Table.Td>
        <bdi>{one.target}</bdi>
      </Table.Td>
      <Table.Td className="numbers">{one.attempts.toLocaleString(language)}</Table.Td>
      <Table.Td>
        <bdi>{one.error}</bdi>
      </Table.Td>
      <Table.Td>
        <Time iso={one.at} />
      </Table.Td>
      <Table.Td>
        <Button
          variant="light"
          size="compact-sm"
          loading={waits}
          leftSection={<IconRefresh size={15} aria-hidden />}
          aria-label={t("actions.dead.again.this", { what: one.about })}
          onClick={onSend}
        >
          {t("actions.dead.again")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
