// The ledger as the trail shows it: records found in the automation's own writes, so that decisions can be read at any instant.
import type { History, PlatformRecord } from '../../../shared/contracts/ledger.ts';
import { sentence } from '../../../shared/domain/reason.ts';
import type { TrailEntry } from './api.ts';

export interface LedgerWrite {
  readonly kind: string;
  readonly key: string;
  /** The record as JSON text: most are never looked at, so nobody parses them. */
  readonly text: string;
}

/** One decision of the automation, as its history keeps it. */
export interface Decision extends History {
  /** Sequence number of the write. */
  readonly seq: number;
  readonly at: number;
  readonly sentence: string;
  /** `machine/execution` that decided, when a state machine did. */
  readonly execution: string | null;
}

interface Item {
  readonly kind?: { readonly S?: string };
  readonly key?: { readonly S?: string };
  readonly value?: { readonly S?: string };
}

const writeOf = (item: Item | undefined): readonly LedgerWrite[] => {
  if (item?.kind?.S === undefined || item.value?.S === undefined) return [];
  return [{ kind: item.kind.S, key: item.key?.S ?? '', text: item.value.S }];
};

/** Records written by this call; none for anything that is no ledger write. */
export const ledgerWrites = ({ kind, what, detail }: TrailEntry): readonly LedgerWrite[] => {
  if (kind !== 'call') return [];
  if (what === 'dynamodb:PutItem') return writeOf(detail?.['input']?.Item);
  if (what !== 'dynamodb:TransactWriteItems') return [];
  const items: readonly { readonly Put?: { readonly Item?: Item } }[] = detail?.['input']?.TransactItems ?? [];
  return items.flatMap(({ Put }) => writeOf(Put?.Item));
};

/** The decision in a write, if it is one. */
export const decisionOf = (
  { seq, at }: TrailEntry,
  write: LedgerWrite,
  executionOf: (named: string) => string | null,
): Decision | undefined => {
  if (write.kind !== 'history') return undefined;
  const history = JSON.parse(write.text) as History;
  const execution = executionOf(/^(.+?)(\.\d+)?\//.exec(history.id)?.[1] ?? '');
  return { ...history, seq, at, sentence: sentence(history.reason, history.facts), execution };
};

/** What the platform's own record says now, if this write is that record. */
export const platformStateOf = (write: LedgerWrite): PlatformRecord['state'] | undefined =>
  write.kind === 'platform' ? (JSON.parse(write.text) as PlatformRecord).state : undefined;
