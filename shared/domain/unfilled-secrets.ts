// Which secrets a person has to fill in, and which of them still wait for it (A9).
import { unfilled } from './placeholder.ts';
import type { Platform, SecretValue } from './platform.ts';

export interface Fillable {
  /** Name in Secrets Manager. */
  readonly secret: string;
  /** Key inside a JSON secret, null when the whole text is the value. */
  readonly key: string | null;
  readonly hint: string;
  readonly optional: boolean;
}

export interface SecretState extends Fillable {
  readonly state: 'filled' | 'unfilled' | 'left-out' | 'missing';
}

interface Named {
  readonly id: string;
  readonly stage: string;
  readonly notices: { readonly slack: { readonly secret: string } | null; readonly webhook?: { readonly secret: string } | null };
}

/** Everything a person fills in: the platform file's own, then what the roads of notices need. */
export const fillables = (file: Pick<Platform, 'secrets'>, { id, stage, notices }: Named): readonly Fillable[] => {
  const own = Object.entries(file.secrets).flatMap(([name, { secretName, value }]) => {
    const secret = (secretName ?? `${id}/${name}`).replaceAll('{stage}', stage);
    const values: readonly (readonly [string | null, SecretValue])[] =
      value.kind === 'whole' ? [[null, value.whole]] : Object.entries(value.keys);
    return values.flatMap(([key, described]) =>
      described.kind === 'fill' ? [{ secret, key, hint: described.hint, optional: described.optional }] : [],
    );
  });
  const slack =
    notices.slack === null
      ? []
      : [
          {
            secret: notices.slack.secret,
            key: 'webhook',
            hint: 'Incoming webhook of the Slack channel (or token, channel and signingSecret of a Slack app)',
            optional: false,
          },
        ];
  const webhook =
    notices.webhook == null
      ? []
      : ['url', 'signingSecret'].map((key) => ({
          secret: notices.webhook?.secret ?? '',
          key,
          hint: 'Address and key of the webhook that takes notices',
          optional: false,
        }));
  return [...own, ...slack, ...webhook];
};

/** The state of one, from the secret's text (null: there is no such secret or no value). */
export const secretState = (fillable: Fillable, text: string | null, answersFor: readonly string[] = []): SecretState => {
  const value = text === null ? null : valueIn(text, fillable.key);
  const others = text !== null && answersFor.some((key) => filled(valueIn(text, key)));
  if (filled(value) || others) return { ...fillable, state: 'filled' };
  if (text === null) return { ...fillable, state: fillable.optional ? 'left-out' : 'missing' };
  return { ...fillable, state: fillable.optional ? 'left-out' : 'unfilled' };
};

const filled = (value: string | null): boolean => value !== null && value !== '' && value !== unfilled;

const valueIn = (text: string, key: string | null): string | null => {
  if (key === null) return text;
  const parsed = parse(text);
  const value = parsed?.[key];
  return typeof value === 'string' ? value : null;
};

const parse = (text: string): Readonly<Record<string, unknown>> | null => {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** The secret's text with one value set; other keys stay. */
export const withValue = (text: string | null, key: string | null, value: string): string => {
  if (key === null) return value;
  return JSON.stringify({ ...(text === null ? {} : parse(text)), [key]: value });
};
