import type { Command } from './command.ts';

/** The commands by name, each loaded when it is used. */
export const COMMAND_LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).initCommand,
  generate: async () => (await import('./generate.ts')).generateCommand,
  load: async () => (await import('./load.ts')).loadCommand,
  build: async () => (await import('./build.ts')).buildCommand,
  test: async () => (await import('./test.ts')).testCommand,
  compile: async () => (await import('./compile.ts')).compileCommand,
  lineage: async () => (await import('./lineage.ts')).lineageCommand,
  lint: async () => (await import('./lint.ts')).lintCommand,
  query: async () => (await import('./query.ts')).queryCommand,
  metrics: async () => (await import('./metrics.ts')).metricsCommand,
  survival: async () => (await import('./survival.ts')).survivalCommand,
  forecast: async () => (await import('./forecast.ts')).forecastCommand,
  score: async () => (await import('./score.ts')).scoreCommand,
  milestones: async () => (await import('./milestones.ts')).milestonesCommand,
  alerts: async () => (await import('./alerts.ts')).alertsCommand,
  celebrations: async () => (await import('./celebrations.ts')).celebrationsCommand,
  notifications: async () => (await import('./notifications.ts')).notificationsCommand,
  dashboards: async () => (await import('./dashboards.ts')).dashboardsCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  keys: async () => (await import('./keys.ts')).keysCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  docs: async () => (await import('./docs.ts')).docsCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
};

/** Every command, in the order of the help. */
export async function listCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(COMMAND_LOADERS).map((load) => load()));
}
