// The errors DynamoDB answers, with its own names and wording.
import { AwsError } from '../../simulated.ts';
import type { Item } from './values.ts';

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** Loud refusal of something real that the rehearsal does not simulate. */
export const notSimulated = (what: string): AwsError =>
  new AwsError('NotSimulatedException', `dynamodb: ${what} is not simulated by the rehearsal`, 501);

export const conditionFailed = (item?: Item): AwsError =>
  new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, item === undefined ? {} : { Item: item });

export const tableNotFound = (name: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);

export const requestedNotFound = (): AwsError => new AwsError('ResourceNotFoundException', 'Requested resource not found');
