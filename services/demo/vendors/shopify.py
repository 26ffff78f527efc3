"""Shopify: the REST object as JSON, signed over the raw body."""

import base64
import hmac
import json
from typing import Any

from services.demo.messages import Shop
from services.demo.outgoing import Credentials, Outgoing, Scene

PATH = "/v1/channels/store_shopify"


def request(message: Shop, scene: Scene, credentials: Credentials) -> Outgoing:
    """A webhook call of one topic."""
    content = _refund(message, scene) if message.topic == "refunds/create" else _order(message, scene)
    body = json.dumps(content, ensure_ascii=False).encode()
    secret = credentials.channel_secrets["store_shopify"].encode()
    headers = {
        "content-type": "application/json",
        "x-shopify-topic": message.topic,
        "x-shopify-hmac-sha256": base64.b64encode(hmac.digest(secret, body, "sha256")).decode(),
        "x-shopify-shop-domain": "demo.myshopify.com",
        "x-shopify-api-version": "2026-01",
        "x-shopify-event-id": scene.once,
        "x-shopify-triggered-at": scene.at.isoformat(),
    }
    return Outgoing(PATH, headers, body)


def _order(message: Shop, scene: Scene) -> dict[str, Any]:
    person = message.person
    now = scene.at.isoformat()
    order = {
        "id": _order_number(message, scene),
        "name": f"#{scene.own(message.order)}",
        "created_at": now,
        "processed_at": now,
        "updated_at": now,
        "currency": "ILS" if person.language == "he" else "USD",
        "total_price": message.amount,
        "financial_status": "pending" if message.topic == "orders/create" else "paid",
        "email": person.email,
        "phone": person.phone,
        "customer_locale": person.language,
        "customer": {
            "id": person.shopify_id,
            "email": person.email,
            "verified_email": True,
            "first_name": person.given,
            "last_name": person.family,
        },
        "line_items": [{"title": "Trail shoe", "quantity": 1, "price": message.amount}],
    }
    if message.device:
        order["note_attributes"] = [{"name": "anonymousId", "value": message.device}]
    if message.topic == "orders/cancelled":
        order |= {"cancelled_at": now, "cancel_reason": "customer"}
    return order


def _refund(message: Shop, scene: Scene) -> dict[str, Any]:
    currency = "ILS" if message.person.language == "he" else "USD"
    return {
        "id": scene.number + scene.step,
        "order_id": _order_number(message, scene),
        "created_at": scene.at.isoformat(),
        "processed_at": scene.at.isoformat(),
        "transactions": [{"kind": "refund", "amount": message.amount, "currency": currency}],
    }


def _order_number(message: Shop, scene: Scene) -> int:
    # One telling may have several orders: their names keep their numbers apart.
    return scene.number * 100 + sum(message.order.encode()) % 100
