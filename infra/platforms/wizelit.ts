// Wizelit: a Chainlit chat application; small, cheap, on public-subnet Fargate, asleep outside office hours.
import { platform } from '../../shared/contracts/platform.ts';

export const wizelit = platform({
  name: 'wizelit',
  title: 'Wizelit',
  region: 'ap-southeast-2',

  network: { cidr: '10.0.0.0/16', zones: 2, tasks: 'public' },
  cluster: { name: 'wizelit-cluster' },
  // Chat streams over web sockets, which are silent for long stretches.
  loadBalancer: { idle: '10 minutes' },

  services: {
    app: {
      cpu: '0.25 vCPU',
      memory: '512 MiB',
      architecture: 'x86_64',
      containers: {
        app: {
          image: { repository: 'wizelit', tag: 'latest' },
          port: 8000,
          environment: {
            REDIS_URL: '{caches.cache.url}',
            ENABLE_LOG_STREAMING: 'true',
            AWS_REGION: '{platform.region}',
          },
          secrets: {
            DATABASE_URL: 'database-url',
            CHAINLIT_AUTH_SECRET: 'app-secrets.CHAINLIT_AUTH_SECRET',
            OAUTH_GOOGLE_CLIENT_ID: 'app-secrets.OAUTH_GOOGLE_CLIENT_ID',
            OAUTH_GOOGLE_CLIENT_SECRET: 'app-secrets.OAUTH_GOOGLE_CLIENT_SECRET',
          },
        },
      },
      routes: [{ path: '/*', health: { path: '/health', expect: '200' } }],
      // A session lives in one task, web sockets included.
      sticky: { for: '1 day' },
      grace: '3 minutes',
      count: 1,
      needs: ['db', 'cache'],
      may: { invokeBedrock: true },
      logs: { group: '/ecs/wizelit' },
    },
  },

  databases: {
    db: { version: '17', class: 'db.t3.micro', storage: '20 GiB', database: 'wizelit', credentials: 'wizelit/db-credentials' },
  },

  caches: {
    cache: { engine: 'redis', node: 'cache.t3.micro' },
  },

  secrets: {
    'app-secrets': {
      name: 'wizelit/app-secrets',
      title: 'Keys of the chat application',
      keys: {
        CHAINLIT_AUTH_SECRET: { generate: 64 },
        OAUTH_GOOGLE_CLIENT_ID: { fill: 'Client id from the Google Cloud console (APIs, Credentials)', optional: true },
        OAUTH_GOOGLE_CLIENT_SECRET: { fill: 'Client secret of the same Google client', optional: true },
      },
    },
    'database-url': {
      name: 'wizelit/database-url',
      title: 'Connection string of the chat application',
      value: {
        compose: 'postgresql://{databases.db.user}:{databases.db.password}@{databases.db.host}:{databases.db.port}/{databases.db.database}',
      },
    },
  },

  github: { repository: 'wizelit/wizelit', branch: 'main' },

  hours: { words: 'mon-fri 07:00-20:00', timeZone: 'Australia/Sydney' },
  notices: { emails: ['ops@wizelit.example'], slack: { secret: 'wizelit/slack' } },

  outputs: {
    EcrRepositoryUri: '{repositories.wizelit.uri}',
    DbSecretArn: '{databases.db.secretArn}',
    AppSecretArn: '{secrets.app-secrets.arn}',
  },

  estimate: { source: 'the team\'s guide', parts: { compute: 10, database: 15, cache: 12, 'load balancer': 18 } },
  settings: { region: ['region'] },
});
