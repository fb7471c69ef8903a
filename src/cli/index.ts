export { listCommands } from './commands.ts';
export { renderCommandHelp } from './help.ts';
