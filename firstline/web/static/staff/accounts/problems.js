/** What went wrong with an account, in the reader's language: by the error's code, else by its kind. */
export function problemText(words, error) {
  const key = `account_${error.code}`;
  return words.has(key) ? words.t(key, error.details ?? {}) : words.t(`error_${error.kind}`);
}
