import { Button, Menu } from "@mantine/core";
import { IconCheck, IconChevronDown, IconLogout, IconUserShield } from "@tabler/icons-react";

import { useI18n } from "../i18n/I18n";
import { useSession } from "../session/Session";

export function RolePicker() {
  const { t } = useI18n();
  const { role, roles, token, choose, signOut } = useSession();
  if (token === null) return null;
  const name = role === null ? t("session.own") : t(`role.${role}`);
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          radius="xl"
          leftSection={<IconUserShield size={17} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={`${t("session.as")}: ${name}`}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("session.as")}</Menu.Label>
        {roles.map((each) => (
          <Menu.Item
            key={each}
            onClick={() => choose(each)}
            rightSection={each === role ? <IconCheck size={15} aria-hidden /> : null}
          >
            {t(`role.${each}`)}
          </Menu.Item>
        ))}
        {role === null && (
          <Menu.Item leftSection={<IconLogout size={15} aria-hidden />} onClick={signOut}>
            {t("session.signOut")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
