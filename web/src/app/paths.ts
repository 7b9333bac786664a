const ROOM = /^\/lessons\/\d+$/;

export const isRoom = (path: string) => ROOM.test(path);
