// Runs one vendor's client library, unmodified, against the ingest service.
// Usage: node send.cjs segment|rudder URL WRITE_KEY

const [, , library, url, writeKey] = process.argv;

const calls = [
  ["identify", { userId: "u-1001", traits: { email: "dana.cohen@example.org", name: "דנה כהן" } }],
  ["track", { userId: "u-1001", event: "Order Completed", properties: { order_id: "O-77", total: 129.9, currency: "ILS" } }],
  ["track", { anonymousId: "anon-77f", event: "Product Viewed", properties: { product_id: "SKU-1" } }],
  ["page", { userId: "u-1001", anonymousId: "anon-77f", name: "Returns", category: "Help", properties: {} }],
  ["screen", { userId: "u-1001", name: "Home" }],
  ["alias", { userId: "u-1001", previousId: "anon-77f" }],
  ["group", { userId: "u-1001", groupId: "company-9", traits: { name: "Acme" } }],
];

async function segment() {
  const { Analytics } = require("@segment/analytics-node");
  const client = new Analytics({ writeKey, host: url, flushAt: 3, maxRetries: 1 });
  client.on("error", (error) => fail(error));
  for (const [name, message] of calls) client[name](message);
  await client.closeAndFlush({ timeout: 20000 });
}

async function rudder() {
  const Analytics = require("@rudderstack/rudder-sdk-node");
  const client = new Analytics(writeKey, { dataPlaneUrl: url, flushAt: 3 });
  for (const [name, message] of calls) client[name](message);
  await client.flush();
  await new Promise((resolve, reject) => client.flush((error) => (error ? reject(error) : resolve())));
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

({ segment, rudder })[library]().then(() => process.exit(0), fail);
