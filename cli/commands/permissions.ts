import { type Command } from '../command.ts';
export const permissions: Command = { name: 'permissions', summary: '', usage: 'permissions', options: {}, example: '', run: async () => 1 };
