import type { components } from "./schema";

type Schemas = components["schemas"];

export type Identifier = Schemas["IdentifierView"];
export type ProfileIdentifier = Schemas["ProfileIdentifier"];
export type Profile = Schemas["Profile"];
export type Trait = Schemas["TraitView"];
export type TraitValue = Omit<Trait, "others">;
export type LostValue = Schemas["LostValue"];
export type Consent = Schemas["ConsentView"];
export type ConsentWord = Schemas["ConsentWord"];
export type UncountedWord = Schemas["UncountedWord"];
export type Explanation = Schemas["InteractionAnswer"];
export type ShownLink = Schemas["ShownLink"];
export type Figures = Schemas["Figures"];
export type ChannelFigures = Schemas["ChannelFigures"];
export type Alternative = Schemas["Alternative"];
export type Lookup = Schemas["LookupAnswer"];
export type Found = Schemas["SearchItem"];
export type Channel = Schemas["Channel"];
export type Link = Schemas["JoinedLink"];
export type HeldLink = Schemas["HeldLink"];
export type Decision = Schemas["DecisionView"];
export type Identity = Schemas["IdentityAnswer"];
export type Why = Schemas["WhyAnswer"];
export type Effect = Schemas["EffectAnswer"];
export type DecisionRequest = Schemas["DecisionRequest"];
export type WithdrawalTrial = Schemas["WithdrawalTrial"];
export type LikelyPair = Schemas["LikelyPair"];
export type LikelyPerson = Schemas["LikelyPerson"];
export type WeightLine = Schemas["WeightLine"];
export type ProfileJourney = Schemas["ProfileJourneyView"];
export type Definition = Schemas["JourneyView"];
export type Funnel = Schemas["FunnelView"];
export type Flow = Schemas["FlowView"];
export type JourneyMap = Schemas["MapView"];
export type Alert = Schemas["AlertView"];
export type AlertUnit = Alert["unit"];
export type AlertReading = Schemas["ReadingView"];
export type MapStage = Schemas["MapStageView"];
export type TargetMap = Schemas["TargetMapView"];
export type Blueprint = Schemas["BlueprintView"];
export type CustomerMap = Schemas["CustomerMapView"];
export type StageFigures = Partial<Record<Measure, Schemas["FigureView"]>>;
export type Measure = Schemas["Measure"];
export type Plan = Schemas["PlanView"];
export type PlanWish = Schemas["PlanWish"];
export type PlanEffect = Schemas["EffectView"];
export type DefinitionInFull = Schemas["DefinitionView"];

/** An item of the timeline: the event as received, and what became of it. */
export type Interaction = Schemas["Interaction"] & { profile_id: string; interaction_number: number };

/** What events of journeys carry on the live stream; `id` is what `corrects` names. */
export type Transition = Schemas["TransitionData"] & { id: string };
