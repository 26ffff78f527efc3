"""The call centre's file in DuckDB, and a journey through its calls."""

from datetime import UTC, datetime, timedelta

from tests.journey.oracle.acting import Action
from tests.journey.oracle.raw import Stage
from tests.journey.oracle.real_files import BANK

NOW = datetime(2010, 8, 11, 12, tzinfo=UTC)
JOURNEY = """
key: bank_calls
version: 1
title: {en: A matter with the bank}
stages:
  - {key: hung_up_at_once, when: 'i.type == "call.abandoned" && i.measures.wait_seconds == 0.0', importance: 2}
  - {key: gave_up, when: 'i.type == "call.abandoned"', importance: 5}
  - {key: served, when: 'i.type == "call.ended" && i.reason != "stock_exchange"', importance: 4}
  - {key: traded, when: 'i.type == "call.ended"', exit: completed}
abandoned_after: P2D
pain_points:
  - {key: long_wait, when: i.measures.wait_seconds > 120.0, weight: 2}
  - {key: hung_up, when: i.type == "call.abandoned", weight: 3}
  - {key: again, when: j.visits.gave_up > 1, weight: 0.5}
personas:
  - {key: waits_much, when: p.figures.wait_seconds > 600.0, weights: {hung_up: 7}}
actions:
  - key: call_back
    on: entered
    stage: gave_up
    cooldown: PT49H
    quiet_hours: {begin: "22:00", end: "08:00", zone: Asia/Jerusalem}
    hold_out: 0.4
    outcome_within: PT21H
    to: agents
  - key: ask_why
    on: abandoned
    cap: {times: 1, within: PT119H}
    quiet_hours: {begin: "14:00", end: "17:00", zone: Asia/Jerusalem}
    outcome_within: PT49H
    to: surveys
  - {key: apologise, on: pain_point, pain_point: long_wait, outcome_within: PT14H, to: letters}
  - {key: offer_alerts, on: completed, consent: marketing, to: letters}
"""
HOUR = timedelta(hours=1)
TURNS = tuple(NOW - HOUR * 7 * turn for turn in range(36))[::-1]
"""Every seven hours, so that the times of day differ; what is written for actions ends on turns, to the second."""
STAGES = (Stage("hung_up_at_once", 2), Stage("gave_up", 5), Stage("served", 4), Stage("traded", ends=True))
PAUSE = "2 DAY"
ACTIONS = (
    Action("call_back", HOUR * 21, quiet=(19, 5), cooldown=HOUR * 49, compared="held_out"),
    Action("ask_why", HOUR * 49, lapses=True, quiet=(11, 14), once_in=HOUR * 119, compared="cap"),
    Action("apologise", HOUR * 14),
    Action("offer_alerts", HOUR * 168, allowed=False),
)
"""By the clock of UTC. Nobody in the file allows anything."""
CAUSES = """
CREATE TABLE cause AS
SELECT 'call_back' AS action, customer, stage, moment, next AS over FROM (
    SELECT *, lead(moment) OVER (PARTITION BY customer ORDER BY place) AS next FROM step
) WHERE stage = 'gave_up'
UNION ALL
SELECT 'ask_why', customer, stage, closed, next FROM (
    SELECT *, lead(opened) OVER (PARTITION BY customer ORDER BY number) AS next FROM journey
) WHERE status = 'abandoned'
UNION ALL
SELECT 'apologise', customer, stage, moment, NULL FROM met WHERE pain = 'long_wait'
UNION ALL
SELECT 'offer_alerts', customer, stage, moment, NULL FROM step WHERE stage = 'traded';
"""
"""What calls for an action, and when the customer moves on from it."""
CALLS = f"""
CREATE TABLE raw AS
SELECT *, row_number() OVER (PARTITION BY customer ORDER BY moment, id) AS place FROM (
    SELECT trim(customer_id) AS customer, outcome, CASE type WHEN 'PE' THEN 'PS' ELSE type END AS kind, type AS desk,
        date::DATE + vru_entry::INTERVAL - INTERVAL 3 HOUR AS moment, -- summer in Israel
        "vru+line" || '-' || call_id || '-' || date AS id,
        CASE WHEN vru_time LIKE '-%' THEN 0 ELSE vru_time::DOUBLE END AS machine, q_time::DOUBLE AS wait,
        ser_time::DOUBLE AS served, outcome = 'AGENT' AS answered,
        trim(server) <> 'NO_SERVER' OR (outcome = 'AGENT' AND ser_time::DOUBLE > 0) AS person
    FROM read_csv('{BANK}', all_varchar = true) WHERE trim(customer_id) <> '0'
);
CREATE TABLE call AS FROM raw WHERE outcome <> 'PHANTOM';
CREATE TABLE contact AS
SELECT *, coalesce(moment - lag(moment) OVER same <= INTERVAL 7 DAY, false) AS again,
    coalesce(lead(moment) OVER same - moment <= INTERVAL 7 DAY, false) AS comes_back
FROM call WHERE person OR wait > 0 OR machine = 0
WINDOW same AS (PARTITION BY customer, kind ORDER BY place);
CREATE TABLE doing AS
SELECT customer, place, row_number() OVER mine AS n, epoch(moment - lag(moment) OVER mine) AS silence,
    epoch(lag(moment) OVER mine - first_value(moment) OVER mine) AS before
FROM call WINDOW mine AS (PARTITION BY customer ORDER BY place);
CREATE TABLE story AS
SELECT customer, place, 'wait' AS measure, wait AS value FROM call
UNION ALL SELECT customer, place, 'handle', served FROM call WHERE answered
UNION ALL SELECT customer, place, 'transfers', 0 FROM contact WHERE answered
UNION ALL SELECT customer, place, 'channel_switches', 0 FROM contact
UNION ALL SELECT customer, place, 'repeat_contacts', again::INT FROM contact
UNION ALL SELECT customer, place, 'first_contact_resolution', (NOT comes_back)::INT FROM contact
    WHERE answered AND NOT again
UNION ALL SELECT customer, place, 'preventable', again::INT FROM contact
UNION ALL SELECT customer, place, 'containment', (NOT person AND wait = 0 AND NOT EXISTS (
        FROM contact WHERE contact.customer = call.customer AND contact.place > call.place
            AND contact.moment <= call.moment + INTERVAL 24 HOUR))::INT
    FROM call WHERE machine > 0
UNION ALL SELECT customer, place, 'churn_risk',
        (again::INT + (NOT answered)::INT + (n > 3 AND silence * (n - 2) > 2 * before)::INT) / 4
    FROM contact JOIN doing USING (customer, place);
"""
REASONS = {
    "PS": "banking.regular",
    "IN": "internet.support",
    "NE": "stock_exchange",
    "NW": "new_customer.enquiry",
    "TT": "callback",
}
QUEUES = {
    "PS": "regular",
    "PE": "regular-english",
    "IN": "internet-support",
    "NE": "stock-exchange",
    "NW": "new-customers",
    "TT": "returned-calls",
}
EVENTS = f"""
CREATE TABLE event AS
SELECT raw.customer, place, id, moment, 'call' AS channel, NULL::VARCHAR AS campaign,
    CASE outcome WHEN 'AGENT' THEN 'call.ended' WHEN 'HANG' THEN 'call.abandoned' ELSE 'call.unknown' END AS type,
    map({[*REASONS]}, {[*REASONS.values()]})[kind] AS reason, map({[*QUEUES]}, {[*QUEUES.values()]})[desk] AS queue,
    CASE WHEN outcome = 'HANG' AND wait = 0 THEN 'hung_up_at_once' WHEN outcome = 'HANG' THEN 'gave_up'
        WHEN outcome = 'AGENT' AND kind = 'NE' THEN 'traded' WHEN outcome = 'AGENT' THEN 'served' END AS stage,
    CASE WHEN calls > 10 OR waited > 1800 THEN ['heavy_contact'] ELSE [] END::VARCHAR[] AS segments,
    CASE WHEN waited > 600 THEN 'waits_much' END AS persona
FROM raw JOIN (
    SELECT customer, count(*) AS calls, coalesce(sum(wait) FILTER (outcome <> 'PHANTOM'), 0) AS waited
    FROM raw GROUP BY customer
) USING (customer);
"""
HURTS = """
CREATE TABLE hurts AS
SELECT customer, place, 'long_wait' AS pain, 2::DOUBLE AS weight FROM call WHERE wait > 120
UNION ALL
SELECT customer, place, 'hung_up', CASE WHEN persona IS NULL THEN 3 ELSE 7 END FROM event WHERE type = 'call.abandoned'
UNION ALL
SELECT customer, place, 'again', 0.5 FROM inside WHERE (
    SELECT count(*) FROM visit WHERE visit.customer = inside.customer AND visit.number = inside.number
        AND visit.place <= inside.place AND visit.stage = 'gave_up') > 1;
"""
