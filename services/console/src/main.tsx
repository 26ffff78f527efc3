import "@fontsource-variable/heebo";
import "@mantine/core/styles.css";
import "./app.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App";

// An address without the fragment, as one types it, means the same page.
if (window.location.pathname !== "/") window.location.replace(`/#${window.location.pathname}`);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
