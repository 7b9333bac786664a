// The links of `make run`: they open the page signed in, at addresses of this machine alone.

import type { Login } from "rtserver-client";

const KEPT = "rtserver demo";
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;
const GIVEN = /^#demo=(.+)$/;

/** Whether one came by such a link. */
export function hasDemo(): boolean {
  if (!LOOPBACK.test(location.hostname)) return false;
  return GIVEN.test(location.hash) || sessionStorage.getItem(KEPT) !== null;
}

/** The login of a link `/#demo=<token>`; it is this tab's, so tutor and student sit side by side. */
export function demoLogin(): Login | undefined {
  if (!LOOPBACK.test(location.hostname)) return undefined;
  const [, given] = GIVEN.exec(location.hash) ?? [];
  if (given) {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  const token = sessionStorage.getItem(KEPT);
  if (!token) return undefined;
  let isOver = false;
  const give = async (fresh = false) => {
    if (fresh) isOver = true; // it lasts a day, and there is no second one
    return isOver ? null : token;
  };
  return Object.assign(give, {
    signOut: async () => {
      isOver = true;
      sessionStorage.removeItem(KEPT);
    },
  });
}
