// Loaded when one of them is opened: calendars and lists of people are half of the page's scripts.

export { CancelDialog } from "./CancelDialog.tsx";
export { ChangeDialog } from "./ChangeDialog.tsx";
export { PlanDialog } from "./PlanDialog.tsx";
export { RosterDialog } from "./RosterDialog.tsx";
