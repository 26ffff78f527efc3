import { Drawer, Group } from "@mantine/core";
import type { ReactNode } from "react";

import { useI18n } from "../i18n/I18n";

interface SideDrawerProps {
  /** Null closes it. */
  title: string | null;
  onClose: () => void;
  children: ReactNode;
}

/** What is opened beside a page. Its head is no banner: the page has one. */
export function SideDrawer({ title, onClose, children }: SideDrawerProps) {
  const { t } = useI18n();
  return (
    <Drawer.Root opened={title !== null} onClose={onClose} position="right" size="lg" transitionProps={{ duration: 0 }}>
      <Drawer.Overlay />
      <Drawer.Content>
        <Drawer.Body p="md">
          <Group justify="space-between" wrap="nowrap" mb="md">
            <Drawer.Title>{title}</Drawer.Title>
            <Drawer.CloseButton aria-label={t("decide.close")} />
          </Group>
          {children}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
