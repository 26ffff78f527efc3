import { Group, Skeleton, Stack } from "@mantine/core";

import { useI18n } from "../i18n/I18n";

/** Takes the room that the person will take, so that nothing jumps. */
export function PersonSkeleton() {
  const { t } = useI18n();
  return (
    <Stack role="status" aria-label={t("person.loading")}>
      <div className="card">
        <Group wrap="nowrap">
          <Skeleton circle height={76} />
          <Stack gap="xs" flex={1}>
            <Skeleton height={28} width="30%" />
            <Skeleton height={18} width="55%" />
          </Stack>
        </Group>
      </div>
      <Skeleton height={420} radius="lg" />
    </Stack>
  );
}
