"""The web shop's file in DuckDB, and two journeys through it: one without an end, and one that ends with an order."""

from datetime import UTC, datetime

from tests.journey.oracle.raw import Stage
from tests.journey.oracle.real_files import SHOP

NOW = datetime(2024, 6, 30, 12, tzinfo=UTC)
"""Some who came last are not given up yet then."""
BROWSING = """
key: web_shop
version: 1
title: {en: Web shop}
stages:
  - key: looking
    when: i.name in ["Home", "Promotion", "Product List Viewed", "Products Searched", "Product Viewed"]
  - {key: cart, when: 'i.name in ["Product Added", "Cart Viewed"]'}
  - {key: checkout, when: 'i.name in ["Checkout Step Completed", "Payment Info Entered"]'}
  - {key: bought, when: 'i.name == "Order Completed"'}
pain_points:
  - {key: payment_failed, when: 'i.name == "Payment Failed"', weight: 3}
  - {key: checkout_failed, when: 'i.name == "Checkout Failed"', weight: 5}
  - {key: asked_for_help, when: 'i.name == "Support Chat Opened"', weight: 1}
"""
RETAIL = """
key: retail
version: 1
title: {en: An order in the web shop}
stages:
  - key: looking
    when: i.name in ["Home", "Promotion", "Product List Viewed", "Products Searched", "Product Viewed"]
  - {key: cart, when: 'i.name in ["Product Added", "Cart Viewed"]'}
  - key: checkout
    when: i.name in ["Checkout Step Completed", "Payment Info Entered", "Payment Failed", "Checkout Failed"]
    importance: 5
  - {key: help, when: 'i.name == "Support Chat Opened"'}
  - {key: bought, when: 'i.name == "Order Completed"', exit: completed}
abandoned_after: P1D
pain_points:
  - {key: payment_failed, when: 'i.name == "Payment Failed"', weight: 3}
  - {key: checkout_failed, when: 'i.name == "Checkout Failed"', weight: 5}
alerts:
  - {key: payments_fail, stage: checkout, measure: pain_point, pain_point: payment_failed}
  - {key: laborious, stage: checkout, measure: effort}
  - {key: many_chats, stage: help, measure: volume}
"""
LOYAL = """
key: loyal
version: 1
title: {en: Loyal}
when: p.traits.lifecycle == "loyal"
"""
OF_BROWSING = (Stage("looking"), Stage("cart"), Stage("checkout"), Stage("bought"))
OF_RETAIL = (Stage("looking"), Stage("cart"), Stage("checkout", 5), Stage("help"), Stage("bought", ends=True))
PAUSE = "1 DAY"
"""Of the journey that ends."""
CLICKS = f"""
CREATE TABLE click AS
SELECT user_id AS customer, event AS name, timestamp::TIMESTAMP AS moment, acquisition_channel, user_lifecycle,
    user_id || '-' || session_id || '-' || line AS id,
    row_number() OVER (PARTITION BY user_id ORDER BY moment, id) AS place
FROM (SELECT *, row_number() OVER () + 1 AS line FROM read_csv('{SHOP}', all_varchar = true, parallel = false));
CREATE TABLE story AS
SELECT customer, place, 'leakage' AS measure, 0 AS value FROM click
QUALIFY coalesce(moment - lag(moment) OVER (PARTITION BY customer ORDER BY place) > INTERVAL 30 MINUTE, true);
CREATE TABLE event AS
SELECT click.*, 'web' AS channel, NULL::VARCHAR AS reason, acquisition_channel AS campaign, NULL::VARCHAR AS queue,
    NULL::VARCHAR AS persona,
    CASE WHEN name IN ('home', 'promo_page', 'account_page', 'error_page', 'review_page') THEN 'page.viewed'
        WHEN name = 'search' THEN 'product.searched' WHEN name = 'product_view' THEN 'product.viewed'
        WHEN name IN ('add_to_cart', 'cart') THEN 'cart.updated' WHEN name = 'purchase' THEN 'order.placed'
        WHEN name IN ('shipping_details', 'payment_details') THEN 'checkout.step.completed'
        ELSE 'web.event.tracked' END AS type,
    list_concat(CASE WHEN lifecycle = 'loyal' THEN ['loyal'] ELSE [] END,
        CASE WHEN bought > 1 THEN ['returning_buyer'] ELSE [] END)::VARCHAR[] AS segments,
    CASE WHEN name IN ('home', 'promo_page', 'catalog', 'search', 'product_view') THEN 'looking'
        WHEN name IN ('add_to_cart', 'cart') THEN 'cart'
        WHEN name IN ({{checkout}}) THEN 'checkout' WHEN name IN ({{help}}) THEN 'help'
        WHEN name = 'purchase' THEN 'bought' END AS stage
FROM click JOIN (
    SELECT customer, arg_max(user_lifecycle, place) AS lifecycle, count(*) FILTER (name = 'purchase') AS bought
    FROM click GROUP BY customer
) USING (customer);
"""
BROWSED = CLICKS.format(checkout="'shipping_details', 'payment_details'", help="NULL")
BOUGHT = CLICKS.format(
    checkout="'shipping_details', 'payment_details', 'payment_error', 'checkout_bug'", help="'support_chat'"
)
HURTS = """
CREATE TABLE hurts AS
SELECT customer, place, pain, weight::DOUBLE AS weight FROM event
JOIN (
    VALUES ('payment_error', 'payment_failed', 3), ('checkout_bug', 'checkout_failed', 5), {more}
) pains (name, pain, weight) USING (name);
"""
BROWSING_HURTS = HURTS.format(more="('support_chat', 'asked_for_help', 1)")
RETAIL_HURTS = HURTS.format(more="(NULL, NULL, NULL)")
