import type { Child } from 'hono/jsx';
import type { CustomerOwner } from '../app/index.ts';
import { Page, type PageFrame } from './page-shell.tsx';

const TABS = [
  ['/milestones', 'Inbox'],
  ['/milestones/upcoming', 'Upcoming'],
  ['/milestones/definitions', 'Definitions'],
  ['/milestones/preview', 'Try out'],
  ['/milestones/report', 'Report'],
] as const;

/** What stands around the pages of milestones: the frame, and tabs between them. */
export function MilestoneFrame(props: {
  readonly frame: PageFrame;
  readonly tab: (typeof TABS)[number][0];
  readonly children?: Child;
}) {
  const { frame, tab, children } = props;
  return (
    <Page {...frame}>
      <div class="head">
        <h1>{frame.title}</h1>
      </div>
      <nav class="tabs" aria-label="Milestones">
        {TABS.map(([path, title]) => (
          <a href={`${path}${frame.carried}`} aria-current={path === tab ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      {children}
    </Page>
  );
}

/** A choice of whose customers are shown. */
export function OwnerFilter(props: {
  readonly action: string;
  readonly owners: readonly CustomerOwner[];
  readonly owner: string | null;
  readonly children?: Child;
}) {
  const { action, owners, owner, children } = props;
  const isUnknown = owner !== null && owners.every(({ id }) => id !== owner);
  return (
    <form method="get" action={action} class="filters" aria-label="Whose milestones">
      <label>
        Owner
        <select name="owner">
          <option value="">Everybody</option>
          {owners.map(({ id, name }) => (
            <option value={id} selected={id === owner}>
              {name}
            </option>
          ))}
          {isUnknown ? (
            <option value={owner} selected>
              {owner}
            </option>
          ) : null}
        </select>
      </label>
      {children}
      <button type="submit" class="primary">
        Apply
      </button>
    </form>
  );
}
