import { afterEach, describe, expect, it } from 'vitest';
import type { Place } from '../../cli/place.ts';
import { shellRemedy, takesShells } from '../../shared/domain/shell-access.ts';
import { placeOf, run } from './stage.ts';

const places: Place[] = [];
const open = async (...given: Parameters<typeof placeOf>): Promise<Place> => {
  const place = await placeOf(...given);
  places.push(place);
  return place;
};
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

describe('a shell in a running task', () => {
  it('is opened where the platform file allows it: agent in the task, channels for its role', async () => {
    const place = await open('wizelit', 'dev', { change: { services: { app: { shell: 'outside-prod' } } } });
    const opened = await run(place, 'shell app');
    expect(opened).toMatchObject({ code: 0 });
    expect(opened.out).toMatch(/^The session ecs-execute-command-[0-9a-f]{17} into app of app is open\.\n$/);
    expect(await run(place, 'shell app --container nginx')).toMatchObject({ code: 2 });
  });

  it('is refused elsewhere, and what to write is said', async () => {
    const place = await open();
    expect(await run(place, 'shell app')).toMatchObject({
      code: 1,
      err: "No shell can be opened in app of app. Write services.app.shell: 'outside-prod' in the platform file and run dayshift up: it grants the task role Session Manager's channels and starts new tasks.\n",
    });
    await run(place, 'sleep');
    expect((await run(place, 'shell app')).err).toContain('a sleeping platform wakes with dayshift wake');
  });

  it('is off in prod unless the file says always', () => {
    expect(takesShells({ shell: 'never' }, 'dev')).toBe(false);
    expect(takesShells({ shell: 'outside-prod' }, 'staging')).toBe(true);
    expect(takesShells({ shell: 'outside-prod' }, 'prod')).toBe(false);
    expect(takesShells({ shell: 'always' }, 'prod')).toBe(true);
    expect(shellRemedy('api', { shell: 'outside-prod' }, 'prod')).toContain("Write services.api.shell: 'always'");
    expect(shellRemedy('api', { shell: 'outside-prod' }, 'dev')).toContain('run dayshift up, which starts new tasks');
  });
});
