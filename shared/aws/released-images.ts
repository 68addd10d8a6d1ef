// The proven image of each container, in the parameter CloudFormation reads it from: how rollouts and deploys get along (R6).
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Images } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** The value before the first release. */
const NONE = 'none';

export const releasedImages = (host: ClientHost): Pick<Images, 'released' | 'release'> => {
  const ssm = client(SSMClient, host);
  return {
    released: async (name) => {
      const { Parameter } = await attempt('ssm:GetParameter', name, () => ssm.send(new GetParameterCommand({ Name: name })));
      return Parameter?.Value === undefined || Parameter.Value === NONE ? null : Parameter.Value;
    },
    release: async (name, reference) => {
      await attempt('ssm:PutParameter', name, () => ssm.send(new PutParameterCommand({ Name: name, Value: reference, Overwrite: true })));
    },
  };
};
