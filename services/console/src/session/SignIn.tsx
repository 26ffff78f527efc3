import { Button, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";

import { useI18n } from "../i18n/I18n";
import { useSession } from "./Session";

export function SignIn() {
  const { t } = useI18n();
  const { signIn } = useSession();
  const [token, setToken] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (token.trim()) signIn(token.trim());
  };
  return (
    <Stack className="card" component="form" maw={440} mx="auto" mt="10vh" p="xl" onSubmit={submit}>
      <Title order={1} size="h2">
        {t("session.signIn")}
      </Title>
      <Text c="dimmed">{t("session.signIn.hint")}</Text>
      <PasswordInput
        label={t("session.token")}
        leftSection={<IconKey size={16} aria-hidden />}
        autoComplete="off"
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
      />
      <Button type="submit">{t("session.keep")}</Button>
    </Stack>
  );
}
