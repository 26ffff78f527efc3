import { AppShell, Button } from "@mantine/core";
import { useRef, type ReactNode } from "react";

import { useI18n } from "../i18n/I18n";
import { Header } from "./Header";

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const main = useRef<HTMLElement>(null);
  return (
    <>
      {/* A button and not a link: the fragment of the address is the page's route. */}
      <Button className="skip" onClick={() => main.current?.focus()}>
        {t("app.skip")}
      </Button>
      <AppShell header={{ height: 60 }} padding="md" transitionDuration={0}>
        <AppShell.Header withBorder={false}>
          <Header />
        </AppShell.Header>
        <AppShell.Main ref={main} tabIndex={-1}>
          {children}
        </AppShell.Main>
      </AppShell>
    </>
  );
}
