import lessons from "./lessons.json";
import notifications from "./notifications.json";
import profile from "./profile.json";
import room from "./room.json";
import school from "./school.json";
import shell from "./shell.json";
import signIn from "./sign_in.json";

export default { ...shell, ...signIn, ...lessons, ...notifications, ...profile, ...room, ...school };
