// Runs command lines as `dayshift` would, one after another in one process, and says after each with which code it ended.
import { main } from '../../cli/main.ts';

for (const line of process.argv.slice(2)) process.stdout.write(`\nended with ${await main(line.split(' '))}: ${line}\n`);
process.exit(0);
