// Managed ChatKit: a React front end and a FastAPI back end in one task, with public images on GHCR.
import { platform } from '../../shared/contracts/platform.ts';

export const managedChatkit = platform({
  name: 'managed-chatkit',
  title: 'Managed ChatKit',
  region: 'us-east-1',

  network: { cidr: '10.1.0.0/16', zones: 2, tasks: 'public' },

  // The browser gives crypto.randomUUID only to pages served over HTTPS: plain HTTP is redirected, never answered.
  domain: {
    name: 'app.chatkit.example.com',
    certificate: 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-1111-2222-3333-444455556666',
  },

  services: {
    web: {
      cpu: '0.25 vCPU',
      memory: '512 MiB',
      containers: {
        frontend: {
          image: { registry: 'ghcr.io/managed-chatkit/managed-chatkit-frontend', tag: 'latest' },
          port: 80,
          buildArguments: ['VITE_CHATKIT_WORKFLOW_ID'],
        },
        backend: {
          image: { registry: 'ghcr.io/managed-chatkit/managed-chatkit-backend', tag: 'latest' },
          port: 8000,
          environment: {
            ENVIRONMENT: 'production',
            // Made of the domain, so that the origin the browser sends is the one the back end allows.
            ALLOWED_ORIGINS: '{site}',
          },
          secrets: { OPENAI_API_KEY: 'openai' },
        },
      },
      routes: [
        { path: '/api/*', container: 'backend', health: { path: '/health' } },
        { path: '/*', container: 'frontend', health: { path: '/' } },
      ],
      count: 1,
      rollout: { smoke: { path: '/' } },
    },
  },

  secrets: {
    openai: { title: 'OpenAI', value: { fill: 'API key from platform.openai.com' } },
  },

  github: { repository: 'managed-chatkit/managed-chatkit', branch: 'main' },

  hours: { words: 'mon-fri 08:00-19:00', timeZone: 'America/New_York' },
  notices: { emails: ['ops@chatkit.example'], slack: { secret: 'managed-chatkit/slack' } },

  settings: { region: ['region'], domain: ['domain.name'], certificate: ['domain.certificate'] },
});
