import { Box, Text, Title } from "@mantine/core";
import { useLocation } from "wouter";

import { useI18n } from "../i18n/I18n";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { useFind, type Question } from "./find";
import { Names } from "./Names";
import { Nobody } from "./Nobody";
import { Person } from "./Person";
import { PersonSkeleton } from "./PersonSkeleton";
import { SearchBox } from "./SearchBox";

/** Only the profile's id is ever in the address. */
export function AgentPage({ id }: { id: string | undefined }) {
  const find = useFind();
  const [, navigate] = useLocation();

  // Whoever is on the screen goes away first: nobody must read one customer's page while asking for another.
  const ask = (question: Question) => {
    navigate("/agent");
    find.mutate(question, {
      onSuccess: (finding) => {
        if (finding.what === "person") open(finding.id);
      },
    });
  };
  const open = (found: string) => {
    find.reset();
    navigate(`/agent/${found}`);
  };

  const idle = id === undefined && find.isIdle;
  return (
    <Box maw={1320} mx="auto">
      {idle && <Welcome />}
      <Box maw={760} mx={idle ? "auto" : 0} mb="md">
        <SearchBox first={id === undefined} busy={find.isPending} onFind={ask} />
      </Box>
      {find.isPending && <PersonSkeleton />}
      {find.isError && <Refused error={find.error} needed={READERS} again={find.reset} />}
      {find.data?.what === "nobody" && <Nobody asked={find.data.asked} onFind={ask} />}
      {find.data?.what === "names" && <Names items={find.data.items} more={find.data.more} onOpen={open} />}
      {find.isIdle && id !== undefined && <Person key={id} id={id} />}
    </Box>
  );
}

function Welcome() {
  const { t } = useI18n();
  return (
    <Box ta="center" mt="14vh" mb="lg">
      <Title order={1} fz={40} mb={4}>
        {t("start.title")}
      </Title>
      <Text c="dimmed" fz="lg">
        {t("start.body")}
      </Text>
    </Box>
  );
}
