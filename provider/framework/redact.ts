/** Whole PEM private keys of any type. */
const privateKeyBlock = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * Length of the shortest secret that is hidden: blanking every `1` or `org` would make messages unreadable and hide
 * nothing.
 */
const shortestSecret = 8;

/** Hides secrets in messages: PEM private keys always, and all remembered secrets. */
export class Redactor {
  private readonly texts = new Set<string>();

  /** Remembers secrets of a request. A text of several lines is also recognised in JSON's escapes. */
  remember(secrets: readonly string[]): void {
    for (const secret of secrets) {
      if (secret.length < shortestSecret) continue;
      this.texts.add(secret);
      this.texts.add(JSON.stringify(secret).slice(1, -1));
    }
  }

  redact(message: string): string {
    let result = message.replace(privateKeyBlock, "[secret]");
    for (const text of this.texts) result = result.split(text).join("[secret]");
    return result;
  }
}
