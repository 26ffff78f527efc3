import { Alert, Grid, Stack } from "@mantine/core";
import { IconArrowMerge, IconUserOff } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useLocation } from "wouter";

import { Problem } from "../api/problem";
import { keys, useProfile } from "../api/queries";
import type { Profile } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Note } from "../shell/Note";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Ambiguity } from "./Ambiguity";
import { Consents } from "./Consents";
import { useErasureGoesOn } from "./erasing";
import { Figures } from "./Figures";
import { HeldLinks } from "./HeldLinks";
import { Identifiers } from "./Identifiers";
import { Identity } from "./identity/Identity";
import { useMayDecide } from "./identity/steward";
import { Journeys } from "./Journeys";
import { PersonHeader } from "./PersonHeader";
import { PersonSkeleton } from "./PersonSkeleton";
import { Timeline } from "./Timeline";
import { Traits } from "./Traits";

/** Asks for the other parts again when the profile has a new contact. */
function useFollow(profile: Profile | undefined) {
  const queries = useQueryClient();
  const seen = useRef<number | undefined>(undefined);
  const id = profile?.id;
  const contacts = profile?.figures.interactions;
  useEffect(() => {
    if (id !== undefined && seen.current !== undefined && seen.current !== contacts) {
      void queries.invalidateQueries({ queryKey: ["profile-part", id] });
    }
    seen.current = contacts;
  }, [contacts, id, queries]);
}

/** After a merge the old address leads to the profile that lives now, and says so. */
function useMoved(asked: string, profile: Profile | undefined): boolean {
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const now = profile?.id;
  useEffect(() => {
    if (profile && now !== undefined && now !== asked) {
      queries.setQueryData(keys.profile(now), profile);
      navigate(`/agent/${now}`, { replace: true, state: { moved: true } });
    }
  }, [asked, navigate, now, profile, queries]);
  return (window.history.state as { moved?: boolean } | null)?.moved === true;
}

export function Person({ id }: { id: string }) {
  const { t } = useI18n();
  const { data: profile, error, refetch } = useProfile(id);
  const moved = useMoved(id, profile);
  const mayDecide = useMayDecide();
  const erasureGoesOn = useErasureGoesOn(id);
  useFollow(profile);

  if (error instanceof Problem && error.unknown) {
    return (
      <div className="card" role="status">
        <Note
          icon={IconUserOff}
          title={t("person.gone")}
          hint={t(erasureGoesOn ? "person.gone.goes_on" : "person.gone.hint")}
        />
      </div>
    );
  }
  if (error && (!profile || (error instanceof Problem && error.denied))) {
    return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  }
  if (profile?.id !== id) return <PersonSkeleton />;
  return (
    <Stack gap="md">
      {moved && (
        <Alert icon={<IconArrowMerge aria-hidden />} variant="light" color="gray" radius="lg">
          {t("person.moved")}
        </Alert>
      )}
      <Ambiguity id={id} />
      <PersonHeader profile={profile} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7, lg: 8 }}>
          <Stack gap="md">
            <Journeys id={id} />
            <Identity id={id} />
            <Timeline id={id} figures={profile.figures} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, lg: 4 }}>
          <Stack gap="md">
            <Figures figures={profile.figures} />
            <Consents consents={profile.consents} />
            <Traits id={id} traits={profile.traits} />
            <Identifiers identifiers={profile.identifiers} />
            {!mayDecide && <HeldLinks id={id} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
