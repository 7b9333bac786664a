// Runs in the browser: asks what it may not have, and reports what it is told.

import { Client } from "/dist/index.js";

const { url, refusing, token } = await (await fetch("/config")).json();
const heard = new Promise((onError) => new Client({ url: refusing, token: () => token, onError }).connect());
const failed = (address, path) => new Client({ url: address, token: () => token }).http("GET", path).catch((error) => error);

const [mistyped, refused, reported] = await Promise.all([failed(url, "/api/lesson/1/"), failed(refusing, "/api/users/me/"), heard]);
const report = { mistyped: [mistyped.code, mistyped.message], refused: refused.message, reported: reported.message, code: refused.code };
await fetch("/report", { method: "POST", body: JSON.stringify(report) });
