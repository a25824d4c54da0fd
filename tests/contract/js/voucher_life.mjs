import { client, refusal, tell } from "./client.mjs";

const code = "JS LIFE/1";
const made = await client.vouchers.create({
  code,
  type: "DISCOUNT_VOUCHER",
  discount: { type: "AMOUNT", amount_off: 100 },
  redemption: { quantity: 3 },
});
const again = await refusal(
  client.vouchers.create({
    code, type: "DISCOUNT_VOUCHER", discount: { type: "AMOUNT", amount_off: 100 },
  }),
);
const disabled = await client.vouchers.disable(code);
const enabled = await client.vouchers.enable(code);
const changed = await client.vouchers.update({
  code, expiration_date: "2030-01-01T00:00:00.000Z", metadata: { a: 1 },
});
const listed = await client.vouchers.list({ limit: 100 });
await client.vouchers.delete(code, { force: true });
const gone = await refusal(client.vouchers.get(code));

tell({ made, again, disabled, enabled, changed, listed, gone });
