// The switch for shells in running tasks: what it adds to the templates, and that nothing of it is there without the switch.
import { describe, expect, it } from 'vitest';
import { containersOf, only, roleOf, statementsOf, templates } from './platform-templates.ts';

const channels = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map((name) => `ssmmessages:${name}`);

describe('shells in running tasks', () => {
  it('X2: where the platform file allows them, tasks take them and their role has the channels and its own log group', async () => {
    const { services } = await templates('starter');
    expect(only(services, 'AWS::ECS::Service')['EnableExecuteCommand']).toBe(true);
    expect(containersOf(services, 'WebTask')['web']?.['LinuxParameters']).toEqual({ InitProcessEnabled: true });
    const [all, logs] = statementsOf(roleOf(services, 'WebTaskRole'));
    expect([all?.Action ?? []].flat().sort()).toEqual(['logs:DescribeLogGroups', ...channels]);
    expect(all?.Resource).toBe('*');
    expect(logs).toMatchObject({ Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'] });
    expect(JSON.stringify(logs?.Resource)).toContain(':log-group:/ecs/starter-dev/web:*');
  });

  it('X2: in prod they are off by default, and the task role is as empty as it was', async () => {
    const { services } = await templates('starter', { stage: 'prod' });
    expect(only(services, 'AWS::ECS::Service')).not.toHaveProperty('EnableExecuteCommand');
    expect(containersOf(services, 'WebTask')['web']).not.toHaveProperty('LinuxParameters');
    expect(statementsOf(roleOf(services, 'WebTaskRole'))).toEqual([]);
  });

  it('without a NAT gateway the endpoint of Session Manager is made where shells are taken, and nowhere else', async () => {
    const change = { network: { tasks: 'endpoints' as const } };
    expect(JSON.stringify((await templates('starter', { change })).network)).toContain('.ssmmessages');
    expect(JSON.stringify((await templates('starter', { stage: 'prod', change })).network)).not.toContain('.ssmmessages');
  });
});
