import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Problem, problemOf } from "../api/problem.ts";

interface Form {
  /** For `<form>`; `noValidate`, so that the words are ours. */
  props: { onSubmit: (event: FormEvent<HTMLFormElement>) => void; noValidate: true };
  isSending: boolean;
  problem: Problem | undefined;
}

/** Send a form once at a time; what fails is told, and the first field that is wrong gets the focus. */
export function useForm(send: (values: FormData) => Promise<unknown>, words?: Partial<Record<string, string>>): Form {
  const { t } = useTranslation();
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();
  const isBusy = useRef(false);
  const sent = useRef<HTMLFormElement>(undefined);
  useEffect(() => {
    if (error !== undefined) sent.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation(); // a dialog's form may stand inside of another one, by React's tree
    if (isBusy.current) return;
    sent.current = event.currentTarget;
    isBusy.current = true;
    setSending(true);
    setError(undefined);
    send(new FormData(event.currentTarget))
      .catch(setError)
      .finally(() => {
        isBusy.current = false;
        setSending(false);
      });
  };
  const problem = error === undefined ? undefined : problemOf(error, t, words);
  return { props: { onSubmit, noValidate: true }, isSending, problem };
}

/** A text of a form, without blanks around it. */
export function text(values: FormData, name: string): string {
  return String(values.get(name) ?? "").trim();
}
