import { Alert, Anchor, Box, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";

import { useDuplicates } from "../api/queries";
import { useLatestOutcome } from "../agent/identity/decide";
import { DecisionDialog } from "../agent/identity/DecisionDialog";
import type { Proposal } from "../agent/identity/proposal";
import { useI18n } from "../i18n/I18n";
import { STEWARDS } from "../session/roles";
import { Note } from "../shell/Note";
import { Refused } from "../shell/Refused";
import { Pair } from "./Pair";

/** The likeliest first; a pair leaves when it is decided. */
export default function DuplicatesPage() {
  const { t } = useI18n();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useDuplicates();
  const [proposal, setProposal] = useState<Proposal | null>(null);
  const pairs = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Box maw={1100} mx="auto">
      <Title order={1} size="h2" mb={4}>
        {t("duplicates.title")}
      </Title>
      <Text c="dimmed" mb="md" maw={760}>
        {t("duplicates.hint")}
      </Text>
      <Done />
      {error && <Refused error={error} needed={STEWARDS} again={() => void refetch()} />}
      {!data && !error && <Skeleton height={180} />}
      {data && pairs.length === 0 && (
        <div className="card" role="status">
          <Note icon={IconUsers} title={t("duplicates.none")} hint={t("duplicates.none.hint")} />
        </div>
      )}
      <Stack gap="md" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {pairs.map((pair) => (
          <Pair key={`${pair.a.id} ${pair.b.id}`} pair={pair} propose={setProposal} />
        ))}
      </Stack>
      {hasNextPage && (
        <Group justify="center" mt="md">
          <Button variant="light" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("duplicates.more")}
          </Button>
        </Group>
      )}
      <DecisionDialog proposal={proposal} own={[]} onClose={() => setProposal(null)} />
    </Box>
  );
}

function Done() {
  const { t } = useI18n();
  const { outcome, forget } = useLatestOutcome();
  return (
    <div role="status">
      {outcome && (
        <Alert
          mb="md"
          color="teal"
          variant="light"
          icon={<IconCircleCheck aria-hidden />}
          title={t(`decide.done.${outcome.kind}`)}
          withCloseButton
          closeButtonLabel={t("decide.close")}
          onClose={forget}
        >
          <Group gap="md">
            {outcome.people.map(({ id, name }) => (
              <Anchor key={id} component={Link} href={`/agent/${id}`}>
                {t("decide.done.open", { name: name ?? t("ambiguous.other") })}
              </Anchor>
            ))}
          </Group>
        </Alert>
      )}
    </div>
  );
}
