// Lambda's refusals in its own words.
import { AwsError } from '../../simulated.ts';

const USER = { Type: 'User' };

export const resourceNotFound = (message = 'The resource you requested does not exist.'): AwsError =>
  new AwsError('ResourceNotFoundException', message, 404, USER);

export const resourceConflict = (message: string): AwsError => new AwsError('ResourceConflictException', message, 409, USER);

export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterValueException', message, 400, USER);

export const invalidContent = (): AwsError =>
  new AwsError('InvalidRequestContentException', 'Could not parse request body into json: Could not parse payload into json', 400, USER);

export const tooLarge = (limit: number): AwsError =>
  new AwsError('RequestTooLargeException', `Request must be smaller than ${limit} bytes for the InvokeFunction operation`, 413, USER);

export const throttled = (): AwsError =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { ...USER, Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
