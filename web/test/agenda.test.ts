import assert from "node:assert/strict";
import { test } from "node:test";
import { agenda, past, phaseOf } from "../src/state/agenda.ts";
import type { Lesson, Member } from "../src/state/lessons.ts";
import { dayOf } from "../src/texts/times.ts";

const ME = 4;
const NOW = new Date("2026-12-01T10:00:00Z");

function lesson(
  id: number,
  starts_at: string,
  state: Member["state"] = "accepted",
  status: Lesson["status"] = "scheduled",
): Lesson {
  const ends_at = new Date(Date.parse(starts_at) + 3_600_000).toISOString();
  return { id, title: "", starts_at, ends_at, status, members: [{ user_id: ME, name: "", role: "student", state }] };
}

const kyiv = (at: string) => dayOf(at, "Europe/Kyiv");

test("a lesson opens ten minutes before its start and closes at its end", () => {
  const phases = ["2026-12-01T10:11:00Z", "2026-12-01T10:10:00Z", "2026-12-01T10:00:00Z", "2026-12-01T09:00:00Z"];

  assert.deepEqual(
    phases.map((at) => phaseOf(lesson(1, at), NOW)),
    ["later", "open", "now", "over"],
  );
  assert.equal(phaseOf(lesson(1, "2026-12-01T10:00:00Z", "accepted", "cancelled"), NOW), "cancelled");
});

test("invitations, what is open and what comes stand apart", () => {
  const all = [
    lesson(1, "2026-12-01T10:05:00Z"),
    lesson(2, "2026-12-01T10:05:00Z", "invited"),
    lesson(3, "2026-12-01T12:00:00Z"),
    lesson(4, "2026-12-01T08:00:00Z"),
  ];
  const { invitations, open, days } = agenda(all, ME, NOW, kyiv);

  assert.deepEqual(
    invitations.map(({ id }) => id),
    [2],
  );
  assert.deepEqual(
    open.map(({ id }) => id),
    [1],
  );
  assert.deepEqual(
    days.flatMap(({ lessons }) => lessons.map(({ id }) => id)),
    [3],
  );
  assert.deepEqual(
    past(all, NOW).map(({ id }) => id),
    [4],
  );
});

test("a day is that of one's own zone", () => {
  const { days } = agenda([lesson(1, "2026-12-01T22:30:00Z")], ME, NOW, kyiv);

  assert.deepEqual(
    days.map(({ day }) => day),
    ["2026-12-02"],
  );
});

test("an admin who isn't a member finds nothing to join", () => {
  const foreign = { ...lesson(1, "2026-12-01T10:00:00Z"), members: [] };

  assert.deepEqual(agenda([foreign], ME, NOW, kyiv).open, []);
  assert.equal(agenda([foreign], ME, NOW, kyiv).days.length, 1);
});
