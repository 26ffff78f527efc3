import type { components } from "./schema";

type Schemas = components["schemas"];

export type ProfileIdentifier = Schemas["ProfileIdentifier"];
export type Profile = Schemas["Profile"];
export type Trait = Schemas["Trait"];
export type TraitValue = Schemas["TraitValue"];
export type Figures = Schemas["Figures"];
export type Alternative = Schemas["Alternative"];
export type Lookup = Schemas["Lookup"];
export type Found = Schemas["Found"];
export type Identifier = Found["identifiers"][number];
export type Interaction = Schemas["TimelineItem"];
export type Channel = Interaction["data"]["channel"];
export type Identity = Schemas["Identity"];
export type HeldLink = Schemas["HeldLink"];
export type ProfileJourney = Schemas["ProfileJourney"];
export type Definition = Schemas["Definition"];
export type Funnel = Schemas["Funnel"];
export type Flow = Schemas["Flow"];

/** What `journey.transitioned` and `journey.retracted` carry on the live stream. */
export interface Transition {
  profile_id: string;
  journey: string;
  from: string | null;
  to: string | null;
  at: string;
  interaction?: string | null;
  channel?: Channel | null;
  corrects?: string | null;
}
