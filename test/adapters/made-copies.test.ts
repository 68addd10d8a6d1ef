// Copies of an Aurora cluster are found page by page and deleted by their names; one that is still being made is told, and stays (O13).
import { expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { connect } from '../../local/in-process.ts';
import { removeCopies } from '../../shared/aws/made-copies.ts';
import { copiesMade, type Making } from '../../shared/domain/made-copies.ts';

it('O13: every copy of a cluster is deleted, a snapshot of somebody else never, and one that is still being made is told with its cause', async () => {
  const world = createWorld({ start: Date.parse('2026-11-23T09:00:00Z'), seed: 1 });
  const operator = { kind: 'operator' } as const;
  const call = (operation: string, input: object): Promise<any> => world.call({ service: 'rds', operation, input, caller: operator });
  for (const id of ['shop-db', 'shop-db-before']) {
    world.services.rds.createCluster(id, { Engine: 'aurora-postgresql', EngineVersion: '16.6' });
    world.services.rds.createInstance(`${id}-1`, { Engine: 'aurora-postgresql', DBInstanceClass: 'db.serverless', DBClusterIdentifier: id });
  }
  const copy = (DBClusterIdentifier: string, DBClusterSnapshotIdentifier: string): Promise<unknown> =>
    call('CreateDBClusterSnapshot', { DBClusterIdentifier, DBClusterSnapshotIdentifier });
  const old = Array.from({ length: 101 }, (_, n) => `shop-db-before-web-${String(n).padStart(12, '0')}`);
  await copy('shop-db', 'shop-db-before-christmas');
  await copy('shop-db-before', 'shop-db-before-before-web-0123456789ab');
  for (const name of old) await copy('shop-db', name);
  await world.clock.run(world.clock.now + 10 * 60_000);
  await copy('shop-db', 'shop-db-before-web-ffffffffffff');
  const making = {
    stage: 'dev',
    services: [{ needs: ['db'], rollout: { gates: { migration: { snapshot: true } } } }],
    databases: [{ name: 'db', kind: 'aurora-serverless', identifier: 'shop-db' }],
    caches: [],
  } as unknown as Making;
  const removals = await removeCopies({ connect: (client) => void connect(client, world, operator) }, copiesMade(making));
  expect(removals.filter(({ failure }) => failure === null).map(({ name }) => name)).toEqual(old);
  expect(removals.filter(({ failure }) => failure !== null)).toEqual([
    {
      name: 'shop-db-before-web-ffffffffffff',
      failure: expect.stringMatching(/^rds:DeleteDBClusterSnapshot on shop-db-before-web-ffffffffffff: .* not currently in the available state/),
    },
  ]);
  expect((await call('DescribeDBClusterSnapshots', {})).DBClusterSnapshots.map((one: any) => one.DBClusterSnapshotIdentifier)).toEqual([
    'shop-db-before-christmas',
    'shop-db-before-before-web-0123456789ab',
    'shop-db-before-web-ffffffffffff',
  ]);
});
