import type { PlanEffect } from "../api/types";

/** Where values lie between the ends of a picture, from 0 to 1. */
export interface Scale {
  from: number;
  to: number;
  at: (value: number) => number;
}

const AIR = 0.08;
const LEAST = 1e-9;

/** A scale on which both intervals and the target have room; it begins at nought where nothing lies below. */
export function scaleOf({ before, after }: PlanEffect, target: number): Scale {
  const sides = [before, after].flatMap((side) => (side ? [side.value, side.low, side.high] : []));
  const values = [target, ...sides.filter((value) => value !== null)];
  const lowest = Math.min(0, ...values);
  const highest = Math.max(...values, lowest + LEAST);
  const to = highest + AIR * (highest - lowest);
  const from = lowest < 0 ? lowest - AIR * (highest - lowest) : 0;
  return { from, to, at: (value) => (value - from) / (to - from) };
}
