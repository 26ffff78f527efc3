import { createTheme, type MantineColorsTuple } from "@mantine/core";

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
