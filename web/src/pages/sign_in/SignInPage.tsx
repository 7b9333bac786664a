import { useState } from "react";
import { useSchool } from "../../school/context.tsx";
import { SchoolMark } from "../../ui/SchoolMark.tsx";
import { Sheet } from "../../ui/Sheet.tsx";
import { ForgotForm } from "./ForgotForm.tsx";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { ElsewhereNote, SignInForm } from "./SignInForm.tsx";

/** What guests see at every address; who signs in stays at that address. */
export function SignInPage() {
  const school = useSchool();
  const [email, setEmail] = useState("");
  const [isForgotten, setForgotten] = useState(false);
  return (
    <Sheet head={<SchoolMark large />} foot={<LanguageChoice />}>
      {!school.sign_in && <ElsewhereNote />}
      {school.sign_in && isForgotten && <ForgotForm email={email} onBack={() => setForgotten(false)} />}
      {school.sign_in && !isForgotten && (
        <SignInForm email={email} onEmail={setEmail} onForgotten={() => setForgotten(true)} />
      )}
    </Sheet>
  );
}
