import board from "./board.json";
import lessons from "./lessons.json";
import notifications from "./notifications.json";
import profile from "./profile.json";
import room from "./room.json";
import school from "./school.json";

export default { ...board, ...lessons, ...notifications, ...profile, ...room, ...school };
