// Removes what looks like a secret from text that leaves the platform (N3); a false alarm costs a word, a miss costs a key.
import type { Notice } from './notice.ts';

const MASK = '[redacted]';

interface Rule {
  readonly what: string;
  readonly looksLike: RegExp;
  readonly becomes: string;
}

/** Names whose value is secret wherever they stand: `DB_PASSWORD=…`, `"apiKey": "…"`, `token: …`. */
const secretName =
  '[\\w.-]*(?:passwords?|passwd|passphrase|pwd|secrets?|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|credentials?|authorization|cookie|session[_-]?id|connection[_-]?string)';

/** Wider shapes come first, so that a narrow rule cannot leave half of a secret behind. */
const rules: readonly Rule[] = [
  {
    what: 'private key block',
    looksLike: /-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY( BLOCK)?-----|$)/g,
    becomes: MASK,
  },
  { what: 'password in a URL', looksLike: /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*):(?!\d{1,5}[/?#])[^\s'"]+@/gi, becomes: `$1:${MASK}@` },
  { what: 'Slack webhook', looksLike: /(https:\/\/hooks\.slack(?:-gov)?\.com\/)[\w/-]+/g, becomes: `$1${MASK}` },
  {
    what: 'signature in a URL',
    looksLike: /([?&](?:X-Amz-(?:Signature|Security-Token|Credential)|Signature|sig|token|key|code|access_token)=)[^&\s'"]+/gi,
    becomes: `$1${MASK}`,
  },
  {
    what: 'authorization scheme',
    looksLike: /\b(Bearer|Basic|Digest|ApiKey|Token)\s+(?=[\w.~+/=-]*[\d.+/=_-])[\w.~+/=-]{8,}/gi,
    becomes: `$1 ${MASK}`,
  },
  { what: 'JSON web token', looksLike: /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, becomes: MASK },
  { what: 'AWS access key id', looksLike: /\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{16}\b/g, becomes: MASK },
  { what: 'GitHub token', looksLike: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})\b/g, becomes: MASK },
  { what: 'GitLab token', looksLike: /\bgl(?:pat|dt|rt|ptt)-[\w-]{16,}/g, becomes: MASK },
  { what: 'Slack token', looksLike: /\bx(?:ox[abeoprs]|app)-[\w-]{8,}/g, becomes: MASK },
  {
    what: 'OpenAI, Anthropic or Stripe key',
    looksLike: /\b(?:sk|pk|rk)[-_](?:(?:live|test|proj|ant|svcacct)[-_])?[\w-]{16,}/g,
    becomes: MASK,
  },
  { what: 'webhook signing secret', looksLike: /\bwhsec_[\w+/=]{12,}/g, becomes: MASK },
  { what: 'Google key', looksLike: /\bAIza[\w-]{30,}/g, becomes: MASK },
  { what: 'Google OAuth token', looksLike: /\bya29\.[\w-]{16,}/g, becomes: MASK },
  { what: 'npm token', looksLike: /\bnpm_[A-Za-z0-9]{30,}/g, becomes: MASK },
  { what: 'SendGrid key', looksLike: /\bSG\.[\w-]{16,}\.[\w-]{16,}/g, becomes: MASK },
  {
    what: 'quoted value of a secret name',
    looksLike: new RegExp(`(["']?${secretName}["']?\\s*(?:=>|[:=](?!>))\\s*)(["'])(?!\\[redacted\\])(?:\\\\.|(?!\\2).)+\\2`, 'gi'),
    becomes: `$1$2${MASK}$2`,
  },
  {
    what: 'escaped quoted value of a secret name',
    looksLike: new RegExp(`(\\\\"${secretName}\\\\"\\s*:\\s*\\\\")(?!\\[redacted\\])[^"\\\\]+`, 'gi'),
    becomes: `$1${MASK}`,
  },
  {
    what: 'value of a secret name',
    looksLike: new RegExp(
      `(\\b${secretName}["']?\\s*(?:=>|[:=](?!>))\\s*)(?!["']|\\[redacted\\]|(?:Bearer|Basic|Digest) \\[redacted\\])[^\\s,;&"'})\\]]+`,
      'gi',
    ),
    becomes: `$1${MASK}`,
  },
  { what: 'command line secret', looksLike: new RegExp(`(--?${secretName}\\s+)(?!\\[redacted\\]|-)\\S+`, 'gi'), becomes: `$1${MASK}` },
  {
    what: 'AWS secret access key',
    looksLike: /(?<![\w/+=])(?=[\w/+]*[A-Z])(?=[\w/+]*[a-z])(?=[\w/+]*\d)(?=[\w/+]*[/+])[A-Za-z0-9/+]{40}(?![\w/+=])/g,
    becomes: MASK,
  },
];

/** The text without what looks like a secret; image digests, task ids and ARNs stay, because a reader needs them. */
export const redact = (text: string): string => rules.reduce((kept, rule) => kept.replace(rule.looksLike, rule.becomes), text);

/** The notice with every text a person may read passed through `redact`; ids, threads and buttons are ours and stay. */
export const redactNotice = (notice: Notice): Notice => ({
  ...notice,
  title: redact(notice.title),
  summary: redact(notice.summary),
  facts: notice.facts.map(({ label, value }) => ({ label, value: redact(value) })),
  excerpts: notice.excerpts.map(({ title, lines }) => ({ title, lines: redact(lines.join('\n')).split('\n') })),
  links: notice.links.map(({ text, url }) => ({ text, url: redact(url) })),
  nextSteps: notice.nextSteps.map(redact),
});
