import { client, refusal, tell } from "./client.mjs";

const made = await client.products.create({ source_id: "js/mug", name: "Mug", price: 900 });
const changed = await client.products.update({ source_id: "js/mug", metadata: { size: "L" } });
const listed = await client.products.list({ limit: 100 });
const sku = await client.products.createSku(made.id, {
  source_id: "js-mug-red", sku: "Red", price: 1200,
});
const sku_changed = await client.products.updateSku(made.id, { id: sku.id, price: 1300 });
const sku_found = await client.products.getSku("js-mug-red");
const skus = await client.products.listSkus(made.id);
const order = await client.orders.create({
  source_id: "js-by-catalogue",
  items: [
    { source_id: "js/mug", related_object: "product", quantity: 2 },
    { product_id: made.id, sku_id: sku.id, quantity: 1 },
  ],
});
const collection = await client.productCollections.create({
  name: "js cups", type: "STATIC",
  products: [{ id: sku.id, product_id: made.id, object: "sku" }],
});
const cheap = await client.productCollections.create({
  name: "js cheap", type: "AUTO_UPDATE",
  filter: { junction: "and", "metadata.size": { conditions: { $is: ["L"] } } },
});
const collections = {
  found: await client.productCollections.get(collection.id),
  listed: await client.productCollections.list({ limit: 100, order: "-created_at" }),
  skus: await client.productCollections.listProducts(collection.id),
  products: await client.productCollections.listProducts(cheap.id, { limit: 10, page: 1 }),
};
await client.productCollections.delete(collection.id);
await client.products.deleteSku(made.id, sku.id, { force: true });
await client.products.delete(made.id, { force: true });
const gone = [
  await refusal(client.productCollections.get(collection.id)),
  await refusal(client.products.getSku(sku.id)),
  await refusal(client.products.get(made.id)),
];

tell({
  made, changed, listed, sku, sku_changed, sku_found, skus, order, collection, cheap, collections, gone,
});
