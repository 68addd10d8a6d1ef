// The small pure parts under the platform file: quantities, ranges, references, routes and Fargate sizes.
import { describe, expect, it } from 'vitest';
import { rangeOf, rangeWords, subnetOf } from '../../shared/domain/cidr.ts';
import { isOffered, nearestSize } from '../../shared/domain/fargate-sizes.ts';
import { partsOf, referencesOf } from '../../shared/domain/references.ts';
import { isCatchAll, pathPatterns, priorityOf } from '../../shared/domain/routing.ts';
import { cpuUnitsOf, cpuWords, daysOf, gibibytesOf, mebibytesOf, memoryWords, secondsOf } from '../../shared/domain/units.ts';

describe('quantities in words', () => {
  it.each([
    ['90 seconds', 90],
    ['3 minutes', 180],
    ['1.5 hours', 5_400],
    ['2days', 172_800],
    ['3', null],
    ['three minutes', null],
    ['0.3 seconds', null],
  ])('%s', (words, seconds) => {
    expect(secondsOf(words)).toBe(seconds);
  });

  it('memory, disk, CPU and days', () => {
    expect([
      mebibytesOf('512 MiB'),
      mebibytesOf('2 GB'),
      gibibytesOf('1 TiB'),
      cpuUnitsOf('0.25 vCPU'),
      cpuUnitsOf('256 units'),
      daysOf('2 weeks'),
    ]).toEqual([512, 2_048, 1_024, 256, 256, 14]);
    expect([mebibytesOf('512'), cpuUnitsOf('0.25'), daysOf('3 hours')]).toEqual([null, null, null]);
    expect([cpuWords(512), memoryWords(512), memoryWords(3_072)]).toEqual(['0.5 vCPU', '512 MiB', '3 GiB']);
  });
});

describe('ranges', () => {
  it('are read only when their host bits are zero', () => {
    expect(rangeOf('10.0.0.0/16')).toEqual({ base: 167_772_160, length: 16 });
    expect(['10.0.0.1/16', '10.0.0.0/29', '10.0.0.0/8', '300.0.0.0/16', 'ten'].map(rangeOf)).toEqual([null, null, null, null, null]);
  });

  it('are cut so that another zone or tier moves no subnet', () => {
    const range = rangeOf('10.0.0.0/16');
    if (range === null) throw new Error('10.0.0.0/16 is a range');
    const words = (tier: 'public' | 'private' | 'data', zone: number): string => rangeWords(subnetOf(range, tier, zone));
    expect([words('public', 0), words('public', 3), words('private', 0), words('data', 1)]).toEqual([
      '10.0.0.0/20',
      '10.0.48.0/20',
      '10.0.64.0/20',
      '10.0.144.0/20',
    ]);
  });
});

describe('references', () => {
  it('stand between plain text, and other braces are plain text', () => {
    expect(partsOf('redis://{caches.main.host}:6379/{"a":1}{other}')).toEqual([
      { kind: 'text', text: 'redis://' },
      { kind: 'reference', reference: { text: 'caches.main.host', root: 'caches', name: 'main', property: 'host' } },
      { kind: 'text', text: ':6379/{"a":1}{other}' },
    ]);
  });

  it('name one thing of many, or the only one', () => {
    expect(referencesOf('{site} {signIn.poolId} {secrets.app-keys.arn}')).toEqual([
      { text: 'site', root: 'site', name: null, property: null },
      { text: 'signIn.poolId', root: 'signIn', name: null, property: 'poolId' },
      { text: 'secrets.app-keys.arn', root: 'secrets', name: 'app-keys', property: 'arn' },
    ]);
  });
});

describe('routes', () => {
  it('a path means itself and what is below it', () => {
    expect([pathPatterns('/v1/auth'), pathPatterns('/api/*'), pathPatterns('/')]).toEqual([['/v1/auth', '/v1/auth/*'], ['/api/*'], ['/']]);
    expect([isCatchAll({ path: '/*', host: null }), isCatchAll({ path: '/*', host: 'a.example.com' })]).toEqual([true, false]);
  });

  it('the longer path is tried first, a host before any path, and 1 to 99 stay free', () => {
    const priorities = [
      priorityOf({ path: '/*', host: 'api.example.com' }),
      priorityOf({ path: '/v1/functions', host: null }),
      priorityOf({ path: '/v1', host: null }),
      priorityOf({ path: '/*', host: null }),
    ];
    expect([...priorities].sort((a, b) => a - b)).toEqual(priorities);
    expect(Math.min(...priorities)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...priorities)).toBeLessThan(50_000);
    expect(priorities.filter((priority) => priority % 2 === 1)).toEqual([]);
  });
});

describe('Fargate sizes', () => {
  it('offers some pairs and not others', () => {
    expect([
      isOffered(256, 512),
      isOffered(256, 4_096),
      isOffered(1_024, 2_048),
      isOffered(4_096, 30_720),
      isOffered(8_192, 17_000),
    ]).toEqual([true, false, true, true, false]);
  });

  it('says the nearest that holds the wish', () => {
    expect([nearestSize(256, 3_072), nearestSize(300, 512), nearestSize(99_999, 1)]).toEqual([
      { cpu: 512, memory: 3_072 },
      { cpu: 512, memory: 1_024 },
      { cpu: 16_384, memory: 122_880 },
    ]);
  });
});
