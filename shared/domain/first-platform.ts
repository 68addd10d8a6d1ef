// A first platform file from a few answers: the questions with what each decides, and the file's text.
import { readWindows } from './hours-words.ts';

export interface Question {
  readonly name: keyof Answers;
  readonly asks: string;
  /** What the answer decides, shown beside it. */
  readonly decides: string;
  readonly otherwise: (given: Partial<Answers>) => string;
  /** What is wrong with an answer, null when it will do. */
  readonly refuses: (answer: string) => string | null;
}

export interface Answers {
  readonly name: string;
  readonly title: string;
  readonly region: string;
  readonly port: string;
  readonly health: string;
  readonly database: string;
  readonly hours: string;
  readonly timeZone: string;
  readonly email: string;
  readonly github: string;
}

const words = (text: string): string =>
  text
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ');
const matches =
  (pattern: RegExp, otherwise: string) =>
  (answer: string): string | null =>
    pattern.test(answer) ? null : otherwise;
const isYesNo = matches(/^(yes|no)$/, 'Answer yes or no');

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

/** Read as the platform file reads them, so that the file is right the first time. */
const hoursRefusal = (hours: string): string | null => {
  if (hours === 'never') return null;
  const read = readWindows(hours);
  return read.ok ? null : `${read.problem}. Hours such as mon-fri 08:00-18:00, or never`;
};

/** The questions in the order they are asked. */
export const questions: readonly Question[] = [
  {
    name: 'name',
    asks: 'Short name',
    decides: 'begins every name in AWS, together with the stage',
    otherwise: () => 'my-app',
    refuses: matches(/^[a-z][a-z0-9-]{1,20}$/, 'Lower-case letters, digits and hyphens, at most 21, beginning with a letter'),
  },
  {
    name: 'title',
    asks: 'Name for people',
    decides: 'stands in notices and on the page of a sleeping site',
    otherwise: ({ name = '' }) => words(name),
    refuses: matches(/^[^'\\]+$/, 'Without quotes'),
  },
  {
    name: 'region',
    asks: 'AWS region',
    decides: 'where everything runs',
    otherwise: () => 'eu-central-1',
    refuses: matches(/^[a-z]{2}(-[a-z]+)+-\d$/, 'A region such as eu-central-1 or ap-southeast-2'),
  },
  {
    name: 'port',
    asks: 'Port your program listens on',
    decides: 'where the load balancer sends requests',
    otherwise: () => '8080',
    refuses: (port) => (/^\d{2,5}$/.test(port) && Number(port) < 65_536 ? null : 'A port such as 8080'),
  },
  {
    name: 'health',
    asks: 'Path that answers 200 when it is well',
    decides: 'when a task counts as healthy, so when a rollout is good',
    otherwise: () => '/health',
    refuses: matches(/^\/[\w/.-]*$/, 'A path such as /health'),
  },
  {
    name: 'database',
    asks: 'A PostgreSQL database? (yes/no)',
    decides: 'a small one, stopped at night, its address in DATABASE_URL',
    otherwise: () => 'no',
    refuses: isYesNo,
  },
  {
    name: 'hours',
    asks: 'Working hours, or never',
    decides: 'outside them nothing runs; never: it never sleeps',
    otherwise: () => 'mon-fri 08:00-18:00',
    refuses: hoursRefusal,
  },
  {
    name: 'timeZone',
    asks: 'Time zone of these hours',
    decides: 'daylight saving is followed',
    otherwise: () => 'Europe/Berlin',
    refuses: (zone) => (isZone(zone) ? null : 'A zone such as Europe/Berlin or Australia/Sydney'),
  },
  {
    name: 'email',
    asks: 'E-mail for notices',
    decides: 'who hears of rollouts, alarms and nights; must confirm once',
    otherwise: () => 'you@example.com',
    refuses: matches(/^[^@\s']+@[^@\s']+\.[^@\s']+$/, 'An address such as you@example.com'),
  },
  {
    name: 'github',
    asks: 'GitHub repository that builds the image, or none',
    decides: 'a role that only its main branch may take on',
    otherwise: () => 'none',
    refuses: matches(/^(none|[\w.-]+\/[\w.-]+)$/, 'owner/name, or none'),
  },
];

/** The text of the platform file, with what each answer decided beside it. */
export const platformFileText = (answers: Answers): string => {
  const { name, title, region, port, health, database, hours, timeZone, email, github } = answers;
  const withDatabase = database === 'yes';
  // Never a word of the language, nor the import's name.
  const identifier = `${name.replaceAll(/-(.?)/g, (_, letter: string) => letter.toUpperCase())}Platform`;
  const lines = [
    `// ${title}: written by dayshift init; docs/platform-file.md has every other field.`,
    "import { platform } from '../../shared/contracts/platform.ts';",
    '',
    `export const ${identifier} = platform({`,
    '  // Begins every name in AWS, together with the stage.',
    `  name: '${name}',`,
    `  title: '${title}',`,
    `  region: '${region}',`,
    '',
    '  // Tasks get a public address and only the load balancer may speak to them: no NAT gateway to pay for.',
    "  network: { tasks: 'public' },",
    '',
    '  services: {',
    '    web: {',
    '      containers: {',
    '        web: {',
    '          // An ECR repository of this name is made. A push of the tag rolls out by itself.',
    `          image: { repository: '${name}', tag: 'latest' },`,
    `          port: ${port},`,
    ...(withDatabase ? ["          secrets: { DATABASE_URL: 'database-url' },"] : []),
    '        },',
    '      },',
    `      // A task is well when ${health} answers 200.`,
    `      routes: [{ path: '/*', health: { path: '${health}' } }],`,
    ...(withDatabase ? ["      needs: ['db'],"] : []),
    '      count: 1,',
    '    },',
    '  },',
    ...(withDatabase ? databaseLines : []),
    ...(hours === 'never'
      ? []
      : [
          '',
          '  // Outside these hours nothing runs, and in the morning all is back as it was.',
          `  hours: { words: '${hours}', timeZone: '${timeZone}' },`,
        ]),
    '',
    '  // Each address must confirm once.',
    `  notices: { emails: ['${email}'] },`,
    ...(github === 'none'
      ? []
      : ['', '  // Only workflows on its main branch may push images.', `  github: { repository: '${github}', branch: 'main' },`]),
    '});',
    '',
  ];
  return lines.join('\n');
};

const databaseLines = [
  '',
  '  // Stopped outside hours; its password is generated and never leaves Secrets Manager.',
  "  databases: { db: { version: '17', class: 'db.t4g.micro', storage: '20 GiB', database: 'app' } },",
  '  secrets: {',
  "    'database-url': {",
  '      value: {',
  "        compose: 'postgresql://{databases.db.user}:{databases.db.password}@{databases.db.host}:{databases.db.port}/{databases.db.database}',",
  '      },',
  '    },',
  '  },',
];
