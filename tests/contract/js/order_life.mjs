import { client, refusal, tell } from "./client.mjs";

const made = await client.orders.create({
  source_id: "js/order life",
  customer: { source_id: "ann@js.test", name: "Ann" },
  items: [
    { source_id: "mug", related_object: "product", quantity: 2, price: 900 },
    { product_id: "prod_tea", quantity: 3, price: 1000, product: { name: "Tea" } },
  ],
});
const changed = await client.orders.update({ source_id: "js/order life", status: "FULFILLED" });
const found = await client.orders.get(made.id);
const listed = await client.orders.list({ limit: 100, page: 1, order: "-created_at" });
const customer = await client.customers.get("ann@js.test");
const unknown = await refusal(client.orders.get("nobody has it"));

tell({ made, changed, found, listed, customer, unknown });
