import { useSchool } from "../school/context.tsx";
import style from "./SchoolMark.module.css";

/** The school's logo and name; without a logo, its first letter. */
export function SchoolMark({ large = false }: { large?: boolean }) {
  const school = useSchool();
  return (
    <span className={`${style.mark} ${large ? style.large : ""}`}>
      {school.logo ? (
        <img className={style.logo} src={school.logo} alt="" />
      ) : (
        <span className={style.letter} aria-hidden="true">
          {[...school.name][0]?.toUpperCase()}
        </span>
      )}
      <span className={style.name}>{school.name}</span>
    </span>
  );
}
