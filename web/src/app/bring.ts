export type Stage = "client" | "member" | "room" | "board";

/** Have the files of stages come without running them; the page names them, by vite/stages.ts. */
export function bring(...stages: Stage[]): void {
  for (const stage of stages) {
    const named = document.querySelector<HTMLTemplateElement>(`template[data-stage=${stage}]`);
    if (named) document.head.append(named.content);
  }
}
