// SSM parameters the automation owns, such as whether the platform is asleep (R6).
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Parameters } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

export const parameters = (host: ClientHost): Parameters => {
  const ssm = client(SSMClient, host);
  return {
    read: async (name) => {
      try {
        const { Parameter } = await attempt('ssm:GetParameter', name, () => ssm.send(new GetParameterCommand({ Name: name })));
        return Parameter?.Value ?? null;
      } catch (error) {
        // A platform that Dayshift did not create has no such parameter, and no template that reads it (X4).
        if (nameOf(error) === 'ParameterNotFound') return null;
        throw error;
      }
    },
  };
};
