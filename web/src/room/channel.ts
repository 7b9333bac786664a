// The channel of a lesson's room, as the client has it.

import type { RoomChannel, Subscription } from "rtserver-client";

export type RoomSubscription = Subscription<RoomChannel>;
