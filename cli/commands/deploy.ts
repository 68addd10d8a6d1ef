import { type Command } from '../command.ts';
export const deploy: Command = { name: 'deploy', summary: '', usage: 'deploy', options: {}, example: '', run: async () => 1 };
