// How a field of the platform file is written: its sentence, its example, and quantities in words turned into numbers.
import * as v from 'valibot';
import { cpuUnitsOf, daysOf, gibibytesOf, mebibytesOf, secondsOf } from '../../domain/units.ts';

/** A field with the sentence that docs/platform-file.md prints and an example that error messages repeat. */
export const said = <const Schema extends v.GenericSchema<any, any>>(schema: Schema, description: string, example: unknown) =>
  v.pipe(schema, v.metadata({ description, example }));

/** A field that may be left out: null then, and the stage or another field decides. */
export const open = <const Schema extends v.GenericSchema<any, any>>(schema: Schema) => v.optional(v.nullable(schema), null);

const inWords = (read: (words: string) => number | null, kind: string) =>
  v.pipe(
    v.string(`${kind} is written as a text with its unit`),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const amount = read(dataset.value);
      if (amount !== null) return amount;
      addIssue({ message: `this is not ${kind}` });
      return NEVER;
    }),
  );

/** `3 minutes` → 180. */
export const duration = () => inWords(secondsOf, 'a duration (seconds, minutes, hours, days)');

/** `14 days` → 14. */
export const days = () => inWords(daysOf, 'a number of days, weeks or years');

/** `512 MiB` → 512. */
export const memory = () => inWords(mebibytesOf, 'a memory size (MiB, GiB)');

/** `100 GiB` → 100. */
export const disk = () => inWords(gibibytesOf, 'a disk size (GiB, TiB)');

/** `0.25 vCPU` → 256. */
export const cpu = () => inWords(cpuUnitsOf, 'a number of CPUs (vCPU)');

/** A whole number within bounds. */
export const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer('whole numbers only'), v.minValue(least, `at least ${least}`), v.maxValue(most, `at most ${most}`));

/** A share of 100, as people say it. */
export const percent = () => whole(1, 100);

/** The key under which a thing is known in the file: it becomes part of AWS names. */
export const key = () =>
  v.pipe(
    v.string(),
    v.regex(/^[a-z][a-z0-9-]{0,30}$/, 'lower-case letters, digits and hyphens, beginning with a letter, at most 31 characters'),
  );

/** A table of named things. */
export const named = <const Schema extends v.GenericSchema<any, any>>(schema: Schema) => v.record(key(), schema);

/** An environment variable or the key of a JSON secret. */
export const variable = () => v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and underscores'));
