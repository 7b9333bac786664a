import board from "./board.json";
import chat from "./chat.json";
import lessons from "./lessons.json";
import notifications from "./notifications.json";
import people from "./people.json";
import profile from "./profile.json";
import room from "./room.json";
import school from "./school.json";

export default { ...board, ...chat, ...lessons, ...notifications, ...people, ...profile, ...room, ...school };
