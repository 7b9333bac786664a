import lessons from "./lessons.json";
import shell from "./shell.json";
import signIn from "./sign_in.json";

export default { ...shell, ...signIn, ...lessons };
