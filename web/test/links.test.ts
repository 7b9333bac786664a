import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../src/room/chat/links.ts";

const links = (text: string) => pieces(text).flatMap((piece) => (typeof piece === "string" ? [] : piece.text));
const whole = (text: string) => pieces(text).map((piece) => (typeof piece === "string" ? piece : piece.text));

test("addresses are links, and the rest is text", () => {
  assert.deepEqual(pieces("See https://a.example/b?c=1 now"), [
    "See ",
    { href: "https://a.example/b?c=1", text: "https://a.example/b?c=1" },
    " now",
  ]);
});

test("nothing but http and https is a link", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://a.example",
    "//a.example",
    "http://",
    "https://a b",
  ])
    assert.deepEqual(links(text), text === "https://a b" ? ["https://a"] : [], text);
});

test("an address that feigns another host by a name is none", () => {
  assert.deepEqual(links("https://school.example@evil.example/"), []);
});

test("an address ends where a sign would turn the writing around", () => {
  for (const sign of ["\u202e", "\u2066", "\u200f", "\u061c"])
    assert.deepEqual(links(`https://a.example/${sign}gpj.exe`), ["https://a.example/"]);
});

test("what a sentence ends with isn't of the address", () => {
  assert.deepEqual(links("(https://a.example/x), https://a.example/y. «https://a.example/z»!"), [
    "https://a.example/x",
    "https://a.example/y",
    "https://a.example/z",
  ]);
  assert.deepEqual(links("https://a.example/Sum_(maths)"), ["https://a.example/Sum_(maths)"]);
});

test("nothing of a text is lost", () => {
  for (const text of ["", "a\n\nb", "<b>https://a.example</b>", "https://x@y.example, https://a.example.", "💡 ½"])
    assert.equal(whole(text).join(""), text);
});
