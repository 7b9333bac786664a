// What is said before anybody has signed in; all else is in index.ts.

import shell from "./shell.json";
import signIn from "./sign_in.json";

export default { ...shell, ...signIn };
