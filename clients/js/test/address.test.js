// Addresses and tokens that are none are told at once, not by silence.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../dist/index.js";

for (const url of ["school.example", "ws://school.example", "ftp://school.example"])
  test(`${url} is refused`, () => {
    assert.throws(() => new Client({ url, token: () => "token" }), TypeError);
  });

for (const token of ["eyJhbGciOi…", undefined])
  test(`${token} is no function that gives a token`, () => {
    assert.throws(() => new Client({ url: "https://school.example", token }), /TypeError: token: expected a function/);
  });
