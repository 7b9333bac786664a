// The types beside the bundle: checked, and never run.

import { Client, type BoardElement, type Options, signIn } from "../dist/bundle/client.js";

const options: Options = { url: "http://127.0.0.1:8080", token: () => null };
const board = new Client(options).subscribe("board:lesson:3");
const element: BoardElement = { id: "a", version: 1 };
board.draw([element]);
// @ts-expect-error: a password is missing
export const login = signIn({ url: options.url, email: "a@b.example" });
