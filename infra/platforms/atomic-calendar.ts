// Atomic Calendar: eight services behind one HTTPS address, PostgreSQL, files for the Python agent, alarms and a dashboard.
import { platform } from '../../shared/contracts/platform.ts';

/** Stateless services run on Spot above their first task. */
const stateless = { spot: 'with-fallback', count: { min: 1, max: 6 }, scaling: { cpu: 70, memory: 75 } } as const;
const steady = { count: { min: 1, max: 4 }, scaling: { cpu: 70, memory: 75 } } as const;

/** Alarms on CPU for the four busiest only; the site speaks for the others. */
const busy = { memory: null, latency: '1 second' } as const;
const quiet = { cpu: null, memory: null, latency: '2 seconds' } as const;

const logs = { keep: '30 days' } as const;
const traces = { sendTraces: true } as const;

export const atomicCalendar = platform({
  name: 'atomic-calendar',
  title: 'Atomic Calendar',
  region: 'us-east-1',

  network: { cidr: '10.2.0.0/16', zones: 2, tasks: 'private', natGateways: 1, endpoints: ['s3'] },
  cluster: { insights: 'off' },
  domain: { name: 'app.atomic.example.com', zone: { id: 'Z9876543210ABCDEFGHIJ', name: 'atomic.example.com' } },

  services: {
    app: {
      ...stateless,
      containers: {
        app: {
          image: { repository: 'atomic-app' },
          port: 3000,
          environment: { API_URL: '{site}', GRAPHQL_URL: '{site}/v1/graphql', AUTH_URL: '{site}/v1/auth' },
        },
      },
      routes: [
        { path: '/app', health: { path: '/app' } },
        { path: '/*', health: { path: '/app' } },
      ],
      alarms: busy,
      logs,
      may: traces,
    },
    functions: {
      ...stateless,
      containers: {
        functions: {
          image: { repository: 'atomic-functions' },
          port: 3000,
          environment: { GRAPHQL_URL: '{site}/v1/graphql', AGENT_URL: '{site}/v1/agent', DATA_BUCKET: '{buckets.data.name}' },
          secrets: {
            OPENAI_API_KEY: 'openai-api-key',
            NOTION_API_TOKEN: 'notion-api-token',
            NOTION_NOTES_DATABASE_ID: 'notion-notes-db-id',
            NOTION_RESEARCH_PROJECTS_DB_ID: 'notion-research-projects-db-id',
            NOTION_RESEARCH_TASKS_DB_ID: 'notion-research-tasks-db-id',
            DEEPGRAM_API_KEY: 'deepgram-api-key',
            MSK_BOOTSTRAP_BROKERS: 'msk-bootstrap-brokers.brokers',
          },
        },
      },
      routes: [{ path: '/v1/functions', health: { path: '/v1/functions/healthz' } }],
      alarms: busy,
      logs,
      needs: ['hasura'],
      may: { ...traces, buckets: ['data'] },
    },
    hasura: {
      ...steady,
      containers: {
        hasura: {
          image: { fixed: 'hasura/graphql-engine:v2.44.0' },
          port: 8080,
          environment: { HASURA_GRAPHQL_ENABLE_CONSOLE: 'false', AUTH_URL: '{site}/v1/auth', FUNCTIONS_URL: '{site}/v1/functions' },
          secrets: {
            HASURA_GRAPHQL_DATABASE_URL: 'hasura-db-conn-string',
            HASURA_GRAPHQL_JWT_SECRET: 'hasura-jwt',
            HASURA_GRAPHQL_ADMIN_SECRET: 'hasura-admin',
          },
        },
      },
      routes: [{ path: '/v1/graphql', health: { path: '/healthz' } }],
      alarms: busy,
      logs,
      needs: ['db'],
      may: traces,
    },
    supertokens: {
      ...steady,
      containers: {
        supertokens: {
          image: { fixed: 'registry.supertokens.io/supertokens/supertokens-postgresql:9.3' },
          port: 3567,
          secrets: { POSTGRESQL_CONNECTION_URI: 'supertokens-db-conn-string' },
        },
      },
      routes: [{ path: '/v1/auth', health: { path: '/hello' } }],
      alarms: busy,
      logs,
      needs: ['db'],
      may: traces,
    },
    handshake: {
      ...steady,
      containers: {
        handshake: { image: { repository: 'atomic-handshake' }, port: 3000, environment: { GRAPHQL_URL: '{site}/v1/graphql' } },
      },
      routes: [{ path: '/v1/handshake', health: { path: '/v1/handshake/healthz' } }],
      alarms: quiet,
      logs,
      needs: ['hasura'],
      may: traces,
    },
    oauth: {
      ...steady,
      containers: {
        oauth: {
          image: { repository: 'atomic-oauth' },
          port: 3000,
          environment: { GRAPHQL_URL: '{site}/v1/graphql', RETURN_URL: '{site}/app' },
        },
      },
      routes: [{ path: '/v1/oauth', health: { path: '/v1/oauth/healthz' } }],
      alarms: quiet,
      logs,
      needs: ['hasura'],
      may: traces,
    },
    optaplanner: {
      ...steady,
      containers: {
        optaplanner: {
          image: { repository: 'atomic-optaplanner' },
          port: 8081,
          environment: { GRAPHQL_URL: '{site}/v1/graphql' },
          secrets: { QUARKUS_DATASOURCE_JDBC_URL: 'optaplanner-db-conn-string' },
        },
      },
      routes: [{ path: '/v1/optaplanner', health: { path: '/q/health/ready' } }],
      alarms: quiet,
      logs,
      needs: ['db'],
      may: traces,
    },
    'python-agent': {
      ...steady,
      containers: {
        'python-agent': {
          image: { repository: 'atomic-python-agent' },
          port: 5000,
          environment: { LANCEDB_PATH: '/mnt/vectors', GRAPHQL_URL: '{site}/v1/graphql' },
          secrets: { OPENAI_API_KEY: 'openai-api-key' },
          mounts: { '/mnt/vectors': { fileSystem: 'vectors' } },
        },
      },
      routes: [{ path: '/v1/agent', health: { path: '/v1/agent/healthz' } }],
      alarms: { ...quiet, serverErrors: null, unhealthyHosts: false, latency: null },
      logs,
      needs: ['hasura'],
      may: traces,
    },
  },

  databases: {
    // `kind: 'aurora-serverless'` with `capacity: { min: 0, max: 4 }` is the alternative for a load that comes and goes.
    db: {
      kind: 'postgres',
      version: '17',
      class: 'db.t3.small',
      storage: '50 GiB',
      multiAz: true,
      backups: '14 days',
      database: 'atomicdb',
      user: 'atomic',
    },
  },

  buckets: { data: {} },
  fileSystems: { vectors: {} },

  secrets: {
    // Hasura reads the whole of it, as JSON: {"type":"HS256","key":"…"}.
    'hasura-jwt': { title: 'Key that signs Hasura tokens', keys: { type: { text: 'HS256' }, key: { generate: 64 } } },
    'hasura-admin': { title: 'Hasura administrator', value: { generate: 32 } },
    'supertokens-db-conn-string': {
      value: {
        compose: 'postgresql://{databases.db.user}:{databases.db.password}@{databases.db.host}:{databases.db.port}/{databases.db.database}',
      },
    },
    'hasura-db-conn-string': {
      value: {
        compose: 'postgres://{databases.db.user}:{databases.db.password}@{databases.db.host}:{databases.db.port}/{databases.db.database}',
      },
    },
    'optaplanner-db-conn-string': {
      value: {
        compose:
          'jdbc:postgresql://{databases.db.host}:{databases.db.port}/{databases.db.database}?user={databases.db.user}&password={databases.db.password}',
      },
    },
    'openai-api-key': { value: { fill: 'API key from platform.openai.com' } },
    'notion-api-token': { value: { fill: 'Integration token from notion.so/my-integrations' } },
    'notion-notes-db-id': { value: { fill: 'Id of the Notion database with notes' } },
    'notion-research-projects-db-id': { value: { fill: 'Id of the Notion database with research projects' } },
    'notion-research-tasks-db-id': { value: { fill: 'Id of the Notion database with research tasks' } },
    'deepgram-api-key': { value: { fill: 'API key from console.deepgram.com' } },
    // As a key it stays empty where there is no such cluster.
    'msk-bootstrap-brokers': { keys: { brokers: { fill: 'Bootstrap brokers of the MSK cluster, if there is one', optional: true } } },
  },

  alarms: { loadBalancerErrors: 5, database: { cpu: 85, freeGiB: 10, freeMemoryMiB: 200, connections: 150 } },

  hours: { words: 'mon-sat 07:00-22:00', timeZone: 'America/New_York' },
  notices: { emails: ['ops@atomic.example'], slack: { secret: 'atomic-calendar/slack' } },

  outputs: { DbInstanceEndpoint: '{databases.db.host}', DbSecretArn: '{databases.db.secretArn}' },

  settings: { region: ['region'], domain: ['domain.name'], certificate: ['domain.certificate'], operator_email: ['notices.emails'] },
});
