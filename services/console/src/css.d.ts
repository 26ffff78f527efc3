declare module "@fontsource-variable/heebo";
