// The first script, and a small one: for who may be signed in, the members' files come while the page's own is read.

import { bring } from "./app/bring.ts";
import { isRoom } from "./app/paths.ts";
import { keepFragment } from "./app/unstarted.ts";
import { hasDemo } from "./session/demo.ts";
import { wasHere } from "./session/traces.ts";

keepFragment();
if (hasDemo() || wasHere()) {
  bring("client", "member");
  if (isRoom(location.pathname)) bring("room", "board");
}
