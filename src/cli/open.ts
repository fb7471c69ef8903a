import { openTenure, type Tenure } from '../app/index.ts';
import { type CliContext, type Invocation, parseTextOption } from './command.ts';

/** The workspace of the current folder, or the dbt project that `--project-dir` names. */
export function openCurrent(invocation: Invocation, context: CliContext): Tenure {
  return openTenure({
    ...context,
    folder: context.cwd,
    projectDir: parseTextOption(invocation, 'project-dir'),
  });
}
