import { Center, DirectionProvider, Loader, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Redirect, Route, Router, Switch } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";

import { AgentPage } from "./agent/AgentPage";
import { queryClient } from "./api/cache";
import { I18nProvider } from "./i18n/I18n";
import { SessionProvider, useSession } from "./session/Session";
import { SignIn } from "./session/SignIn";
import { Shell } from "./shell/Shell";
import { readableInks, theme } from "./theme";

const ActionsPage = lazy(() => import("./actions/ActionsPage"));
const AlertsPage = lazy(() => import("./alerts/AlertsPage"));
const DuplicatesPage = lazy(() => import("./duplicates/DuplicatesPage"));
const LivePage = lazy(() => import("./live/LivePage"));
const MapPage = lazy(() => import("./map/MapPage"));
const CustomerPage = lazy(() => import("./map/CustomerPage"));
const MeasuresPage = lazy(() => import("./measures/MeasuresPage"));
const PlansPage = lazy(() => import("./plans/PlansPage"));

const waiting = (
  <Center h="60vh">
    <Loader type="dots" />
  </Center>
);

function Pages() {
  const { token, role } = useSession();
  if (token === null) return <SignIn />;
  return (
    <Suspense fallback={waiting} key={role}>
      <Switch>
        <Route path="/agent/:id?">{({ id }) => <AgentPage id={id} />}</Route>
        <Route path="/duplicates">
          <DuplicatesPage />
        </Route>
        <Route path="/live/:journey/alerts">{({ journey }) => <AlertsPage journey={journey} />}</Route>
        <Route path="/live/:journey?">{({ journey }) => <LivePage journey={journey} />}</Route>
        <Route path="/map/:journey/customer/:id/:number?">
          {({ journey, id, number }) => <CustomerPage journey={journey} id={id} word={number} />}
        </Route>
        <Route path="/map/:journey?/:kind?">{({ journey, kind }) => <MapPage journey={journey} kind={kind} />}</Route>
        <Route path="/measures/:journey?/:view?">{({ journey, view }) => <MeasuresPage journey={journey} view={view} />}</Route>
        <Route path="/actions/:journey?">{({ journey }) => <ActionsPage journey={journey} />}</Route>
        <Route path="/plans/:journey?">{({ journey }) => <PlansPage journey={journey} />}</Route>
        <Route>
          <Redirect to="/agent" replace />
        </Route>
      </Switch>
    </Suspense>
  );
}

export function App() {
  const [queries] = useState(queryClient);
  return (
    <DirectionProvider>
      <MantineProvider theme={theme} cssVariablesResolver={readableInks} defaultColorScheme="auto">
        <I18nProvider>
          <QueryClientProvider client={queries}>
            <SessionProvider waiting={waiting}>
              <Router hook={useHashLocation}>
                <Shell>
                  <Pages />
                </Shell>
              </Router>
            </SessionProvider>
          </QueryClientProvider>
        </I18nProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}
