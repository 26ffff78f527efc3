import { Anchor, Group, Skeleton, Title } from "@mantine/core";
import { Link } from "wouter";

import { useCustomerMap } from "../api/queries";
import { useI18n } from "../i18n/I18n";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { CustomerMap } from "./CustomerMap";
import { mapPath, numberOf } from "./kinds";

/** One customer's day: their way through a journey, touchpoint by touchpoint. */
export default function CustomerPage({ journey, id, word }: { journey: string; id: string; word: string | undefined }) {
  const { t } = useI18n();
  const { data, error, refetch } = useCustomerMap(journey, id, numberOf(word));
  return (
    <>
      <Group justify="space-between" mb="md" mih={40}>
        <Title order={1} fz={28}>
          {t("way.title")}
        </Title>
        <Anchor component={Link} href={mapPath(journey, "current")}>
          {t("way.all")}
        </Anchor>
      </Group>
      {error && <Refused error={error} needed={READERS} again={() => void refetch()} />}
      {data ? <CustomerMap map={data} /> : !error && <Skeleton height={420} radius="lg" />}
    </>
  );
}
