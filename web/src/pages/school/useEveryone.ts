import { useCallback, useEffect, useState } from "react";
import { call } from "../../api/http.ts";
import { useMember } from "../../session/context.tsx";
import type { Me } from "../../session/session.ts";

/** All people, page by page as they come; `put` shows one who was changed. */
export function useEveryone() {
  const { client } = useMember();
  const [people, setPeople] = useState<Me[]>([]);
  const [isWhole, setWhole] = useState(false);
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn loads all anew
  useEffect(() => {
    let isWanted = true;
    const load = async () => {
      const found: Me[] = [];
      let cursor: string | undefined;
      do {
        const page = await call(client, "get", "/api/users/", { query: { limit: 100, ...(cursor && { cursor }) } });
        found.push(...page.results);
        if (!isWanted) return;
        setPeople([...found]);
        cursor = page.next ?? undefined;
      } while (cursor);
      setWhole(true);
      setError(undefined);
    };
    load().catch((failure) => isWanted && setError(failure));
    return () => {
      isWanted = false;
    };
  }, [client, turn]);
  const put = useCallback(
    (person: Me) =>
      setPeople((known) =>
        known.some(({ id }) => id === person.id)
          ? known.map((each) => (each.id === person.id ? person : each))
          : [...known, person],
      ),
    [],
  );
  return { people, isWhole, error, put, again: () => setTurn((n) => n + 1) };
}

/** Who is sought by a piece of the name or the address, by name. */
export function matching(people: readonly Me[], sought: string): Me[] {
  const piece = sought.trim().toLocaleLowerCase();
  const isMeant = ({ name, email }: Me) => `${name} ${email}`.toLocaleLowerCase().includes(piece);
  return people.filter(isMeant).sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
}
