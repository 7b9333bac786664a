import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button.tsx";
import style from "./controls.module.css";
import { EyeIcon, HiddenIcon } from "./icons.tsx";

interface Around {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with what was given. */
  wrong?: string | undefined;
}

/** A field's ids, and its `aria` attributes. */
function useAround({ hint, wrong }: Omit<Around, "label">) {
  const id = useId();
  const told = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return {
    id,
    "aria-describedby": told || undefined,
    "aria-invalid": wrong ? true : undefined,
  } as const;
}

function Words({ id, hint, wrong }: { id: string } & Omit<Around, "label">) {
  return (
    <>
      {hint && (
        <p className={style.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong && (
        <p className={style.wrong} id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </>
  );
}

export function TextField({ label, hint, wrong, ...input }: Around & ComponentProps<"input">) {
  const around = useAround({ hint, wrong });
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={around.id}>
        {label}
      </label>
      <input className={style.input} {...around} {...input} />
      <Words id={around.id} hint={hint} wrong={wrong} />
    </div>
  );
}

/** A password, which can be shown. */
export function PasswordField({ label, hint, wrong, ...input }: Around & ComponentProps<"input">) {
  const { t } = useTranslation();
  const [isShown, show] = useState(false);
  const around = useAround({ hint, wrong });
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={around.id}>
        {label}
      </label>
      <div className={style.with}>
        <input className={style.input} {...around} {...input} type={isShown ? "text" : "password"} spellCheck={false} />
        <Button
          kind="quiet"
          icon
          className={style.inside}
          aria-label={t(isShown ? "sign_in.hide_password" : "sign_in.show_password")}
          onClick={() => show(!isShown)}
        >
          {isShown ? <HiddenIcon /> : <EyeIcon />}
        </Button>
      </div>
      <Words id={around.id} hint={hint} wrong={wrong} />
    </div>
  );
}

export function Select({ label, hint, wrong, children, ...select }: Around & ComponentProps<"select">) {
  const around = useAround({ hint, wrong });
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={around.id}>
        {label}
      </label>
      <select className={style.input} {...around} {...select}>
        {children}
      </select>
      <Words id={around.id} hint={hint} wrong={wrong} />
    </div>
  );
}

export function Checkbox({ label, hint, ...input }: Omit<Around, "wrong"> & ComponentProps<"input">) {
  const { id, ...around } = useAround({ hint });
  return (
    <div className={style.check}>
      <input type="checkbox" id={id} {...around} {...input} />
      <label htmlFor={id}>{label}</label>
      <Words id={id} hint={hint} />
    </div>
  );
}
