// Farsight: an API and a Temporal worker from one image, in private subnets, on PostgreSQL and Redis.
import { platform } from '../../shared/contracts/platform.ts';

/** Both services speak to the same stores and the same Temporal server. */
const environment = {
  POSTGRES_HOST: '{databases.postgres.host}',
  POSTGRES_PORT: '{databases.postgres.port}',
  POSTGRES_DB_NAME: '{databases.postgres.database}',
  POSTGRES_USER: '{databases.postgres.user}',
  REDIS_HOST: '{caches.redis.host}',
  REDIS_PORT: '{caches.redis.port}',
  TEMPORAL_ADDRESS: 'temporal.example.com:7233',
  TEMPORAL_NAMESPACE: 'default',
  TEMPORAL_TASK_QUEUE: 'orchestrator-task-queue',
  PINECONE_INDEX: 'default-index',
};

const secrets = {
  OPENAI_API_KEY: 'server-secrets.OPENAI_API_KEY',
  PINECONE_API_KEY: 'server-secrets.PINECONE_API_KEY',
  POSTGRES_PASSWORD: 'server-secrets.POSTGRES_PASSWORD',
  REDIS_PASSWORD: 'server-secrets.REDIS_PASSWORD',
};

export const farsight = platform({
  name: 'farsight',
  title: 'Farsight',
  region: 'us-east-1',

  network: { cidr: '10.0.0.0/16', zones: 2, tasks: 'private', natGateways: 1, endpoints: ['ecr', 'logs', 'secrets', 's3'] },
  cluster: { name: 'farsight-cluster', insights: 'on' },
  loadBalancer: { firewall: true },

  // With a zone the certificate is made, validated and renewed by itself, and the host name leads to the load balancer.
  domain: { name: 'api.farsight.example.com', zone: { id: 'Z0123456789ABCDEFGHIJ', name: 'farsight.example.com' } },

  services: {
    api: {
      serviceName: 'farsight-api-server',
      cpu: '0.5 vCPU',
      memory: '1 GiB',
      containers: {
        'api-server': {
          image: { repository: 'farsight-server', tag: 'latest' },
          port: 8000,
          environment,
          secrets: { ...secrets, API_KEY: 'server-secrets.API_KEY' },
          health: {
            command: 'python -c "import urllib.request; urllib.request.urlopen(\'http://localhost:8000/health\')" || exit 1',
            interval: '30 seconds',
            timeout: '10 seconds',
            retries: 3,
            start: '60 seconds',
          },
        },
      },
      routes: [{ path: '/*', health: { path: '/health', interval: '30 seconds', timeout: '10 seconds' } }],
      grace: '60 seconds',
      count: { min: 2, max: 10 },
      scaling: { cpu: 70, in: '300 seconds', out: '60 seconds' },
      needs: ['postgres', 'redis'],
      logs: { group: '/ecs/farsight-api-server' },
      // `strategy: 'blue-green'` keeps the old tasks until the new ones have baked; one word changes it.
      rollout: { strategy: 'rolling', bake: '5 minutes', watchAlarms: true, group: 'farsight-server' },
      alarms: { taskFailures: true },
    },
    worker: {
      serviceName: 'farsight-worker',
      cpu: '0.5 vCPU',
      memory: '1 GiB',
      containers: {
        'temporal-worker': {
          image: { repository: 'farsight-server', tag: 'latest' },
          command: ['python', '-m', 'src.temporal.worker'],
          environment,
          secrets,
        },
      },
      count: { min: 2, max: 5 },
      scaling: { cpu: 70, in: '300 seconds', out: '60 seconds' },
      needs: ['postgres', 'redis'],
      logs: { group: '/ecs/farsight-worker' },
      rollout: { group: 'farsight-server' },
      alarms: { taskFailures: true },
    },
  },

  databases: {
    postgres: {
      identifier: 'farsight-postgres',
      version: '17',
      class: 'db.t3.medium',
      storage: '100 GiB',
      multiAz: true,
      backups: '7 days',
      database: 'farsight',
      user: 'postgres',
      // The password is the key of the secret that the services read: there is only one, so it is the real one.
      password: 'server-secrets.POSTGRES_PASSWORD',
    },
  },

  caches: {
    redis: { identifier: 'farsight-redis', engine: 'redis', node: 'cache.t3.micro' },
  },

  secrets: {
    'server-secrets': {
      name: 'farsight/server-secrets',
      title: 'Keys of the Farsight server',
      keys: {
        POSTGRES_PASSWORD: { generate: 32 },
        OPENAI_API_KEY: { fill: 'from platform.openai.com' },
        PINECONE_API_KEY: { fill: 'from app.pinecone.io' },
        REDIS_PASSWORD: { fill: 'empty as long as the cache asks for none', optional: true },
        API_KEY: { fill: 'the key that callers of the API must send' },
      },
    },
  },

  github: { repository: 'farsight-technical/farsight', branch: 'main' },

  hours: { words: 'mon-fri 07:00-21:00', timeZone: 'America/New_York' },
  notices: { emails: ['ops@farsight.example'], slack: { secret: 'farsight/slack' } },
  backups: { keep: '35 days', at: '05:00' },

  outputs: { LoadBalancerDNS: '{loadBalancer.dns}', ECRRepositoryURI: '{repositories.farsight-server.uri}' },

  settings: {
    region: ['region'],
    vpc_cidr: ['network.cidr'],
    db_instance_class: ['databases.postgres.class'],
    redis_node_type: ['caches.redis.node'],
    ecr_repo_name: ['repositories.farsight-server.name'],
    cluster_name: ['cluster.name'],
    temporal_address: [
      'services.api.containers.api-server.environment.TEMPORAL_ADDRESS',
      'services.worker.containers.temporal-worker.environment.TEMPORAL_ADDRESS',
    ],
  },
});
