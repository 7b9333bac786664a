// What the server finds wrong in a file of people: it says so in English, here it becomes a text of the page's languages.

/** A server's sentence; the parts of the text's key, and what its groups fill in. */
const FAULTS: readonly [RegExp, string][] = [
  [/^is not UTF-8/, "not_utf8"],
  [/^is no CSV/, "no_csv"],
  [/^is no column: there are (?<names>.+)$/, "no_column"],
  [/^is there more than once$/, "twice"],
  [/^is missing in the first line$/, "no_header"],
  [/^has more than (?<most>\d+) cells$/, "cells"],
  [/^is missing$/, "missing"],
  [/^is missing, and this user is new$/, "missing_new"],
  [/^is in line (?<line>\d+) already$/, "repeated"],
  [/^expected (?<names>(\w+, )+\w+)$/, "one_of"],
  [/^nobody signs in here/, "no_invitations"],
  [/^this user is deactivated/, "deactivated"],
  [/^this is the last active admin/, "last_admin"],
  [/surrogate|^no control characters|^there is an invisible character/, "characters"],
  [/^at least 1 character/, "missing"],
  [/^at most (?<most>\d+) characters, please$/, "long"],
  [/^too long with its letters/, "long_address"],
  [/^expected an address/, "address"],
  [/^addresses of .+ stand for erased people$/, "erased"],
  [/^expected an IANA time zone/, "zone"],
  [/^expected a language/, "language"],
];

/** The text's key and its values; nothing for a sentence that this page doesn't know. */
export function faultOf(message: string): { key: string; values: Record<string, string> } | undefined {
  for (const [sentence, key] of FAULTS) {
    const found = sentence.exec(message);
    if (found) return { key: `fault.${key}`, values: { ...found.groups } };
  }
  return undefined;
}
