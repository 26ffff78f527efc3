import { ActionIcon, Button, Group, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconActivity, IconChartBar, IconMap2, IconMoon, IconSeedling, IconSend, IconSun, IconUsers, IconUserSearch, type TablerIcon } from "@tabler/icons-react";
import { Link, useLocation } from "wouter";

import { useIsOneOf, useMayDecide } from "../agent/identity/steward";
import { useI18n } from "../i18n/I18n";
import { PLANNERS } from "../session/roles";
import classes from "./Header.module.css";
import { RolePicker } from "./RolePicker";

function Page({ to, icon: Icon, title }: { to: string; icon: TablerIcon; title: string }) {
  const [location] = useLocation();
  const current = location.startsWith(to);
  return (
    <Link href={to} className={classes.page} aria-current={current ? "page" : undefined} aria-label={title}>
      <Icon size={18} aria-hidden />
      <span>{title}</span>
    </Link>
  );
}

function LanguageSwitch() {
  const { language, t, switchTo } = useI18n();
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-md"
      title={t("shell.language.label")}
      lang={language === "en" ? "he" : "en"}
      onClick={() => switchTo(language === "en" ? "he" : "en")}
    >
      {t("shell.language")}
    </Button>
  );
}

function SchemeSwitch() {
  const { t } = useI18n();
  const scheme = useComputedColorScheme("light");
  const { setColorScheme } = useMantineColorScheme();
  const dark = scheme === "dark";
  const label = t(dark ? "shell.light" : "shell.dark");
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(dark ? "light" : "dark")}
    >
      {dark ? <IconSun size={19} aria-hidden /> : <IconMoon size={19} aria-hidden />}
    </ActionIcon>
  );
}

export function Header() {
  const { t } = useI18n();
  const decides = useMayDecide();
  const plans = useIsOneOf(PLANNERS);
  return (
    <div className={classes.bar}>
      <Link href="/agent" className={classes.brand} aria-label="Kesher">
        <img src="/favicon.svg" alt="" />
        <span>Kesher</span>
      </Link>
      <nav className={classes.pages} aria-label={t("nav.label")}>
        <Page to="/agent" icon={IconUserSearch} title={t("nav.agent")} />
        {decides && <Page to="/duplicates" icon={IconUsers} title={t("nav.duplicates")} />}
        <Page to="/live" icon={IconActivity} title={t("nav.live")} />
        <Page to="/map" icon={IconMap2} title={t("nav.map")} />
        <Page to="/measures" icon={IconChartBar} title={t("nav.measures")} />
        <Page to="/actions" icon={IconSend} title={t("nav.actions")} />
        {plans && <Page to="/plans" icon={IconSeedling} title={t("nav.plans")} />}
      </nav>
      <Group gap={6} wrap="nowrap">
        <RolePicker />
        <LanguageSwitch />
        <SchemeSwitch />
      </Group>
    </div>
  );
}
