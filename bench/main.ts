// `npm run bench`: every number the documents claim, measured in one run, as ratios.
import { consolePaint } from './console.ts';
import { doors } from './doors.ts';
import { fleet } from './fleet.ts';
import { page } from './page.ts';
import { rehearsals } from './rehearsals.ts';
import { synth } from './synth.ts';
import { year } from './year.ts';

const parts = { synth, doors, page, rehearsals, year, fleet, console: consolePaint } as const;
const wanted = process.argv.slice(2).filter((name) => !name.includes('/'));
/** `npm run bench -- doors sleep/advance` measures one door instead of all. */
const onlyDoors = process.argv.slice(2).filter((name) => name.includes('/'));
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}. Benches: ${Object.keys(parts).join(', ')}\n`);
  process.exit(2);
}
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  for (const line of await run(onlyDoors)) process.stdout.write(`  ${line}\n`);
}
