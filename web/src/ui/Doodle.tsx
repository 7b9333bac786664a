// Small drawings for where there is nothing else to see.

import style from "./Doodle.module.css";

const DRAWINGS = {
  plane: "M12 58 108 14 84 92 58 68zM58 68 108 14M58 68v26l13-14M14 96c12-6 20-8 28-4",
  pencil: "M22 98l6-22L84 20l16 16L44 92zM28 76l16 16M76 28l16 16M62 100c12-8 20 6 32-3 5-4 8-3 12-1",
  cloud: "M34 84a18 18 0 0 1-2-36 26 26 0 0 1 50-7 22 22 0 0 1 6 43M52 76l18 18M70 76 52 94",
  books: "M22 92h76M28 92V40h16v52M44 92V30h18v62M66 90 62 44l16-3 8 48zM32 52h8M48 42h10",
} as const;

export function Doodle({ of }: { of: keyof typeof DRAWINGS }) {
  return (
    <svg className={style.doodle} viewBox="0 0 120 120" aria-hidden="true">
      <path d={DRAWINGS[of]} />
    </svg>
  );
}
