// What the automation itself would have cost: counted from the trail, priced by the dated table of prices (X5).
import { automationPrices } from '../../shared/domain/prices.ts';
import type { TrailEntry } from '../trail.ts';

export interface Bill {
  readonly transitions: number;
  readonly invocations: number;
  /** GB-seconds of arm64. */
  readonly compute: number;
  readonly ledgerReads: number;
  readonly ledgerWrites: number;
  readonly messages: number;
  readonly calls: number;
  /** USD, without free tiers. */
  readonly cost: number;
}

const reads = new Set(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem']);
const writes = new Set(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:TransactWriteItems']);

/** Counts and prices a trail; state transitions are counted by the machines. A transactional write costs two units per item (aws-facts I). */
export const billOf = (trail: readonly TrailEntry[], transitions: number): Bill => {
  const calls = trail.filter(({ kind, what }) => kind === 'call' && !what.endsWith(' failed'));
  const invocations = trail.filter(({ kind, detail }) => kind === 'invoke' && detail?.['billedMs'] !== undefined);
  const compute = invocations.reduce((sum, { detail }) => sum + (Number(detail?.['billedMs']) / 1000) * (Number(detail?.['memoryMb']) / 1024), 0);
  const ledgerReads = calls.filter(({ what }) => reads.has(what)).length;
  const ledgerWrites = calls.filter(({ what }) => writes.has(what)).reduce((sum, { what }) => sum + (what === 'dynamodb:TransactWriteItems' ? 4 : 1), 0);
  const messages = calls.filter(({ what }) => what === 'sns:Publish').length;
  const cost =
    transitions * automationPrices.stateTransition +
    invocations.length * automationPrices.lambdaRequest +
    compute * automationPrices.lambdaGbSecondArm +
    ledgerReads * automationPrices.readUnit +
    ledgerWrites * automationPrices.writeUnit +
    messages * automationPrices.snsPublish;
  return { transitions, invocations: invocations.length, compute, ledgerReads, ledgerWrites, messages, calls: calls.length, cost };
};
