// The proven image of each container, in the parameter CloudFormation reads it from: how rollouts and deploys get along (R6).
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Images } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export const releasedImages = (host: ClientHost): Pick<Images, 'release'> => {
  const ssm = client(SSMClient, host);
  return {
    release: async (name, reference) => {
      await attempt('ssm:PutParameter', name, () => ssm.send(new PutParameterCommand({ Name: name, Value: reference, Overwrite: true })));
    },
  };
};
