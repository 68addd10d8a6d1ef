// Random passwords as Secrets Manager makes them (GetRandomPassword, GenerateSecretString).
import { AwsError } from '../../simulated.ts';
import type { RandomStream } from '../../randomness.ts';

export interface PasswordRules {
  readonly PasswordLength?: number;
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly IncludeSpace?: boolean;
  /** At least one character of each kind; on unless switched off. */
  readonly RequireEachIncludedType?: boolean;
}

export interface GenerateRules extends PasswordRules {
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const kindsOf = (rules: PasswordRules): readonly string[] => {
  const excluded = new Set(rules.ExcludeCharacters ?? '');
  const kinds = [
    rules.ExcludeLowercase === true ? '' : 'abcdefghijklmnopqrstuvwxyz',
    rules.ExcludeUppercase === true ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    rules.ExcludeNumbers === true ? '' : '0123456789',
    rules.ExcludePunctuation === true ? '' : punctuation,
    rules.IncludeSpace === true ? ' ' : '',
  ];
  return kinds
    .map((kind) =>
      Array.from(kind)
        .filter((character) => !excluded.has(character))
        .join(''),
    )
    .filter((kind) => kind !== '');
};

/** A password by the rules; the same stream gives the same passwords. */
export const generatePassword = (random: RandomStream, rules: PasswordRules): string => {
  const length = Number(rules.PasswordLength ?? 32);
  const kinds = kindsOf(rules);
  if (kinds.length === 0) throw new AwsError('InvalidParameterException', 'The password contains no characters: everything is excluded.');
  const required = rules.RequireEachIncludedType === false ? [] : kinds;
  if (length < required.length || length > 4096)
    throw new AwsError('InvalidParameterException', 'Password length is too short based on the required types, or above 4096.');
  const all = Array.from(kinds.join(''));
  const characters = required.map((kind) => random.pick(Array.from(kind)));
  while (characters.length < length) characters.splice(random.between(0, characters.length), 0, random.pick(all));
  return characters.join('');
};

/** The text of a generated secret: the password, or the template with the password under its key. */
export const generateSecret = (random: RandomStream, rules: GenerateRules): string => {
  const password = generatePassword(random, rules);
  if (rules.SecretStringTemplate === undefined && rules.GenerateStringKey === undefined) return password;
  if (rules.SecretStringTemplate === undefined || rules.GenerateStringKey === undefined) {
    throw new AwsError('InvalidParameterException', 'SecretStringTemplate and GenerateStringKey must both be given.');
  }
  return JSON.stringify({ ...JSON.parse(rules.SecretStringTemplate), [rules.GenerateStringKey]: password });
};
