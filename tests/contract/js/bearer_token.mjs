import { client, host, refusal, serverWith, tell } from "./client.mjs";

const post = (path, fields) =>
  fetch(`${host}/v1/oauth/${path}`, {
    method: "POST",
    headers: { "X-App-Id": "local-app", "X-App-Token": "local-token" },
    body: new URLSearchParams(fields),
  });
const grant = await post("token", { grant_type: "client_credentials", scope: "vouchers" });
const { access_token, ...token } = await grant.json();
const bearer = serverWith({ Authorization: `Bearer ${access_token}` });

const made = await bearer.vouchers.create({
  code: "JS-BEARER", type: "DISCOUNT_VOUCHER", discount: { type: "AMOUNT", amount_off: 1 },
});
const seen = await client.vouchers.get("JS-BEARER");
const outside = await refusal(bearer.orders.list());
const revoked = (await post("token/revoke", { access_token })).status;
const after = await refusal(bearer.vouchers.get("JS-BEARER"));

tell({ token, made, seen, outside, revoked, after });
