import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const kesher: MantineColorsTuple = [
  "#eef1fd",
  "#dadff6",
  "#b1bbee",
  "#8595e8",
  "#6174e2",
  "#4a60df",
  "#3e55de",
  "#3046c5",
  "#293eb1",
  "#1e359d",
];

const FONT = '"Heebo Variable", system-ui, -apple-system, "Segoe UI", sans-serif';

export const theme = createTheme({
  primaryColor: "kesher",
  primaryShade: { light: 6, dark: 5 },
  autoContrast: true,
  colors: { kesher },
  fontFamily: FONT,
  headings: { fontFamily: FONT, fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** The library's own inks are too faint for small letters (WCAG 2.2 AA asks for 4.5 : 1). */
export const readableInks: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5b6373",
    "--mantine-color-teal-light-color": "#06614a",
    "--mantine-color-orange-light-color": "#a13406",
    "--mantine-color-yellow-light-color": "#7a4b00",
    "--mantine-color-cyan-light-color": "#0b5966",
  },
  dark: {
    "--mantine-color-dimmed": "#a2a8b5",
    "--mantine-color-anchor": "#a5b3f7",
    "--mantine-color-body": "#16171d",
  },
});
