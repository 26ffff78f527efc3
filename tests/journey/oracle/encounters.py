"""A file of invented customers on all channels, who are handed on, answer surveys and see campaigns; and it in DuckDB.

The real files speak of none of that. The same file is written every time.
"""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.journey.oracle.raw import Stage

START = datetime(2025, 1, 6, 8, tzinfo=UTC)
NOW = datetime(2025, 3, 20, 12, tzinfo=UTC)
PAUSE = "6 DAY"
CUSTOMERS, ENCOUNTERS = 80, 60
COLUMNS = (
    "id", "customer", "says", "at", "kind", "channel", "direction", "conversation", "reason", "agent", "queue", "wait",
    "handle", "machine", "transfers", "survey", "score", "lowest", "highest", "sentiment", "campaign", "amount",
    "language",
)  # fmt: skip
MAPPING = """
title: Encounters on all channels, one row each
format: events
event:
  id: "{id}"
  source: /crm/encounters
  type: "{kind}"
  time: {zone: UTC, column: at}
  data:
    channel: "{channel}"
    direction: "{direction}"
    conversation: "{conversation}"
    identifiers:
      - {namespace: customer_id, value: {column: customer, when: 'row.says == "number"'}}
      - namespace: email
        value: "{customer}@example.com"
        assurance: {column: says, table: {typed: claimed}, otherwise: verified}
    traits: {language: "{language}"}
    agent: "{agent}"
    queue: "{queue}"
    reason: "{reason}"
    measures:
      {wait_seconds: "{wait}", handle_seconds: "{handle}", self_service_seconds: "{machine}", transfers: "{transfers}"}
    survey: {kind: "{survey}", score: "{score}", lowest: "{lowest}", highest: "{highest}"}
    sentiment: "{sentiment}"
    campaign: "{campaign}"
    money: {amount: "{amount}", currency: {column: amount, table: {}, otherwise: ILS}}
"""
JOURNEY = """
key: encounters
version: 1
title: {en: Encounters}
stages:
  - {key: looking, when: 'i.type in ["page.viewed", "screen.viewed", "product.viewed"]', importance: 2}
  - {key: alone, when: 'i.type.startsWith("self_service.")', importance: 3}
  - key: asking
    when: >-
      i.type in ["call.started", "call.transferred", "call.ended", "call.abandoned", "chat.message.received",
                 "chat.conversation.ended", "email.received", "social.message.received"] && i.direction == "inbound"
    importance: 4
  - {key: bought, when: i.type == "order.placed", importance: 5, exit: completed}
abandoned_after: P6D
pain_points:
  - {key: failed, when: 'i.type in ["self_service.failed", "payment.failed"]', weight: 2}
  - {key: long_wait, when: i.measures.wait_seconds > 120.0, weight: 1.5}
  - {key: unhappy, when: i.sentiment < -0.5, weight: 0.25}
"""
STAGES = (Stage("looking", 2), Stage("alone", 3), Stage("asking", 4), Stage("bought", 5, ends=True))

KINDS = {
    "page.viewed": ("web",), "screen.viewed": ("app",), "product.viewed": ("web", "app"),
    "order.placed": ("web", "app"), "payment.failed": ("web",), "self_service.succeeded": ("web", "app", "call"),
    "self_service.failed": ("web", "app", "call"), "call.started": ("call",), "call.transferred": ("call",),
    "call.ended": ("call",), "call.abandoned": ("call",), "chat.message.received": ("chat",),
    "chat.message.sent": ("chat",), "chat.conversation.ended": ("chat",), "email.received": ("email",),
    "social.message.received": ("social",), "store.visited": ("store",), "survey.answered": ("survey",),
    "campaign.sent": ("email",),
}  # fmt: skip
OFTEN = (8, 3, 5, 2, 2, 3, 3, 4, 4, 9, 3, 7, 2, 2, 4, 2, 2, 8, 2)
SCALES = {"nps": ("", ""), "csat": ("1", "5"), "ces": ("1", "7"), "other": ("0", "100")}
TALKS = ("call", "chat", "email", "social")


def write(path: Path) -> Path:
    """The file."""
    chance = Random(17)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, restval="")
        rows.writeheader()
        for number in range(CUSTOMERS):
            rows.writerows(_customer(chance, f"cust-{number + 101}"))
    return path


def _customer(chance: Random, customer: str) -> list[dict[str, Any]]:
    at, rows, talks = START, list[dict[str, Any]](), dict[str, str]()
    for number in range(ENCOUNTERS):
        at += chance.choice([
            timedelta(seconds=chance.randrange(5, 1_500)), timedelta(seconds=chance.randrange(1_500, 9_000)),
            timedelta(hours=24, seconds=chance.choice([-1, 0, 1])),
            timedelta(seconds=chance.randrange(80_000, 1_200_000)),
        ])  # fmt: skip
        if at > NOW:
            break
        row = _encounter(chance, chance.choices([*KINDS], OFTEN)[0])
        channel = row["channel"]
        if channel in TALKS and chance.random() < 0.9:
            talks[channel] = talks.get(channel, "") if chance.random() < 0.6 else ""
            row["conversation"] = talks[channel] = talks[channel] or f"{customer}-{number}"
        rows.append({"id": f"{customer}-{number}", "customer": customer, "at": f"{at:%Y-%m-%d %H:%M:%S}", **row})
    rows[0]["says"] = "number"
    return rows


def _encounter(chance: Random, kind: str) -> dict[str, Any]:
    def mostly(share: float, *values: Any) -> Any:
        return chance.choice(values) if chance.random() < share else ""

    row = {"kind": kind, "channel": chance.choice(KINDS[kind]), "says": chance.choice(["login", "number", "typed"])}
    outbound = kind in {"campaign.sent", "chat.message.sent"} or (kind == "call.ended" and chance.random() < 0.2)
    row["direction"] = "outbound" if outbound else "inbound"
    if row["channel"] in TALKS and kind != "campaign.sent":
        row |= {"reason": mostly(0.7, "billing", "refund", "delivery"), "agent": mostly(0.5, "noa", "omer")}
        row |= {"queue": mostly(0.5, "desk", "experts"), "sentiment": mostly(0.3, -0.9, -0.51, -0.2, 0.0, 0.35, 1.0)}
    if row["channel"] == "call":
        row |= {"wait": mostly(0.6, 0, 7.5, 90, 121, 600), "handle": mostly(0.4, 0, 60, 333.25)}
        row |= {"machine": mostly(0.5, 0, 12, 45.5), "transfers": mostly(0.3, 0, 1, 2)}
    if kind == "survey.answered" or (kind == "chat.conversation.ended" and chance.random() < 0.5):
        row["survey"] = chance.choice([*SCALES])
        row["lowest"], row["highest"] = SCALES[row["survey"]]
        row["score"] = chance.randrange(int(row["lowest"] or 0), int(row["highest"] or 10) + 2)  # also above the scale
    if kind == "campaign.sent" or (kind == "page.viewed" and chance.random() < 0.2):
        row["campaign"] = chance.choice(["spring", "loyalty"])
    if kind == "order.placed":
        row["amount"] = chance.choice([120, 1_450.5, 2_600])
    if row["says"] != "typed":
        row["language"] = mostly(0.3, "he", "en")
    return row


CONTACTS = (
    "call.started", "call.answered", "call.transferred", "call.ended", "call.abandoned", "chat.conversation.started",
    "chat.conversation.ended", "chat.message.received", "email.received", "social.message.received",
)  # fmt: skip
DOINGS = (
    *CONTACTS, "page.viewed", "screen.viewed", "product.viewed", "order.placed", "store.visited",
    "self_service.succeeded", "self_service.failed",
)  # fmt: skip
ROWS = """
CREATE TABLE row AS
SELECT *, row_number() OVER (PARTITION BY customer ORDER BY moment, id) AS place,
    coalesce(machine, 0) > 0 AND coalesce(wait, 0) = 0 AND coalesce(handle, 0) = 0 AND agent IS NULL AS machine_only,
    coalesce(lowest, 0) AS least_score, coalesce(highest, 10) AS most_score,
    CASE WHEN score IS NOT NULL THEN
        least(1, greatest(0, (score - least_score) / (most_score - least_score))) END AS answer,
    coalesce(answer, (sentiment + 1) / 2) AS satisfaction
FROM (
    SELECT id, customer, says, "at"::TIMESTAMP AS moment, kind, channel, direction, conversation, reason, agent, queue,
        wait::DOUBLE AS wait, handle::DOUBLE AS handle, machine::DOUBLE AS machine, transfers::DOUBLE AS transfers,
        survey, score::DOUBLE AS score, lowest::DOUBLE AS lowest, highest::DOUBLE AS highest,
        sentiment::DOUBLE AS sentiment, campaign, amount::DOUBLE AS amount, language
    FROM read_csv('{path}', all_varchar = true)
);
"""
STORY = f"""
CREATE TABLE doing AS SELECT *, row_number() OVER (PARTITION BY customer ORDER BY place) AS n
FROM row WHERE kind IN {DOINGS} AND direction = 'inbound';

-- The rows of a contact: of one conversation on a channel, until a day passes without any.
CREATE TABLE talk AS
SELECT *, min(place) OVER (PARTITION BY customer, channel, thread, pauses) AS contact FROM (
    SELECT *, sum(coalesce(moment - before > INTERVAL 24 HOUR, false)::INT)
        OVER (PARTITION BY customer, channel, thread ORDER BY place) AS pauses
    FROM (
        SELECT *, coalesce(conversation, 'alone ' || id) AS thread,
            lag(moment) OVER (PARTITION BY customer, channel, thread ORDER BY place) AS before
        FROM row WHERE kind IN {CONTACTS} AND direction = 'inbound' AND NOT machine_only
    )
);
CREATE TABLE contact AS
SELECT *, reason IS NOT NULL AND coalesce(moment - lag(moment) OVER same <= INTERVAL 7 DAY, false) AS again,
    coalesce(lead(moment) OVER same - moment <= INTERVAL 7 DAY, false) AS comes_back
FROM (
    SELECT customer, contact AS place, any_value(channel) AS channel, min(moment) AS moment,
        arg_min(reason, place) FILTER (reason IS NOT NULL) AS reason,
        arg_min(queue, place) FILTER (queue IS NOT NULL) AS queue, bool_and(kind <> 'call.abandoned') AS served,
        coalesce(max(transfers), count(*) FILTER (kind = 'call.transferred')) AS transfers
    FROM talk GROUP BY customer, contact
) WINDOW same AS (PARTITION BY customer, reason ORDER BY place);

-- Contacts after something on another channel within a day.
CREATE TABLE came_over AS
SELECT c.customer, c.place, coalesce(c.channel <> d.channel AND c.moment - d.moment <= INTERVAL 24 HOUR, false) AS yes
FROM contact c ASOF LEFT JOIN doing d ON d.customer = c.customer AND d.place < c.place;

CREATE TABLE handed_over AS
SELECT customer, place FROM came_over WHERE yes
UNION
SELECT customer, place FROM (
    SELECT *, last_value(agent IGNORE NULLS) OVER before AS agent_before,
        last_value(queue IGNORE NULLS) OVER before AS queue_before
    FROM talk WINDOW before AS (PARTITION BY customer, contact ORDER BY place
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
) WHERE place > contact AND (kind = 'call.transferred' OR agent <> agent_before OR queue <> queue_before);

CREATE TABLE said AS SELECT customer, place, moment, satisfaction FROM row WHERE satisfaction IS NOT NULL;
CREATE TABLE visit_online AS
SELECT customer, min(place) AS place, max(place) AS last, max(moment) AS ended FROM (
    SELECT *, sum(begins::INT) OVER (PARTITION BY customer ORDER BY place) AS visit FROM (
        SELECT *, coalesce(moment - lag(moment) OVER (PARTITION BY customer ORDER BY place) > INTERVAL 30 MINUTE, true)
            AS begins
        FROM doing WHERE channel IN ('web', 'app')
    )
) GROUP BY customer, visit;
CREATE TABLE owed AS
SELECT r.customer, r.place, CASE WHEN r.moment - c.moment <= INTERVAL 30 DAY THEN c.campaign END AS campaign
FROM row r ASOF LEFT JOIN (FROM row WHERE campaign IS NOT NULL) c ON r.customer = c.customer AND r.place >= c.place;
CREATE TABLE silent AS
SELECT customer, place FROM (
    SELECT *, moment - lag(moment) OVER mine AS silence, lag(moment) OVER mine - first_value(moment) OVER mine AS span
    FROM doing WINDOW mine AS (PARTITION BY customer ORDER BY place)
) WHERE n > 3 AND epoch(silence) * (n - 2) > 2 * epoch(span);
CREATE TABLE failure AS FROM row WHERE kind IN ('self_service.failed', 'payment.failed');

CREATE TABLE story AS
SELECT customer, place, 'wait' AS measure, wait AS value FROM row WHERE wait IS NOT NULL
UNION ALL SELECT customer, place, 'handle', handle FROM row WHERE handle IS NOT NULL
UNION ALL SELECT customer, place, 'transfers', transfers FROM contact WHERE served
UNION ALL SELECT customer, place, 'channel_switches', yes::INT FROM came_over
UNION ALL SELECT customer, place, 'reidentified', (says <> 'login')::INT
    FROM handed_over JOIN row USING (customer, place)
UNION ALL SELECT customer, place, 'repeat_contacts', again::INT FROM contact WHERE reason IS NOT NULL
UNION ALL SELECT customer, place, 'first_contact_resolution', (NOT comes_back)::INT FROM contact
    WHERE reason IS NOT NULL AND served AND NOT again
UNION ALL SELECT customer, place, 'containment', (
        (kind = 'self_service.succeeded' OR (machine_only AND kind <> 'self_service.failed')) AND NOT EXISTS (
            FROM contact c WHERE c.customer = row.customer AND c.place > row.place
                AND c.moment <= row.moment + INTERVAL 24 HOUR))::INT
    FROM row WHERE kind LIKE 'self_service.%' OR machine > 0
UNION ALL SELECT customer, place, 'leakage', EXISTS (
        FROM contact c WHERE c.customer = v.customer AND c.channel = 'call' AND c.place > v.last
            AND c.moment <= v.ended + INTERVAL 24 HOUR)::INT
    FROM visit_online v
UNION ALL SELECT customer, place, 'preventable', (again OR EXISTS (
        FROM failure f WHERE f.customer = contact.customer AND f.place < contact.place
            AND f.moment >= contact.moment - INTERVAL 24 HOUR))::INT
    FROM contact
UNION ALL SELECT customer, place, 'promise_gap', 1 - satisfaction FROM said JOIN owed USING (customer, place)
    WHERE campaign IS NOT NULL
UNION ALL SELECT customer, place, survey, CASE survey
        WHEN 'nps' THEN CASE WHEN answer >= 0.9 THEN 100 WHEN answer <= 0.6 THEN -100 ELSE 0 END
        WHEN 'csat' THEN CASE WHEN answer >= 0.75 THEN 100 ELSE 0 END ELSE 1 + 6 * answer END
    FROM row WHERE survey IN ('nps', 'csat', 'ces')
UNION ALL SELECT customer, place, 'emotion', satisfaction FROM said
UNION ALL SELECT c.customer, c.place, 'churn_risk', (
        coalesce(s.satisfaction < 0.5 AND c.moment - s.moment <= INTERVAL 90 DAY, false)::INT + again::INT
        + (NOT served)::INT + EXISTS (FROM silent s WHERE s.customer = c.customer AND s.place = c.place)::INT) / 4
    FROM contact c ASOF LEFT JOIN said s ON s.customer = c.customer AND s.place <= c.place
UNION ALL SELECT r.customer, r.place, 'satisfaction_change', after.satisfaction - before.satisfaction
    FROM row r ASOF JOIN said before ON before.customer = r.customer AND before.place < r.place
    ASOF JOIN said after ON after.customer = r.customer AND after.place > r.place
    WHERE r.moment - before.moment <= INTERVAL 30 DAY AND after.moment - r.moment <= INTERVAL 30 DAY;

CREATE TABLE customer AS
SELECT customer, list_sort(list_concat(
        CASE WHEN detracts THEN ['detractor'] ELSE [] END, CASE WHEN heavy THEN ['heavy_contact'] ELSE [] END,
        CASE WHEN hebrew THEN ['hebrew_speaker'] ELSE [] END, CASE WHEN valued THEN ['high_value'] ELSE [] END,
        CASE WHEN orders > 1 THEN ['returning_buyer'] ELSE [] END,
        CASE WHEN valued AND (detracts OR heavy) THEN ['valued_at_risk'] ELSE [] END))::VARCHAR[] AS segments
FROM (
    SELECT customer, count(*) FILTER (kind = 'order.placed') AS orders,
        coalesce(sum(amount) FILTER (kind = 'order.placed'), 0) > 5000 AS valued,
        coalesce(arg_max(score, place) FILTER (survey = 'nps') <= 6, false) AS detracts,
        count(*) FILTER (channel = 'call') > 10 OR coalesce(sum(wait), 0) > 1800 AS heavy,
        coalesce(arg_max(language, place) FILTER (language IS NOT NULL) = 'he', false) AS hebrew
    FROM row GROUP BY customer
);
CREATE TABLE event AS
SELECT r.customer, r.place, r.id, r.moment, r.kind AS type, r.channel, coalesce(r.reason, c.reason) AS reason,
    coalesce(r.queue, c.queue) AS queue, owed.campaign, segments, NULL::VARCHAR AS persona,
    CASE WHEN r.kind IN ('page.viewed', 'screen.viewed', 'product.viewed') THEN 'looking'
        WHEN r.kind LIKE 'self_service.%' THEN 'alone' WHEN r.kind = 'order.placed' THEN 'bought'
        WHEN r.kind IN {CONTACTS} AND r.direction = 'inbound' THEN 'asking' END AS stage
FROM row r JOIN customer USING (customer) JOIN owed USING (customer, place)
LEFT JOIN talk t ON t.customer = r.customer AND t.place = r.place
LEFT JOIN contact c ON c.customer = t.customer AND c.place = t.contact;
"""
HURTS = """
CREATE TABLE hurts AS
SELECT customer, place, 'failed' AS pain, 2::DOUBLE AS weight FROM failure
UNION ALL SELECT customer, place, 'long_wait', 1.5 FROM row WHERE wait > 120
UNION ALL SELECT customer, place, 'unhappy', 0.25 FROM row WHERE sentiment < -0.5;
"""
