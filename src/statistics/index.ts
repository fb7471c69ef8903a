export { type Frame, selectRows } from './frame.ts';
