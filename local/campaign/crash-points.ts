// Every place at which a story's standard case can break: a process dead before or after each request, each call failing with each of its errors.
import { REFUSAL } from '../rules/refusals.ts';
import type { TrailEntry } from '../trail.ts';
import { modelledErrors } from './modelled-errors.ts';
import type { StoryDay } from './story-days.ts';

export interface CrashPoint {
  /** `refusal`: an error that says the request itself is wrong or not allowed; trying again is no remedy. */
  readonly kind: 'kill' | 'error' | 'refusal';
  /** In words, e.g. `wake-advance killed before-call 3 of invocation 2`. */
  readonly words: string;
  readonly fault: Readonly<Record<string, unknown>>;
}

interface Invocation {
  readonly functionName: string;
  readonly number: number;
  readonly calls: number;
}

/** Invocations that began during the day, counted from the world's beginning, with the requests each made. */
const invocations = (trail: readonly TrailEntry[], from: number): readonly Invocation[] => {
  const counts = new Map<string, number>();
  const numbers = new Map<unknown, { readonly functionName: string; readonly number: number; readonly at: number }>();
  const found: Invocation[] = [];
  for (const { kind, who, what, at, detail } of trail) {
    if (kind !== 'invoke') continue;
    if (what === 'started') {
      const number = (counts.get(who) ?? 0) + 1;
      counts.set(who, number);
      numbers.set(detail?.['requestId'], { functionName: who, number, at });
      continue;
    }
    const began = numbers.get(detail?.['requestId']);
    if (began === undefined || began.at < from) continue;
    found.push({ ...began, calls: Number(detail?.['awsCalls'] ?? 0) + Number(detail?.['outsideCalls'] ?? 0) });
  }
  return found;
};

const kills = (found: readonly Invocation[]): readonly CrashPoint[] =>
  found.flatMap(({ functionName, number: invocation, calls }) =>
    Array.from({ length: calls }, (_, index) => index + 1).flatMap((call) =>
      (['before-call', 'after-call'] as const).map((when) => ({
        kind: 'kill' as const,
        words: `${functionName} killed ${when} ${call} of invocation ${invocation}`,
        fault: { what: 'kill', function: functionName, when, call, invocation },
      })),
    ),
  );

/** Calls of a role by function and operation, with how many there were. */
const callsMade = (trail: readonly TrailEntry[], from: number, mine: (functionName: string) => boolean): ReadonlyMap<string, number> => {
  const made = new Map<string, number>();
  for (const { kind, who, what, at } of trail) {
    const caller = who.slice(who.indexOf('/') + 1);
    if (kind !== 'call' || at < from || what.includes(' ') || !mine(caller) || !who.includes('/')) continue;
    const key = `${caller} ${what}`;
    made.set(key, (made.get(key) ?? 0) + 1);
  }
  return made;
};

const errors = (made: ReadonlyMap<string, number>): readonly CrashPoint[] =>
  [...made].flatMap(([key, times]) => {
    const [caller = '', what = ''] = key.split(' ');
    const [service = '', operation = ''] = what.split(':');
    return Array.from({ length: times }, (_, index) => index + 1).flatMap((nth) =>
      modelledErrors(service, operation).map(({ code, status }) => ({
        kind: REFUSAL.test(code) ? ('refusal' as const) : ('error' as const),
        words: `${caller}: call ${nth} of ${what} fails with ${code}`,
        fault: { what: 'error', service, operation, caller: `/${caller}`, from: nth, code, status },
      })),
    );
  });

/** All of them, in the order of functions and calls; `trail` is what the undisturbed case left. */
export const crashPoints = (trail: readonly TrailEntry[], { data, functions }: StoryDay): readonly CrashPoint[] => {
  const from = Date.parse(data.from);
  const mine = (name: string): boolean => functions.some((part) => name.includes(part));
  return [...kills(invocations(trail, from).filter(({ functionName }) => mine(functionName))), ...errors(callsMade(trail, from, mine))];
};
