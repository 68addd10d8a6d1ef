// What control requests are answered with: JSON, with numbers JSON cannot say as text, and refusals that tell what to give instead.
import type { WireResponse } from '../protocol/wire.ts';

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

export const jsonText = (value: unknown): string => JSON.stringify(value, bigintAsText);

export const json = (status: number, value: unknown): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: jsonText(value),
});

/** A request that makes no sense, with the remedy in its message; answered 400. */
export const wrongRequest = (message: string): Error => Object.assign(new Error(message), { name: 'WrongRequest' });
