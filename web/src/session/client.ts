// What guests don't need: loaded once somebody has signed in.

export { Client } from "rtserver-client";
